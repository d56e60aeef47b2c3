// The reader's language and theme: from the address when it names them, then as at the last visit; so by which rules a
// report is read. And, as long as the window is open, which alerts were put away, and which funnel is looked at.
import { useEffect, useState } from "preact/hooks";
import type { Lang } from "../../text/format";

type Theme = "auto" | "light" | "dark";
const KEY = "masa";
type Saved = { lang?: Lang; theme?: Theme; mode?: string | null };

function saved(): Saved {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") as Saved;
  } catch {
    return {}; // no storage, or not ours
  }
}

export function remember(change: Saved) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...saved(), ...change }));
  } catch {
    // the choice lasts as long as the page
  }
}

const asked = (name: string) => new URLSearchParams(location.search).get(name);

export function startingLang(): Lang {
  const lang = asked("lang") ?? saved().lang ?? (navigator.language.startsWith("he") ? "he" : "en");
  return lang === "he" ? "he" : "en";
}

function startingTheme(): Theme {
  const theme = asked("theme") ?? saved().theme;
  return theme === "light" || theme === "dark" ? theme : "auto";
}

/** What turns it over. */
export function useTheme(): () => void {
  const [theme, setTheme] = useState<Theme>(startingTheme);
  useEffect(() => {
    if (theme === "auto") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme;
    remember({ theme });
  }, [theme]);
  const dark = () => (theme === "auto" ? matchMedia("(prefers-color-scheme: dark)").matches : theme === "dark");
  return () => setTheme(dark() ? "light" : "dark");
}

const AWAY = "masa.away";

function away(): string[] {
  try {
    return JSON.parse(sessionStorage.getItem(AWAY) ?? "[]") as string[];
  } catch {
    return [];
  }
}

export const wasPutAway = (id: string) => away().includes(id);

export function putAway(id: string, is: boolean) {
  try {
    const others = away().filter((each) => each !== id);
    sessionStorage.setItem(AWAY, JSON.stringify(is ? [...others, id] : others));
  } catch {
    // it comes again with the next page
  }
}

const KEPT = "masa.kept";

function keptHere(): Record<string, string> {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? "{}") as Record<string, string>;
  } catch {
    return {};
  }
}

/** What was chosen to look at, by its name in an address. */
export function kept(): Record<string, string> {
  const mode = saved().mode;
  return { ...keptHere(), ...(mode && { mode }) };
}

/** null: as it is without a choice. */
export function keep(name: string, value: string | null) {
  if (name === "mode") return remember({ mode: value });
  try {
    const { [name]: _, ...others } = keptHere();
    sessionStorage.setItem(KEPT, JSON.stringify(value === null ? others : { ...others, [name]: value }));
  } catch {
    // it holds for this page
  }
}
