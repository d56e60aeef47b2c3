// Days agreed for a transition, as days of the calendar. Working days are as long as each case's own week makes them:
// of them only the mean overrun is known.
import type { Transition } from "../report";

type Limited = Pick<Transition, "mean_days" | "sla_days" | "sla_business" | "sla_over_days">;

export function calendarLimit({
  mean_days: mean,
  sla_days: days,
  sla_business: business,
  sla_over_days: over,
}: Limited) {
  if (!business) return days;
  return mean !== null && over !== null ? mean - over : null;
}
