// How much of a clock is left, or by how much it is late: in hours of work where it counts those, else in hours and
// days of the calendar. Minutes when there are few.
import type { Sla } from "../api";

const WORDS = {
  business: {
    minutes: ["sla.left_minutes", "sla.late_minutes"],
    hours: ["sla.left_hours", "sla.late_hours"],
  },
  calendar: {
    minutes: ["sla.left_any_minutes", "sla.late_minutes"],
    hours: ["sla.left_any_hours", "sla.late_any_hours"],
    days: ["sla.left_days", "sla.late_days"],
  },
} as const;

/** Minutes of a week: nobody counts hours any more. */
const LONG = { business: 5 * 8 * 60, calendar: 7 * 24 * 60 };
const FEW_MINUTES = 90;
const MANY_HOURS = 48;

type Left = Pick<Sla, "business" | "left_minutes" | "due_at" | "state">;

/** The words, and how many; null when it is long since it was due. */
export function leftWords({ business, left_minutes: left, due_at: due, state }: Left) {
  const minutes = Math.abs(left);
  const late = state === "late" ? 1 : 0;
  if (late && due && minutes > LONG[business ? "business" : "calendar"]) return null;
  const { minutes: few, hours } = WORDS[business ? "business" : "calendar"];
  if (minutes < FEW_MINUTES) return { key: few[late], n: minutes };
  if (business || minutes < MANY_HOURS * 60) return { key: hours[late], n: Math.round(minutes / 60) };
  return { key: WORDS.calendar.days[late], n: Math.round(minutes / 60 / 24) };
}
