// Days agreed for a transition, as days of the calendar. Working days are as long as each case's own week makes them:
// of them only the mean overrun is known.
import type { Text, Transition } from "../report";
import { plain } from "../text/format";

type Limited = Pick<Transition, "mean_days" | "sla_days" | "sla_business" | "sla_over_days">;
type Said = Pick<Transition, "sla" | "sla_days" | "sla_business">;

export function calendarLimit({
  mean_days: mean,
  sla_days: days,
  sla_business: business,
  sla_over_days: over,
}: Limited) {
  if (!business) return days;
  return mean !== null && over !== null ? mean - over : null;
}

/** As people say it; of whole days of the calendar the number alone. */
export function saidLimit({ sla, sla_days: days, sla_business: business }: Said): Text | null {
  if (days === null || business || !Number.isInteger(days)) return sla;
  return { he: plain(days), en: plain(days) };
}
