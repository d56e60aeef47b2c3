// What every part of the page can reach: the report, the language, how to say a pair of words, and how to open a
// number.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { ComponentChildren } from "preact";
import type { Report, Text } from "../report";
import type { Source } from "../source";
import { isolated } from "../text/rich";
import * as format from "../text/format";
import type { Pair } from "../text/words";
import type { Interval } from "../report";

export interface Peek {
  title: ComponentChildren;
  rows: [label: Pair, content: ComponentChildren][];
}

export interface Page {
  report: Report;
  source: Source;
  lang: format.Lang;
  openPeek(peek: Peek, anchor: HTMLElement): void;
}

export const PageContext = createContext<Page>(null as unknown as Page);

const isPair = (words: Pair | Text): words is Pair => Array.isArray(words);

export function usePage() {
  const page = useContext(PageContext);
  const { report, lang } = page;
  /** The words in the reader's language, as they are. */
  const say = (words: Pair | Text): string => (isPair(words) ? words[lang === "he" ? 0 : 1] : words[lang]);
  /** The same with numbers and foreign names isolated: what is shown. */
  const show = (words: Pair | Text): ComponentChildren => isolated(say(words), lang);
  const stageLabel = (code: string): string => {
    const stage = report.funnel.stages.find((each) => each.stage === code);
    return stage ? stage.label[lang] : code;
  };
  return {
    ...page,
    say,
    show,
    isolate: (text: string) => isolated(text, lang),
    money: (value: number) => format.money(value, report.currency),
    inUnit: (value: number | null, unit: format.Unit) => format.inUnit(value, unit, report.currency),
    range: (interval: Interval, unit: format.Unit) => format.range(interval, unit, report.currency),
    stageLabel,
    /** In few words: MQL is what people say; of a key such as won they say its name. */
    stageShort: (code: string): string => {
      const word = report.funnel.stages.find((each) => each.stage === code)?.label.en.toUpperCase() === code;
      return /^[^a-z]{1,4}$/.test(code) && !word ? code : stageLabel(code);
    },
    stageColor: (code: string) => stageColor(report, code),
  };
}

/** The dusk ramp has six steps; a funnel of another length blends between them. */
export function stageColor(report: Report, code: string): string {
  const codes = report.funnel.stages.map((stage) => stage.stage);
  const place = Math.max(0, codes.indexOf(code));
  const at = codes.length > 1 ? 1 + (5 * place) / (codes.length - 1) : 4;
  const low = Math.min(5, Math.floor(at));
  const rest = at - low;
  if (rest < 0.01) return `var(--stage-${low})`;
  return `color-mix(in oklab, var(--stage-${low + 1}) ${Math.round(rest * 100)}%, var(--stage-${low}))`;
}
