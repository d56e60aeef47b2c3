// Which funnel is looked at, where a definition has several. The choice stays from page to page, and stands in the
// address, so that a link says it, too.
import { useEffect, useMemo } from "preact/hooks";
import { useApp } from "../app";
import type { Options } from "../api";
import { go, searchOf, setQuery, type Place } from "../data/router";
import { keep, kept } from "../data/settings";
import { Select } from "./form";

/** Pages, and what of a choice they look by. */
const KEEPING: Record<string, string[]> = {
  report: ["funnel", "mode"],
  leads: ["funnel"],
  nobody: ["funnel"],
  handoffs: ["funnel"],
  rejected: ["funnel"],
  agenda: ["funnel"],
  register: ["funnel"],
};

/** The usual is no choice: the report's funnel, or the rules that the definition says it is read by. */
function chosen(name: string, value: string, options: Options): string | null {
  if (name === "mode") return (value === "recorded" || value === "if") && value !== options.mode ? value : null;
  return options.funnels.slice(1).some((each) => each.name === value) ? value : null;
}

/** The place with what was chosen before, where its address does not say. */
export function useKept(place: Place, page: string, options: Options): Place {
  const query = useMemo(() => {
    const all = new URLSearchParams(place.query);
    const before = kept();
    for (const name of KEEPING[page] ?? []) {
      const value = chosen(name, before[name] ?? "", options);
      if (!all.has(name) && value !== null) all.set(name, value);
    }
    return all;
  }, [place, page, options]);
  useEffect(() => {
    for (const name of KEEPING[page] ?? []) {
      const said = place.query.get(name);
      if (said !== null) keep(name, chosen(name, said, options));
    }
    if (query.toString() !== place.query.toString())
      go(place.path + searchOf(query) + location.hash, { replace: true });
  }, [place, query]);
  return { path: place.path, query };
}

/** Looks by something else from now on; null: as usual. */
export function choose(name: string, value: string | null, also: Record<string, null> = {}) {
  keep(name, value);
  setQuery({ ...also, [name]: value });
}

interface SwitchProps {
  query: URLSearchParams;
  /** The page may show those of all of persons, or of all. */
  all?: boolean | "kinds";
}

export function FunnelSwitch({ query, all = false }: SwitchProps) {
  const { options, say, lang } = useApp();
  const own = options.funnels[0]?.name ?? "";
  const funnels = options.funnels.filter((each) => all !== true || each.of === "person" || each.name === own);
  if (funnels.length < 2) return null;
  const usual = all ? "" : own;
  return (
    <Select
      inline
      label={say("funnel.one")}
      value={query.get("funnel") ?? usual}
      choices={[
        ...(all ? [{ value: "", label: say("funnel.all") }] : []),
        ...funnels.map((each) => ({ value: each.name, label: each.label[lang] })),
      ]}
      onChange={(value) => choose("funnel", value === usual ? null : value, { stage: null })}
    />
  );
}
