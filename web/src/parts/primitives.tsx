// The small words of the page: a number that opens, a band with its certainty, a change that knows how sure it is.
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import type { Band, Bands, Change, Interval, Kpi, Support } from "../report";
import { type Peek, usePage } from "../app/context";
import * as format from "../text/format";
import { Num } from "../text/rich";
import { bandWord, words, type Pair } from "../text/words";

/** What a rate is of what: each name in its own direction. */
export function Over({ of, by }: { of: string; by: string }) {
  return (
    <>
      <bdi>{of}</bdi> ÷ <bdi>{by}</bdi>
    </>
  );
}

interface OpenProps {
  peek: () => Peek;
  /** Shown at once under a pointer that rests on the number. */
  n?: number | null;
  children: ComponentChildren;
}

/** A number that opens to what it stands on. */
export function Open({ peek, n, children }: OpenProps) {
  const { openPeek } = usePage();
  const button = useRef<HTMLButtonElement>(null);
  return (
    <button
      ref={button}
      type="button"
      class="open"
      aria-haspopup="dialog"
      title={n == null ? undefined : `n = ${format.count(n)}`}
      onClick={() => openPeek(peek(), button.current!)}
    >
      <Num>{children}</Num>
    </button>
  );
}

/** A count that leads to its people, where somebody can name them. */
export function Count({ of, cell }: { of: number; cell: string }) {
  const { source } = usePage();
  const address = source.people(cell);
  const number = <Num>{format.count(of)}</Num>;
  return address === null ? (
    number
  ) : (
    <a class="open" href={address}>
      {number}
    </a>
  );
}

/** A stage code, a company, a channel: a name whose direction is its own. */
export function Name({ children }: { children: ComponentChildren }) {
  return <bdi>{children}</bdi>;
}

const lights: Record<Band, "good" | "warn" | "bad" | "off"> = {
  failing: "bad",
  between: "warn",
  good: "good",
  excellent: "good",
  in_range: "good",
  outside: "warn",
  none: "off",
};

export const lightOf = (band: Band, support: Support) => (support === "none" ? "few" : lights[band]);

export function BandPill({ band, support, needs }: { band: Band; support: Support; needs: number }) {
  const { show } = usePage();
  if (needs > 0) return <Pill kind="few">{show(words.needMore(format.count(needs)))}</Pill>;
  if (band === "none") return <Pill kind="off">{show(words.noTarget)}</Pill>;
  if (support === "none") return <Pill kind="few">{show(words.tooFew)}</Pill>;
  return <Pill kind={`${lights[band]} ${support === "strong" ? "" : "seems"}`}>{show(bandWord(band, support))}</Pill>;
}

export function Pill({ kind, children }: { kind: string; children: ComponentChildren }) {
  return (
    <span class={`BandPill ${kind}`}>
      <span>{children}</span>
    </span>
  );
}

/** Support as a word, for an advice that has no band. */
export function SupportPill({ support }: { support: Support }) {
  const { show } = usePage();
  const word = { strong: words.supportStrong, indicative: words.supportIndicative, none: words.supportNone }[support];
  return (
    <Pill kind={support === "none" ? "few" : support === "strong" ? "plain sure" : "plain seems"}>{show(word)}</Pill>
  );
}

type Better = Kpi["better"];

/** How a change is written in its own unit: points for rates, days for days, percent for the rest. */
export function changeText(change: Change, unit: format.Unit, value: number | null, before: number | null): string {
  if (unit === "pct" && change.pp !== null) return format.signed(change.pp, format.plain);
  if (unit === "days" && value !== null && before !== null) return format.signed(value - before, format.plain);
  return change.pct === null ? format.NONE : format.signed(change.pct, format.percent);
}

export const changeUnit = (unit: format.Unit): Pair | null =>
  unit === "pct" ? words.points : unit === "days" ? words.daysUnit : null;

const rises = (change: Change, unit: format.Unit) => (unit === "pct" ? (change.pp ?? 0) : (change.pct ?? 0)) > 0;

function deltaClass(change: Change, unit: format.Unit, better: Better): string {
  if (change.verdict !== "told") return change.verdict;
  if (better === "none" || better === "range") return "told";
  return rises(change, unit) === (better === "up") ? "told up" : "told down";
}

/** Of money no test exists, however many stand behind it. */
export const thinWords = (unit: format.Unit): Pair => (unit === "money" ? words.untested : words.tooFew);

const marks = { noise: "≈", thin: "…" };

export function DeltaMark({ change, unit }: { change: Change; unit: format.Unit }) {
  if (change.verdict !== "told")
    return (
      <span class="mark" aria-hidden="true">
        {marks[change.verdict]}
      </span>
    );
  const up = rises(change, unit);
  return (
    <svg class="mark" width="9" height="9" viewBox="0 0 10 10" aria-hidden="true">
      <path d={up ? "M5 1 9.5 9h-9z" : "M5 9 .5 1h9z"} fill="currentColor" />
    </svg>
  );
}

interface DeltaProps {
  change: Change | null;
  unit: format.Unit;
  better: Better;
  value: number | null;
  before: number | null;
  /** Say the verdict in words too: on a card, not in a column. */
  wordy?: boolean;
}

export function DeltaText({ change, unit, better, value, before, wordy }: DeltaProps) {
  const { show, say } = usePage();
  if (change === null) {
    return wordy ? (
      <span class="DeltaText thin">
        <span class="mark" aria-hidden="true">
          …
        </span>
        {show(words.nothingToCompare)}
      </span>
    ) : (
      <span class="muted">{format.NONE}</span>
    );
  }
  const told = rises(change, unit) ? words.sureRise : words.sureFall;
  const verdict = { told, noise: words.noise, thin: thinWords(unit) }[change.verdict];
  const unitWord = changeUnit(unit);
  return (
    <span class={`DeltaText ${deltaClass(change, unit, better)}`}>
      <DeltaMark change={change} unit={unit} />
      <span>
        <Num>{changeText(change, unit, value, before)}</Num>
        {wordy && unitWord ? <> {show(unitWord)}</> : null}
        {wordy ? <> · {show(verdict)}</> : <span class="visually-hidden"> {say(verdict)}</span>}
      </span>
    </span>
  );
}

interface Zone {
  from: number;
  to: number;
  kind: string;
}

function zones(bands: Bands | null): Zone[] {
  if (bands === null) return [{ from: 0, to: 100, kind: "" }];
  if (bands.wanted) {
    const [low, high] = bands.wanted;
    return [
      { from: 0, to: low, kind: "warn" },
      { from: low, to: high, kind: "good" },
      { from: high, to: 100, kind: "warn" },
    ];
  }
  const limits: [number | null, string][] = [
    [0, "bad"],
    [bands.failing, "warn"],
    [bands.good, "good"],
    [bands.excellent, "best"],
  ];
  const known = limits.filter((limit): limit is [number, string] => limit[0] !== null);
  return known.map(([from, kind], i) => ({ from, to: known[i + 1]?.[0] ?? 100, kind }));
}

const span = (from: number, to: number) =>
  `inset-inline-start:${from.toFixed(1)}%;inline-size:${Math.max(0, to - from).toFixed(1)}%`;

interface GaugeProps {
  value: number | null;
  interval: Interval;
  bands: Bands | null;
  thin: boolean;
}

/** A rate and its interval over the agreed bands, 0 to 100%. The numbers stand beside it in text. */
export function Gauge({ value, interval, bands, thin }: GaugeProps) {
  const parts = zones(bands);
  return (
    <span class={`Gauge ${thin ? "thin" : ""}`} aria-hidden="true">
      {parts.map((zone, i) => (
        <span class={`zone ${zone.kind} ${i === parts.length - 1 ? "last" : ""}`} style={span(zone.from, zone.to)} />
      ))}
      {interval && <span class="ci" style={span(interval[0], interval[1])} />}
      {value !== null && <span class="pt" style={`inset-inline-start:${value}%`} />}
    </span>
  );
}

/** This period over the one before, on one axis. */
export function IntervalPair(props: {
  value: number;
  interval: Interval;
  before: number | null;
  beforeInterval: Interval;
}) {
  const { show } = usePage();
  const ends = [
    props.value,
    ...(props.interval ?? []),
    ...(props.before === null ? [] : [props.before]),
    ...(props.beforeInterval ?? []),
  ];
  const least = Math.min(...ends);
  const most = Math.max(...ends);
  const room = (most - least || Math.abs(most) || 1) * 0.18;
  const low = least >= 0 ? Math.max(0, least - room) : least - room;
  const place = (value: number) => (100 * (value - low)) / (most + room - low);
  const track = (value: number | null, interval: Interval, kind: string) => (
    <span class={`track ${kind}`}>
      {interval && <span class="ci" style={span(place(interval[0]), place(interval[1]))} />}
      {value !== null && (
        <span class={`pt ${interval ? "" : "only"}`} style={`inset-inline-start:${place(value).toFixed(1)}%`} />
      )}
    </span>
  );
  return (
    <div class="IntervalPair" aria-hidden="true">
      <span>{show(words.thisPeriod)}</span>
      {track(props.value, props.interval, "")}
      {props.before !== null && (
        <>
          <span>{show(words.earlier)}</span>
          {track(props.before, props.beforeInterval, "before")}
        </>
      )}
    </div>
  );
}

/** How many we have of how many we need. */
export function Dots({ have, need }: { have: number; need: number }) {
  const { say } = usePage();
  if (need > 40) return null;
  return (
    <p class="Dots" role="img" aria-label={say(words.dotsLabel(have, need))}>
      {Array.from({ length: need }, (_, i) => (
        <i class={i < have ? "" : "need"} />
      ))}
    </p>
  );
}

export function StageDot({ stage }: { stage: string }) {
  const { stageColor } = usePage();
  return <span class="StageDot" style={`background:${stageColor(stage)}`} aria-hidden="true" />;
}

/** What is not there yet, and what would bring it. */
export function Empty({ children }: { children: ComponentChildren }) {
  return (
    <div class="Empty">
      <svg width="120" height="48" viewBox="0 0 120 48" aria-hidden="true" fill="none">
        <path
          d="M4 38C24 34 34 22 52 24s34-4 64-18"
          stroke="var(--line-2)"
          stroke-width="2"
          stroke-dasharray="3 5"
          stroke-linecap="round"
        />
        <circle cx="116" cy="6" r="4" fill="var(--stage-5)" />
      </svg>
      <p>{children}</p>
    </div>
  );
}
