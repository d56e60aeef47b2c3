// What each kind of number says about itself when it is opened: formula, how many it stands on, interval, what it was
// before, target, and how many more would make it sure.
import type { ComponentChildren } from "preact";
import { saidLimit } from "../math/limit";
import { changeText, changeUnit, Over, thinWords } from "../parts/primitives";
import type { Bands, Change, Interval, Kpi, Measure, Transition } from "../report";
import type { RowPlace } from "../source";
import * as format from "../text/format";
import type { BreakdownRow, Channel, Mail, StageRow } from "../text/names";
import { Num } from "../text/rich";
import { words, type Pair } from "../text/words";
import { type Peek, usePage } from "./context";

type Speaker = ReturnType<typeof usePage>;
type Row = [label: Pair, content: ComponentChildren];

const peek = (title: ComponentChildren, rows: (Row | null)[]): Peek => ({
  title,
  rows: rows.filter((row): row is Row => row !== null),
});
const when = (condition: boolean, row: () => Row): Row | null => (condition ? row() : null);

const ratio = (hits: number | null, n: number) =>
  hits === null ? `n = ${format.count(n)}` : `${format.count(hits)} ÷ ${format.count(n)}`;
const pText = (p: number) => (p < 0.001 ? "p < 0.001" : `p = ${p.toFixed(p < 0.1 ? 3 : 2)}`);
const firstStage = (page: Speaker) => page.report.funnel.stages[0]?.stage ?? "";
const between = ({ stageShort }: Speaker, { from, to }: Transition) => (
  <>
    <bdi>{stageShort(from)}</bdi>{" "}
    <span class="flip" aria-hidden="true">
      →
    </span>{" "}
    <bdi>{stageShort(to)}</bdi>
  </>
);

/* ---------- rows that many peeks share ---------- */

function changeRow(
  page: Speaker,
  change: Change | null,
  unit: format.Unit,
  value: number | null,
  before: number | null,
): Row | null {
  if (!change) return null;
  const verdict = { told: words.notChance, noise: words.noise, thin: thinWords(unit) }[change.verdict];
  const unitWord = changeUnit(unit);
  return [
    words.change,
    <>
      <Num>{changeText(change, unit, value, before)}</Num>
      {unitWord && <> {page.show(unitWord)}</>} · {page.show(verdict)}
      {change.p_value !== null && (
        <>
          {" "}
          · <Num>{pText(change.p_value)}</Num>
        </>
      )}
    </>,
  ];
}

/** How many more make the number worth a colour, or how many would tell so small a change. */
function sureRow(page: Speaker, needs: number, change: Change | null): Row | null {
  if (needs > 0) return [words.sure, page.show(words.needMore(format.count(needs)))];
  if (change?.verdict !== "noise" || change.n_to_tell === null) return null;
  return [words.sure, page.show(words.tellWith(format.about(change.n_to_tell)))];
}

function bandsText(page: Speaker, bands: Bands): Pair {
  if (bands.wanted) return words.wanted(page.range(bands.wanted, "pct"));
  const text = (lang: 0 | 1) =>
    (["failing", "good", "excellent"] as const)
      .flatMap((name) => (bands[name] === null ? [] : [words.limit[name](format.wholePercent(bands[name]))[lang]]))
      .join(" · ");
  return [text(0), text(1)];
}

const bandsRow = (page: Speaker, bands: Bands | null) =>
  bands && ([words.target, page.show(bandsText(page, bands))] as Row);

const intervalRow = (page: Speaker, interval: Interval, unit: format.Unit) =>
  interval &&
  ([
    words.interval,
    <>
      <Num>{page.range(interval, unit)}</Num> · <Num>{`${page.report.settings.confidence_pct}%`}</Num>
    </>,
  ] as Row);

function beforeRow(
  page: Speaker,
  value: number | null,
  unit: format.Unit,
  hits: number | null,
  n: number | null,
): Row | null {
  if (value === null) return null;
  const { compare } = page.report;
  return [
    words.before,
    <>
      <Num>{page.inUnit(value, unit)}</Num>
      {n !== null && unit !== "count" && (
        <>
          {" "}
          · <Num>{ratio(hits, n)}</Num>
        </>
      )}
      {compare && <> · {page.show(compare.label)}</>}
    </>,
  ];
}

/** Who they are, where somebody can say. */
function peopleRow(page: Speaker, cell: string, row?: RowPlace, label: Pair = words.people): Row | null {
  const address = page.source.people(cell, row);
  return address === null ? null : [label, <a href={address}>{page.show(words.openPeople)}</a>];
}

/** Who went on, and who did not. */
const wentRows = (page: Speaker, from: string, to: string): (Row | null)[] => [
  peopleRow(page, `transition:${from}>${to}:went`, undefined, words.wentOn),
  peopleRow(page, `transition:${from}>${to}:left`, undefined, words.didNot),
];

/* ---------- the peeks ---------- */

function kpiPeek(page: Speaker, kpi: Kpi): Peek {
  const { show } = page;
  return peek(
    <>
      {show(kpi.label)} <Num>{page.inUnit(kpi.value, kpi.unit)}</Num>
    </>,
    [
      [words.formula, show(kpi.formula)],
      kpi.n === null || kpi.unit === "count" ? null : [words.counted, <Num>{ratio(kpi.hits, kpi.n)}</Num>],
      intervalRow(page, kpi.ci95, kpi.unit),
      beforeRow(page, kpi.compare_value, kpi.unit, kpi.compare_hits, kpi.compare_n),
      changeRow(page, kpi.change, kpi.unit, kpi.value, kpi.compare_value),
      bandsRow(page, kpi.bands),
      sureRow(page, kpi.needs_more, kpi.change),
      ...(page.report.transitions.some((each) => `${each.from}>${each.to}` === kpi.code)
        ? wentRows(page, ...(kpi.code.split(">") as [string, string]))
        : []),
      kpi.note && [words.note, show(kpi.note)],
    ],
  );
}

function transitionPeek(page: Speaker, each: Transition): Peek {
  return peek(
    <>
      {between(page, each)} <Num>{page.inUnit(each.rate_pct, "pct")}</Num>
    </>,
    [
      [
        words.formula,
        <>
          <Over of={page.stageShort(each.to)} by={page.stageShort(each.from)} /> · <Num>{ratio(each.hits, each.n)}</Num>
        </>,
      ],
      intervalRow(page, each.ci95, "pct"),
      beforeRow(page, each.compare_rate_pct, "pct", each.compare_hits, each.compare_n),
      changeRow(page, each.change, "pct", each.rate_pct, each.compare_rate_pct),
      bandsRow(page, each.bands),
      sureRow(page, each.needs_more, each.change),
      ...wentRows(page, each.from, each.to),
    ],
  );
}

function daysPeek(page: Speaker, each: Transition): Peek {
  const fewer = Math.max(0, page.report.settings.min_n - each.days_n);
  return peek(
    <>
      {between(page, each)} · {page.show(words.daysUnit)}
    </>,
    [
      [words.mean, <Num>{page.inUnit(each.mean_days, "days")}</Num>],
      [words.median, <Num>{page.inUnit(each.median_days, "days")}</Num>],
      [words.counted, <Num>{ratio(null, each.days_n)}</Num>],
      beforeRow(page, each.compare_mean_days, "days", null, each.compare_days_n),
      when(saidLimit(each) !== null, () => [words.target, page.show(saidLimit(each)!)]),
      sureRow(page, fewer, null),
    ],
  );
}

function stagePeek(page: Speaker, each: StageRow): Peek {
  const fixed = page.report.funnel.stages.find((one) => one.stage === each.stage);
  const label = page.stageLabel(each.stage);
  return peek(
    <>
      <bdi>{each.stage}</bdi>
      {label !== each.stage && <> · {page.isolate(label)}</>} <Num>{format.count(each.count)}</Num>
    </>,
    [
      fixed?.description ? [words.meaning, page.show(fixed.description)] : null,
      [words.counted, page.show(words.everReached)],
      beforeRow(page, each.compare_count, "count", null, null),
      changeRow(page, each.change, "count", each.count, each.compare_count),
      when(each.of_first_pct !== null, () => [
        words.ofFirst(firstStage(page)),
        <Num>{format.percent(each.of_first_pct!)}</Num>,
      ]),
      [words.stopped, <Num>{format.count(each.stopped)}</Num>],
      peopleRow(page, `stage:${each.stage}`),
    ],
  );
}

function measurePeek(page: Speaker, name: ComponentChildren, formula: ComponentChildren, each: Measure): Peek {
  return peek(
    <>
      {name} <Num>{page.inUnit(each.value, "pct")}</Num>
    </>,
    [
      [words.formula, formula],
      [words.counted, <Num>{ratio(each.hits, each.n)}</Num>],
      intervalRow(page, each.ci95, "pct"),
      sureRow(page, each.needs_more, null),
    ],
  );
}

function breakdownPeek(page: Speaker, row: BreakdownRow, dimension: string): Peek {
  const goal = page.report.funnel.goal;
  const first = firstStage(page);
  const before = row.compare_counts;
  const place = row.rest === undefined ? { dimension, value: row.value } : { rest: `breakdown.${dimension}` };
  return peek(
    <>
      {page.isolate(page.say(row.label))} <Num>{page.inUnit(row.to_last_pct, "pct")}</Num>
    </>,
    [
      [
        words.formula,
        <>
          <bdi>{`${goal} ÷ ${first}`}</bdi> · <Num>{ratio(row.counts[goal] ?? 0, row.n)}</Num>
        </>,
      ],
      intervalRow(page, row.ci95, "pct"),
      before && [words.before, <Num>{ratio(before[goal] ?? 0, before[first] ?? 0)}</Num>],
      sureRow(page, row.needs_more, null),
      when(row.rest !== undefined, () => [words.meaning, page.show(words.restMeaning)]),
      peopleRow(page, `stage:${goal}`, place),
      peopleRow(page, `stage:${first}`, place, words.allOf(first)),
    ],
  );
}

const mailTitle = (page: Speaker, mail: Mail, what: Pair, value: string) => (
  <>
    {page.show(mail.label)} · {page.show(what)} <Num>{value}</Num>
  </>
);

const machineRow = (page: Speaker, mail: Mail): Row => [
  words.note,
  page.show(words.machine(format.count(mail.machine_opened), format.count(mail.machine_clicked))),
];

function mailRatePeek(page: Speaker, mail: Mail, what: "opened" | "clicked"): Peek {
  const rate = what === "opened" ? mail.open_pct : mail.click_pct;
  return peek(mailTitle(page, mail, words[what], page.inUnit(rate, "pct")), [
    [
      words.formula,
      <>
        {page.show(words[what])} ÷ {page.show(words.sent)} · <Num>{ratio(mail[what], mail.sent)}</Num>
      </>,
    ],
    intervalRow(page, what === "opened" ? mail.open_ci95 : mail.click_ci95, "pct"),
    machineRow(page, mail),
  ]);
}

function mailCountPeek(page: Speaker, mail: Mail, what: "sent" | "brought"): Peek {
  const stage = page.report.sequence_feeds?.stage ?? "";
  if (what === "sent")
    return peek(mailTitle(page, mail, words.sent, format.count(mail.sent)), [machineRow(page, mail)]);
  return peek(mailTitle(page, mail, words.brought(stage), format.count(mail.contributed_to_mel)), [
    [words.meaning, page.show(words.lastTouch)],
    machineRow(page, mail),
  ]);
}

function channelPeek(page: Speaker, each: Channel): Peek {
  const { show } = page;
  const roi = each.roi_pct === null ? format.NONE : format.signed(each.roi_pct, format.wholePercent);
  return peek(
    <>
      {page.isolate(page.say(each.label))} · {show(words.roi)} <Num>{roi}</Num>
    </>,
    [
      [words.formula, show(words.roiFormula)],
      [words.revenue, <Num>{page.money(each.revenue)}</Num>],
      [words.spend, <Num>{page.money(each.monthly_spend)}</Num>],
      each.cost_per_sqo === null
        ? null
        : [words.per(page.report.funnel.goal), <Num>{page.money(each.cost_per_sqo)}</Num>],
      [words.won, <Num>{format.count(each.won)}</Num>],
      [
        words.counted,
        <>
          <Num>{format.count(each.mcl)}</Num> <bdi>{firstStage(page)}</bdi>, <Num>{format.count(each.sqo)}</Num>{" "}
          <bdi>{page.report.funnel.goal}</bdi>
        </>,
      ],
      when(each.rests_on !== null, () => [
        words.restsOn,
        show(each.rests_on === "spend" ? words.restsOnSpend : words.restsOnRate),
      ]),
      when(each.rest !== undefined, () => [words.meaning, show(words.restMeaning)]),
      sureRow(page, each.needs_more, null),
      page.report.spend &&
        peopleRow(
          page,
          `stage:${firstStage(page)}`,
          each.rest === undefined
            ? { dimension: page.report.spend.dimension, value: each.source }
            : { rest: "channels" },
        ),
    ],
  );
}

/** All the peeks, in the reader's language. */
export function usePeeks() {
  const page = usePage();
  return {
    kpi: (kpi: Kpi) => kpiPeek(page, kpi),
    transition: (row: Transition) => transitionPeek(page, row),
    days: (row: Transition) => daysPeek(page, row),
    stage: (row: StageRow) => stagePeek(page, row),
    measure: (name: ComponentChildren, formula: ComponentChildren, each: Measure) =>
      measurePeek(page, name, formula, each),
    breakdown: (row: BreakdownRow, dimension: string) => breakdownPeek(page, row, dimension),
    mailRate: (mail: Mail, what: "opened" | "clicked") => mailRatePeek(page, mail, what),
    mailCount: (mail: Mail, what: "sent" | "brought") => mailCountPeek(page, mail, what),
    channel: (channel: Channel) => channelPeek(page, channel),
  };
}
