// Where a report comes from. The self-contained page carries it in a script element; a served page asks the server,
// which can also list the people behind a number. The page knows only this interface.
import type { Report } from "./report";

export interface Source {
  load(): Promise<Report>;
  /** Address of the people behind a number, or null where no server can list them. */
  people(query: PeopleQuery): string | null;
}

export interface PeopleQuery {
  stage: string;
  dimension?: string;
  value?: string;
}

/** Thrown when the page is the bare template: nobody has put a report in it. */
export class NoReport extends Error {}

export function inlinedSource(element: Element | null): Source {
  return {
    async load() {
      const text = element?.textContent?.trim() ?? "";
      if (!text.startsWith("{")) throw new NoReport();
      return JSON.parse(text) as Report;
    },
    people: () => null,
  };
}

export function servedSource(base: string): Source {
  return {
    async load() {
      const answer = await fetch(`${base}/report${location.search}`, { headers: { accept: "application/json" } });
      if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
      return (await answer.json()) as Report;
    },
    people(query) {
      return `${base}/people?${new URLSearchParams(query as unknown as Record<string, string>)}`;
    },
  };
}

/** A page served with data-api="..." on its root element asks that server; any other page reads what it carries. */
export function findSource(document: Document): Source {
  const api = document.documentElement.dataset["api"];
  return api === undefined ? inlinedSource(document.getElementById("masa-report")) : servedSource(api);
}
