// StageFunnel: the picture of the page. Above, how many, as bars on one baseline with the stream between them at its true height;
// below, how long, as a ruler of days to scale. On a phone the same picture stands up.
import { usePage } from "../app/context";
import { usePeeks } from "../app/peeks";
import { funnelShape, lostPath, roadEdge, roadPath, type FunnelShape } from "../math/funnel-shape";
import type { Transition } from "../report";
import * as format from "../text/format";
import { words } from "../text/words";
import { Block } from "./block";
import { BandPill, Empty, Gauge, Open, Pill } from "./primitives";
import { Num } from "../text/rich";

const isWeakest = (transition: Transition, weakest: { from: string; to: string } | null) =>
  weakest !== null && transition.from === weakest.from && transition.to === weakest.to;

function useDays() {
  const { show } = usePage();
  return (days: number) => show(words.days(format.plain(days), days === 1));
}

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
          {i > 0 && <div class="handover" style={`grid-column:${2 * run.from}`}>{show(words.handover)} <span class="flip" aria-hidden="true">→</span></div>}
          <div class="realm" style={`grid-column:${2 * run.from + 1}/${2 * run.to + 2}`}>{run.owner && <span>{show(words.ownedBy(label(run.owner)))}</span>}</div>
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
      <span class="rate"><Open peek={() => peeks.transition(transition)}>{inUnit(transition.rate_pct, "pct")}</Open></span>
      <Gauge value={transition.rate_pct} interval={transition.ci95} bands={transition.bands} thin={transition.support === "none"} />
      <BandPill band={transition.band} support={transition.support} needs={transition.needs_more} />
      <span class="n-line">
        <span><Num>{`${format.short(transition.hits)}/${format.short(transition.n)}`}</Num></span>
        {transition.ci95 && <span>{show(words.rangeShort)} <Num>{range(transition.ci95, "pct")}</Num></span>}
      </span>
    </div>
  );
}

function Drawing({ shape, weakest }: { shape: FunnelShape; weakest: number }) {
  const { report, lang } = usePage();
  const { stageColor } = usePage();
  const color = (i: number) => stageColor(report.funnel.stages[i]?.stage ?? "");
  const mirror = lang === "he" ? `translate(${shape.width} 0) scale(-1 1)` : undefined;
  return (
    <g transform={mirror}>
      {shape.steps.map((step, i) => (
        <>
          <rect x={step.x} y={step.top} width={step.width} height={Math.max(0, shape.base - step.top)} fill={color(i + 1)} opacity="var(--flow)" />
          {step.top - step.fromTop > 1 && <path d={lostPath(step)} fill="url(#lost)" mask={`url(#fade${i})`} />}
        </>
      ))}
      {shape.bars.map((bar, i) => (
        <>
          <rect x={bar.x} y={bar.top} width={bar.width} height={Math.max(0, shape.base - bar.top)} rx="3" fill={color(i)} />
          {bar.before !== null && [["var(--surface)", 3, ""], ["var(--ink)", 1.5, "4 3"]].map(([stroke, width, dashes]) => (
            <path d={`M${bar.x - 6} ${bar.before}h${bar.width + 12}`} stroke={stroke as string} stroke-width={width as number} stroke-dasharray={dashes as string} />
          ))}
        </>
      ))}
      {shape.roads.map((road, i) => road && (
        <path d={roadPath(road)} fill={i === weakest ? "var(--bad)" : color(i + 1)} opacity={i === weakest ? 0.13 : 0.16} />
      ))}
      {shape.roads.map((road) => road && (
        <path d={`${roadEdge(road.fromStage, road.fromRuler)}${roadEdge(road.toStage, road.toRuler)}`} fill="none" stroke="var(--surface)" stroke-width="2" />
      ))}
      {shape.legs.map((leg, i) => leg && (
        <>
          <rect x={leg.x + 1.5} y={shape.ruler} width={Math.max(1, leg.width - 3)} height="8" rx="2" fill={color(i + 1)} />
          {leg.over > 3 && <rect x={leg.x + leg.width - leg.over} y={shape.ruler} width={leg.over - 1.5} height="8" rx="2" fill="url(#over)" />}
        </>
      ))}
    </g>
  );
}

function Patterns({ shape }: { shape: FunnelShape }) {
  return (
    <defs>
      <pattern id="lost" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(35)">
        <rect width="6" height="6" fill="var(--sunk)" /><path d="M0 0v6" stroke="var(--line-2)" stroke-width="1.6" />
      </pattern>
      <pattern id="over" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(35)">
        <rect width="5" height="5" fill="var(--surface)" /><path d="M1 0v5" stroke="var(--stage-6)" stroke-width="2.6" />
      </pattern>
      {shape.steps.map((step, i) => (
        <>
          <linearGradient id={`fg${i}`} gradientUnits="userSpaceOnUse" x1={step.x} x2={step.x + step.width - 12} y1="0" y2="0">
            <stop stop-color="#fff" /><stop offset="1" stop-color="#fff" stop-opacity="0" />
          </linearGradient>
          <mask id={`fade${i}`}><rect x={step.x} y="0" width={step.width} height={shape.height} fill={`url(#fg${i})`} /></mask>
        </>
      ))}
    </defs>
  );
}

const percent = (value: number, of: number) => `${((100 * value) / of).toFixed(2)}%`;

/** The words of the picture stand over it as text, so that they keep their size when the picture shrinks. */
function Labels({ shape }: { shape: FunnelShape }) {
  const { report, show } = usePage();
  const days = useDays();
  const at = (x: number, y: number) => `inset-inline-start:${percent(x, shape.width)};inset-block-start:${percent(y, shape.height)}`;
  const first = report.funnel.stages[0];
  return (
    <div class="labels">
      {report.transitions.map((transition, i) => {
        const label = shape.steps[i]?.label;
        return label && transition.left.total > 0 && (
          <span class={`out ${label.above ? "above" : ""}`} style={at(label.x, label.y)}>{show(words.left(format.short(transition.left.total)))}</span>
        );
      })}
      {shape.legs.map((leg) => leg && (
        <span class={`day row${leg.row}`} style={at(leg.x + leg.width / 2, shape.height)}>{days(leg.days)}</span>
      ))}
      {shape.legs.map((leg, i) => {
        const transition = report.transitions[i];
        return leg && leg.over > 0 && transition && transition.sla_days !== null && (
          <span class="soft row2" style={at(leg.x + leg.width - leg.over / 2, shape.height)}>
            {show(words.over(format.plain(leg.days - transition.sla_days), format.plain(transition.sla_days)))}
          </span>
        );
      })}
      {first && shape.legs.some((leg) => leg !== null) && (
        <span class="soft row2 start" style={at(shape.stageWidth / 2, shape.height)}>{show(words.dayZero)}</span>
      )}
    </div>
  );
}

function WideView({ shape }: { shape: FunnelShape }) {
  const { report, say, show, inUnit } = usePage();
  const peeks = usePeeks();
  const weakest = report.transitions.findIndex((transition) => isWeakest(transition, report.weakest));
  const stage = shape.stageWidth;
  const step = shape.stepWidth;
  const grid = `minmax(0,${stage}fr)` + (report.stages.length > 1 ? ` repeat(${report.stages.length - 1},minmax(0,${step}fr) minmax(0,${stage}fr))` : "");
  const counts = report.stages.map((each) => `${each.stage} ${format.count(each.count)}`).join(", ");
  const days = report.transitions.map((each) => inUnit(each.mean_days, "days")).join(", ");
  return (
    <div class="wide-view" tabIndex={report.stages.length > 8 ? 0 : undefined} role={report.stages.length > 8 ? "group" : undefined}
      aria-label={report.stages.length > 8 ? say(words.scrollable) : undefined}>
      <div class="scene" style={`grid-template-columns:${grid};min-inline-size:${report.stages.length > 8 ? `${shape.width}px` : "0"}`}>
        {weakest >= 0 && <div class="weak" style={`grid-column:${2 * weakest + 2}`} />}
        <Realms />
        {report.stages.map((each, i) => {
          const fixed = report.funnel.stages[i];
          const label = fixed ? say(fixed.label) : "";
          return (
            <>
              <div class="stage" style={`grid-column:${2 * i + 1}`}>
                <span class={`count ${each.count > 9_999 ? "long" : ""}`}><Open peek={() => peeks.stage(each)}>{format.short(each.count, 1_000_000)}</Open></span>
                <bdi class="code" title={each.stage}>{each.stage}</bdi>
                {label !== each.stage && <bdi class="name" title={fixed?.description ? say(fixed.description) : label}>{label}</bdi>}
              </div>
              {report.transitions[i] && <StepHead transition={report.transitions[i]!} column={2 * i + 2} />}
            </>
          );
        })}
        {report.stages.every((each) => each.count === 0) ? <div class="picture bare"><Empty>{show(words.nobody)}</Empty></div> : <div class="picture">
          <svg viewBox={`0 0 ${shape.width} ${shape.height}`} role="img" aria-label={say(words.funnelAlt(counts, days))}>
            <Patterns shape={shape} />
            <Drawing shape={shape} weakest={weakest} />
          </svg>
          <Labels shape={shape} />
        </div>}
      </div>
    </div>
  );
}

/** The phone's picture: the gap between two stages grows with the days between them. */
function NarrowView() {
  const { report, show, say, range, inUnit, stageColor } = usePage();
  const peeks = usePeeks();
  const days = useDays();
  const most = Math.max(1, ...report.stages.flatMap((each) => [each.count, each.compare_count ?? 0]));
  const longest = Math.max(1, ...report.transitions.map((each) => each.mean_days ?? 0));
  return (
    <ol class="narrow-view">
      {report.stages.map((each, i) => {
        const next = report.transitions[i];
        const fixed = report.funnel.stages[i];
        return (
          <>
            <li class="s">
              <span class="code"><bdi>{each.stage}</bdi>{fixed && say(fixed.label) !== each.stage && <span>{show(fixed.label)}</span>}</span>
              <span class="barline">
                <span class="lane">
                  <i style={`inline-size:${percent(each.count, most)};background:${stageColor(each.stage)}`} />
                  {each.compare_count !== null && <span class="ghost" style={`inset-inline-start:${percent(each.compare_count, most)}`} />}
                </span>
                <b><Open peek={() => peeks.stage(each)}>{format.count(each.count)}</Open></b>
              </span>
            </li>
            {next && (
              <li class={`t ${isWeakest(next, report.weakest) ? "worst" : ""}`} style={`min-block-size:${Math.round(76 + (52 * (next.mean_days ?? 0)) / longest)}px`}>
                <span class="days"><span>{next.mean_days === null ? show(words.noDays) : days(next.mean_days)}
                  {next.sla_over_days !== null && next.sla_days !== null && <em>{show(words.over(format.plain(next.sla_over_days), format.plain(next.sla_days)))}</em>}</span></span>
                <div class="body">
                  <span class="rate"><Open peek={() => peeks.transition(next)}>{inUnit(next.rate_pct, "pct")}</Open></span>
                  <span><BandPill band={next.band} support={next.support} needs={next.needs_more} /></span>
                  <Gauge value={next.rate_pct} interval={next.ci95} bands={next.bands} thin={next.support === "none"} />
                  <span class="meta">
                    {show(words.left(format.count(next.left.total)))} · <Num>{`${format.count(next.hits)}/${format.count(next.n)}`}</Num>
                    {next.ci95 && <> · {show(words.rangeShort)} <Num>{range(next.ci95, "pct")}</Num></>}
                  </span>
                </div>
              </li>
            )}
          </>
        );
      })}
    </ol>
  );
}

function Legend({ shape }: { shape: FunnelShape }) {
  const { report, show } = usePage();
  return (
    <figcaption class="Legend">
      {report.compare && (
        <span><svg width="20" height="4" aria-hidden="true"><path d="M0 2h20" stroke="var(--ink)" stroke-width="1.5" stroke-dasharray="4 3" /></svg>
          <span>{show(words.legendBefore(report.compare.label))}</span></span>
      )}
      <span class="only-wide"><i class="hatch" />{show(words.legendLeft)}</span>
      {shape.legs.some((leg) => leg !== null && leg.over > 0) && <span class="only-wide"><i class="hatch over" />{show(words.legendOver)}</span>}
      <span><Pill kind="good">{show(words.legendSure)}</Pill>{show(words.legendSureNote)}</span>
      <span><Pill kind="good seems">{show(words.legendLooks)}</Pill>{show(words.legendLooksNote)}</span>
      <span><Pill kind="few">{show(words.legendNeeds)}</Pill><span class="inline">{show(words.legendNeedsNote(report.settings.min_n))}</span></span>
    </figcaption>
  );
}

export function StageFunnel() {
  const { report, show } = usePage();
  const shape = funnelShape({
    counts: report.stages.map((each) => each.count),
    before: report.stages.map((each) => each.compare_count),
    days: report.transitions.map((each) => each.mean_days),
    allowed: report.transitions.map((each) => each.sla_days),
  });
  return (
    <Block id="funnel" title={words.funnel} note={words.funnelNote} notes={["funnel", "headline"]} wide
      end={<a href="#stages">{show(words.asTable)}</a>}>
      <figure class="Card StageFunnel">
        <WideView shape={shape} />
        <NarrowView />
        <Legend shape={shape} />
      </figure>
    </Block>
  );
}
