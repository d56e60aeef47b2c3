// StageFunnel: the picture of the page. Above, how many, as bars on one baseline with the stream between them at its
// true height; below, how long, as a ruler of days to scale. On a phone the same picture stands up.
import { usePage } from "../app/context";
import { usePeeks } from "../app/peeks";
import { funnelShape, type FunnelShape } from "../math/funnel-shape";
import { calendarLimit } from "../math/limit";
import type { Transition } from "../report";
import * as format from "../text/format";
import { words } from "../text/words";
import type { FunnelStage, StageRow } from "../text/names";
import { Block } from "./block";
import { NarrowView } from "./funnel-narrow";
import { Picture } from "./funnel-picture";
import { BandPill, Empty, Gauge, Open, Pill } from "./primitives";
import { Num } from "../text/rich";

/** Neighbouring stages of one owner share a line; between two owners stands the handoff. */
function Realms() {
  const { report, show, lang } = usePage();
  const { stages, owners } = report.funnel;
  const runs: { owner: string; from: number; to: number }[] = [];
  stages.forEach((stage, i) => {
    const last = runs.at(-1);
    if (last && last.owner === (stage.owner ?? "")) last.to = i;
    else runs.push({ owner: stage.owner ?? "", from: i, to: i });
  });
  const label = (code: string) => owners.find((owner) => owner.code === code)?.label[lang] ?? code;
  return (
    <>
      {runs.map((run, i) => (
        <>
          {i > 0 && (
            <div class="handover" style={`grid-column:${2 * run.from}`}>
              {show(words.handover)}{" "}
              <span class="flip" aria-hidden="true">
                →
              </span>
            </div>
          )}
          <div class="realm" style={`grid-column:${2 * run.from + 1}/${2 * run.to + 2}`}>
            {run.owner && <span>{show(words.ownedBy(label(run.owner)))}</span>}
          </div>
        </>
      ))}
    </>
  );
}

function StepHead({ transition, column }: { transition: Transition; column: number }) {
  const { show, range, inUnit } = usePage();
  const peeks = usePeeks();
  return (
    <div class="step" style={`grid-column:${column}`}>
      <span class="rate">
        <Open peek={() => peeks.transition(transition)} n={transition.n}>
          {inUnit(transition.rate_pct, "pct")}
        </Open>
      </span>
      <Gauge
        value={transition.rate_pct}
        interval={transition.ci95}
        bands={transition.bands}
        thin={transition.support === "none"}
      />
      <BandPill band={transition.band} support={transition.support} needs={transition.needs_more} />
      <span class="n-line">
        <span>
          <Num>{`${format.short(transition.hits)}/${format.short(transition.n)}`}</Num>
        </span>
        {transition.ci95 && (
          <span>
            {show(words.rangeShort)} <Num>{range(transition.ci95, "pct")}</Num>
          </span>
        )}
      </span>
    </div>
  );
}

function StageName({ row, fixed, column }: { row: StageRow; fixed: FunnelStage | undefined; column: number }) {
  const { say } = usePage();
  const peeks = usePeeks();
  const label = fixed ? say(fixed.label) : row.stage;
  return (
    <div class="stage" style={`grid-column:${column}`}>
      <span class={`count ${row.count > 9_999 ? "long" : ""}`}>
        <Open peek={() => peeks.stage(row)}>{format.short(row.count, 1_000_000)}</Open>
      </span>
      <bdi class="code" title={row.stage}>
        {row.stage}
      </bdi>
      {label !== row.stage && (
        <bdi class="name" title={fixed?.description ? say(fixed.description) : label}>
          {label}
        </bdi>
      )}
    </div>
  );
}

/** The numbers over the picture, in the picture's own columns. */
function Numbers() {
  const { report } = usePage();
  return (
    <>
      {report.stages.map((row, i) => {
        const transition = report.transitions[i];
        return (
          <>
            <StageName row={row} fixed={report.funnel.stages[i]} column={2 * i + 1} />
            {transition && <StepHead transition={transition} column={2 * i + 2} />}
          </>
        );
      })}
    </>
  );
}

function columnsOf(shape: FunnelShape): string {
  const { stageWidth, stepWidth, steps } = shape;
  const more = steps.length > 0 ? ` repeat(${steps.length},minmax(0,${stepWidth}fr) minmax(0,${stageWidth}fr))` : "";
  return `minmax(0,${stageWidth}fr)${more}`;
}

function WideView({ shape, weakest }: { shape: FunnelShape; weakest: number }) {
  const { report, say, show, inUnit } = usePage();
  const scrolls = report.stages.length > 8;
  const counts = report.stages.map((row) => `${row.stage} ${format.count(row.count)}`).join(", ");
  const days = report.transitions.map((row) => inUnit(row.mean_days, "days")).join(", ");
  const scrolling = scrolls ? { tabIndex: 0, role: "group" as const, "aria-label": say(words.scrollable) } : {};
  return (
    <div class="wide-view" {...scrolling}>
      <div
        class="scene"
        style={`grid-template-columns:${columnsOf(shape)};min-inline-size:${scrolls ? `${shape.width}px` : "0"}`}
      >
        {weakest >= 0 && <div class="weak" style={`grid-column:${2 * weakest + 2}`} />}
        <Realms />
        <Numbers />
        {report.stages.every((row) => row.count === 0) ? (
          <div class="picture bare">
            <Empty>{show(words.nobody)}</Empty>
          </div>
        ) : (
          <Picture shape={shape} weakest={weakest} label={say(words.funnelAlt(counts, days))} />
        )}
      </div>
    </div>
  );
}

function Legend({ shape }: { shape: FunnelShape }) {
  const { report, show } = usePage();
  return (
    <figcaption class="Legend">
      {report.compare && (
        <span>
          <svg width="20" height="4" aria-hidden="true">
            <path d="M0 2h20" stroke="var(--ink)" stroke-width="1.5" stroke-dasharray="4 3" />
          </svg>
          <span>{show(words.legendBefore(report.compare.label))}</span>
        </span>
      )}
      <span class="only-wide">
        <i class="hatch" />
        {show(words.legendLeft)}
      </span>
      {shape.legs.some((leg) => leg !== null && leg.over > 0) && (
        <span class="only-wide">
          <i class="hatch over" />
          {show(words.legendOver)}
        </span>
      )}
      <span>
        <Pill kind="good">{show(words.legendSure)}</Pill>
        {show(words.legendSureNote)}
      </span>
      <span>
        <Pill kind="good seems">{show(words.legendLooks)}</Pill>
        {show(words.legendLooksNote)}
      </span>
      <span>
        <Pill kind="few">{show(words.legendNeeds)}</Pill>
        <span class="inline">{show(words.legendNeedsNote(report.settings.min_n))}</span>
      </span>
    </figcaption>
  );
}

export function StageFunnel() {
  const { report, show } = usePage();
  const shape = funnelShape({
    counts: report.stages.map((each) => each.count),
    before: report.stages.map((each) => each.compare_count),
    days: report.transitions.map((each) => each.mean_days),
    allowed: report.transitions.map(calendarLimit),
  });
  const { weakest: weak } = report;
  const weakest = weak ? report.transitions.findIndex((row) => row.from === weak.from && row.to === weak.to) : -1;
  return (
    <Block
      id="funnel"
      title={words.funnel}
      note={words.funnelNote}
      notes={["funnel", "headline"]}
      wide
      end={<a href="#stages">{show(words.asTable)}</a>}
    >
      <figure class="Card StageFunnel">
        <WideView shape={shape} weakest={weakest} />
        <NarrowView weakest={weakest} />
        <Legend shape={shape} />
      </figure>
    </Block>
  );
}
