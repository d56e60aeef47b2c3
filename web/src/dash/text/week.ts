// Weeks by their ISO name, which is that of the year of their Thursday.

const DAY = 86_400_000;

/** The week in which a day is, where weeks are named by their Monday: "2026-W17". */
function weekOf(time: number): string {
  const monday = time - ((new Date(time).getUTCDay() + 6) % 7) * DAY;
  const year = new Date(monday + 3 * DAY).getUTCFullYear();
  const january4 = Date.UTC(year, 0, 4);
  const first = january4 - ((new Date(january4).getUTCDay() + 6) % 7) * DAY;
  return `${year}-W${String(1 + Math.round((monday - first) / (7 * DAY))).padStart(2, "0")}`;
}

/** The week so many after the one that begins on this day, a Monday or the Sunday before it. */
export const weekBeside = (from: string, by: number): string =>
  weekOf(Date.parse(`${from}T00:00:00Z`) + DAY + 7 * by * DAY);
