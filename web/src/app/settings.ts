// The reader's language and theme: from the address first, so that a link keeps them, then from the last visit.
import type { Report } from "../report";
import type { Lang } from "../text/format";

export type Theme = "auto" | "light" | "dark";

const KEY = "masa";
type Saved = { lang?: Lang; theme?: Theme };

// A page opened from a file may have no storage and no writable address; the page works all the same.
function attempt<T>(action: () => T): T | null {
  try {
    return action();
  } catch {
    return null;
  }
}

const saved = (): Saved => attempt(() => JSON.parse(localStorage.getItem(KEY) ?? "{}") as Saved) ?? {};
const asked = (name: string) => new URLSearchParams(location.search).get(name);

export function startingLang(report: Pick<Report, "lang">): Lang {
  const lang = asked("lang");
  return lang === "he" || lang === "en" ? lang : report.lang;
}

export function startingTheme(): Theme {
  const theme = asked("theme") ?? saved().theme;
  return theme === "light" || theme === "dark" ? theme : "auto";
}

export function remember(change: Saved) {
  if (change.theme) attempt(() => localStorage.setItem(KEY, JSON.stringify({ ...saved(), theme: change.theme })));
  attempt(() => {
    const address = new URL(location.href);
    for (const [name, value] of Object.entries(change)) {
      if (value === "auto") address.searchParams.delete(name);
      else address.searchParams.set(name, value);
    }
    if (address.href !== location.href) history.replaceState(null, "", address);
  });
}
