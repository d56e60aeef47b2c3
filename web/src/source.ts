// What stands behind a report. The self-contained page carries it in a script element and knows nobody; the dashboard
// asks the server and can name the people behind a number.
import type { Report } from "./report";

export interface Source {
  /**
   * Address of the people behind a number, or null where nobody can list them. Cells are those of GET /report/people in
   * schema/openapi.yaml; a row narrows to those in it.
   */
  people(cell: string, row?: RowPlace): string | null;
}

/** A row of a breakdown: a value, or everything else of a section ("breakdown.source", "channels"). */
export type RowPlace = { dimension: string; value: string } | { rest: string };

export const noPeople: Source = { people: () => null };

/** Thrown when the page is the bare template: nobody has put a report in it. */
export class NoReport extends Error {}

export function inlinedReport(element: Element | null): Report {
  const text = element?.textContent?.trim() ?? "";
  if (!text.startsWith("{")) throw new NoReport();
  return JSON.parse(text) as Report;
}
