// Addresses: /leads/p21?stage=SQL. Links are real; a plain press on one changes the page without loading it again.
import { useEffect, useState } from "preact/hooks";

export interface Place {
  path: string;
  query: URLSearchParams;
}

const here = (): Place => ({ path: location.pathname, query: new URLSearchParams(location.search) });
const listeners = new Set<() => void>();
const tell = () => listeners.forEach((listener) => listener());

/** A query without what is empty. */
export function searchOf(query: URLSearchParams): string {
  const kept = new URLSearchParams([...query].filter(([, value]) => value !== ""));
  return kept.size > 0 ? `?${kept}`.replaceAll("%3A", ":").replaceAll("%3E", ">") : "";
}

export function go(address: string, { replace = false } = {}) {
  const moved = new URL(address, location.href).pathname !== location.pathname;
  history[replace ? "replaceState" : "pushState"](null, "", address);
  if (moved && !replace) scrollTo(0, 0);
  tell();
}

/** Changes parts of the query; null drops one. */
export function setQuery(change: Record<string, string | string[] | null>, { replace = false } = {}) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(change)) {
    query.delete(name);
    for (const each of value === null ? [] : [value].flat()) query.append(name, each);
  }
  go(location.pathname + searchOf(query) + location.hash, { replace });
}

/** A press that means this page: the left button alone, on a link of ours that opens nothing new. */
function linkOf(event: MouseEvent): HTMLAnchorElement | null {
  if (event.defaultPrevented || event.button !== 0) return null;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null;
  const link = (event.target as Element).closest?.("a");
  if (!link?.href || link.target || link.hasAttribute("download") || link.origin !== location.origin) return null;
  return link.pathname.startsWith("/api/") ? null : link;
}

function press(event: MouseEvent) {
  const link = linkOf(event);
  if (!link) return;
  const same = link.pathname === location.pathname && link.search === location.search;
  if (same && link.hash) return; // a place on this page: the browser knows
  event.preventDefault();
  go(link.pathname + link.search + link.hash);
  if (link.hash) requestAnimationFrame(() => document.querySelector(link.hash)?.scrollIntoView());
}

export function usePlace(): Place {
  const [place, setPlace] = useState(here);
  useEffect(() => {
    const listener = () => setPlace(here());
    listeners.add(listener);
    addEventListener("popstate", listener);
    document.addEventListener("click", press);
    return () => {
      listeners.delete(listener);
      removeEventListener("popstate", listener);
      document.removeEventListener("click", press);
    };
  }, []);
  return place;
}
