// What stands behind a report. The self-contained page carries it in a script element and knows nobody; the dashboard
// asks the server and can name the people behind a number.
import type { Report } from "./report";

export interface Source {
  /**
   * Address of the people behind a number, or null where nobody can list them. Cells are those of GET /report/people in
   * schema/openapi.yaml; a value narrows to its row of a breakdown.
   */
  people(cell: string, value?: { dimension: string; value: string }): string | null;
}

export const noPeople: Source = { people: () => null };

/** Thrown when the page is the bare template: nobody has put a report in it. */
export class NoReport extends Error {}

export function inlinedReport(element: Element | null): Report {
  const text = element?.textContent?.trim() ?? "";
  if (!text.startsWith("{")) throw new NoReport();
  return JSON.parse(text) as Report;
}
