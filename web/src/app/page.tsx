// The page: the report in the order in which a person asks. How are we doing, why, what now; then what stands behind
// it.
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Actions } from "../parts/actions";
import { Audience } from "../parts/audience";
import { Breakdown } from "../parts/breakdown";
import { Channels } from "../parts/channels";
import { Exits } from "../parts/exits";
import { Lede, PageHead } from "../parts/head";
import { Headlines } from "../parts/headlines";
import { Kpis } from "../parts/kpis";
import { Foot, Quality } from "../parts/quality";
import { Sequence } from "../parts/sequence";
import { StageFunnel } from "../parts/stage-funnel";
import { Chance } from "../parts/chance";
import { Days } from "../parts/days";
import { StageTable } from "../parts/stage-table";
import { TopBar } from "../parts/top-bar";
import { Trend } from "../parts/trend";
import { WeakestPanel } from "../parts/weakest";
import type { Report, Text } from "../report";
import type { Source } from "../source";
import type { Lang } from "../text/format";
import { words, type Pair } from "../text/words";
import { PageContext, type Page as PageValue, type Peek } from "./context";
import { PeekCard } from "./peek-card";
import { remember, startingLang, startingTheme, type Theme } from "./settings";

const isDark = (theme: Theme) =>
  theme === "auto" ? matchMedia("(prefers-color-scheme: dark)").matches : theme === "dark";

/** Changing the language changes the height of everything: keep the part that is being read where it is. */
function useSteadyScroll(lang: Lang) {
  const reading = useRef<{ id: string; top: number } | null>(null);
  useLayoutEffect(() => {
    const kept = reading.current;
    const section = kept && document.getElementById(kept.id);
    if (kept && section) window.scrollBy({ top: section.getBoundingClientRect().top - kept.top, behavior: "instant" });
    reading.current = null;
  }, [lang]);
  return () => {
    const parts = [...document.querySelectorAll<HTMLElement>("section[id]")].map((section) => {
      const { top, bottom } = section.getBoundingClientRect();
      return { id: section.id, top, seen: Math.min(bottom, window.innerHeight) - Math.max(top, 0) };
    });
    const most = parts.reduce((best, part) => (part.seen > best.seen ? part : best), { id: "", top: 0, seen: 0 });
    if (most.seen > 0 && window.scrollY > 0) reading.current = most;
  };
}

/** A definition need not have a mail sequence. */
const hasSequence = (report: Report) => report.sequence_feeds !== null;

/** Nor have the subjects of every funnel channels: what was spent on people has brought no companies. */
const hasChannels = (report: Report) => report.kpis.some((kpi) => kpi.code.startsWith("cost_per."));

/** The parts of the page, to jump to. */
export const sectionsOf = (report: Report): { id: string; title: Pair | Text }[] => [
  { id: "funnel", title: words.funnelShort },
  ...(report.weakest ? [{ id: "weakest", title: words.weakestShort }] : []),
  { id: "actions", title: words.actions },
  { id: "stages", title: words.stagesShort },
  ...report.dimensions.map((dimension) => ({ id: `breakdown-${dimension.name}`, title: dimension.label })),
  ...(hasSequence(report) ? [{ id: "sequence", title: words.mailsShort }] : []),
  ...(hasChannels(report) ? [{ id: "channels", title: words.channelsShort }] : []),
  { id: "trend", title: words.trendShort },
];

function useTheme() {
  const [theme, setTheme] = useState<Theme>(startingTheme);
  useEffect(() => {
    if (theme === "auto") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme;
    remember({ theme });
  }, [theme]);
  return () => setTheme(isDark(theme) ? "light" : "dark");
}

/** The card that is open beside a number, if any. */
export function useCard(lang: Lang) {
  const [card, setCard] = useState<{ peek: Peek; anchor: HTMLElement } | null>(null);
  const open = useCallback((peek: Peek, anchor: HTMLElement) => {
    setCard((was) => (was?.anchor === anchor ? null : { peek, anchor }));
  }, []);
  const close = useCallback((giveBack: boolean) => {
    setCard((was) => {
      if (giveBack) was?.anchor.focus({ preventScroll: true });
      return null;
    });
  }, []);
  // A card speaks the language it was opened in: when that changes, it is opened again.
  const again = useRef<HTMLElement | null>(null);
  useEffect(() => {
    again.current?.click();
    again.current = null;
  }, [lang]);
  const turn = () => {
    again.current = card?.anchor ?? null;
    setCard(null);
  };
  return { card, open, close, turn };
}

/** The report from its head to its foot. */
export function ReportBody({ report }: { report: Report }) {
  return (
    <>
      <PageHead />
      <Lede />
      <Headlines />
      <StageFunnel />
      <WeakestPanel />
      <Actions />
      <StageTable />
      <div class="Pair">
        <Chance />
        <Days />
      </div>
      <Exits />
      <Kpis />
      <Audience />
      {report.dimensions.map((dimension) => (
        <Breakdown dimension={dimension} key={dimension.name} />
      ))}
      {hasSequence(report) && <Sequence />}
      {hasChannels(report) && <Channels />}
      <Trend />
      <Quality />
      <Foot />
    </>
  );
}

export function Page({ report, source }: { report: Report; source: Source }) {
  const [lang, setLang] = useState<Lang>(() => startingLang(report));
  const changeTheme = useTheme();
  const { card, open, close, turn } = useCard(lang);
  const parts = useMemo(() => sectionsOf(report), [report]);

  useLayoutEffect(() => {
    const root = document.documentElement;
    root.lang = lang;
    root.dir = lang === "he" ? "rtl" : "ltr";
    document.title = `${report.headline.title[lang]} · ${report.company}`;
    remember({ lang });
  }, [lang, report]);
  const keepScroll = useSteadyScroll(lang); // after the effect above: the direction must have changed already

  const page = useMemo<PageValue>(() => ({ report, source, lang, openPeek: open }), [report, source, lang, open]);
  const changeLanguage = () => {
    keepScroll();
    turn();
    setLang(lang === "he" ? "en" : "he");
  };
  return (
    <PageContext.Provider value={page}>
      <a class="skip" href="#main">
        {words.skip[lang === "he" ? 0 : 1]}
      </a>
      <TopBar parts={parts} onLanguage={changeLanguage} onTheme={changeTheme} />
      <main class="page" id="main">
        <ReportBody report={report} />
      </main>
      {card && <PeekCard peek={card.peek} anchor={card.anchor} onClose={close} />}
    </PageContext.Provider>
  );
}
