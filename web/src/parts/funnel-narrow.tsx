// The phone's funnel: the same picture standing up. The gap between two stages grows with the days between them.
import { usePage } from "../app/context";
import { usePeeks } from "../app/peeks";
import { saidLimit } from "../math/limit";
import type { Transition } from "../report";
import * as format from "../text/format";
import type { StageRow } from "../text/names";
import { Num } from "../text/rich";
import { words } from "../text/words";
import { BandPill, Gauge, Open } from "./primitives";

const SHORTEST = 76;
const STRETCH = 52;

function Stage({ row, most }: { row: StageRow; most: number }) {
  const { isolate, stageLabel, stageColor } = usePage();
  const peeks = usePeeks();
  const label = stageLabel(row.stage);
  const share = (count: number) => `${((100 * count) / most).toFixed(2)}%`;
  return (
    <li class="s">
      <span class="code">
        <bdi>{row.stage}</bdi>
        {label !== row.stage && <span>{isolate(label)}</span>}
      </span>
      <span class="barline">
        <span class="lane">
          <i
            class={row.count === 0 ? "zero" : ""}
            style={`inline-size:${share(row.count)};background:${stageColor(row.stage)}`}
          />
          {row.compare_count !== null && (
            <span class="ghost" style={`inset-inline-start:${share(row.compare_count)}`} />
          )}
        </span>
        <b>
          <Open peek={() => peeks.stage(row)}>{format.count(row.count)}</Open>
        </b>
      </span>
    </li>
  );
}

function DaysRail({ step }: { step: Transition }) {
  const { say, show } = usePage();
  const { mean_days: days, sla_over_days: over } = step;
  const limit = saidLimit(step);
  return (
    <span class="days">
      <span>
        {show(days === null ? words.noDays : words.days(format.plain(days), days === 1))}
        {over !== null && limit && <em>{show(words.over(format.plain(over), say(limit)))}</em>}
      </span>
    </span>
  );
}

function Step({ step, longest, worst }: { step: Transition; longest: number; worst: boolean }) {
  const { show, range, inUnit } = usePage();
  const peeks = usePeeks();
  const height = Math.round(SHORTEST + (STRETCH * (step.mean_days ?? 0)) / longest);
  return (
    <li class={`t ${worst ? "worst" : ""}`} style={`min-block-size:${height}px`}>
      <DaysRail step={step} />
      <div class="body">
        <span class="rate">
          <Open peek={() => peeks.transition(step)} n={step.n}>
            {inUnit(step.rate_pct, "pct")}
          </Open>
        </span>
        <span>
          <BandPill band={step.band} support={step.support} needs={step.needs_more} />
        </span>
        <Gauge value={step.rate_pct} interval={step.ci95} bands={step.bands} thin={step.support === "none"} />
        <span class="meta">
          {show(words.left(format.count(step.left.total)))} ·{" "}
          <Num>{`${format.count(step.hits)}/${format.count(step.n)}`}</Num>
          {step.ci95 && (
            <>
              {" · "}
              {show(words.rangeShort)} <Num>{range(step.ci95, "pct")}</Num>
            </>
          )}
        </span>
      </div>
    </li>
  );
}

export function NarrowView({ weakest }: { weakest: number }) {
  const { report } = usePage();
  const most = Math.max(1, ...report.stages.flatMap((row) => [row.count, row.compare_count ?? 0]));
  const longest = Math.max(1, ...report.transitions.map((step) => step.mean_days ?? 0));
  const code = report.stages.some((row) => row.stage.length > 7) ? 96 : 66;
  return (
    <ol class="narrow-view" style={`--code:${code}px`}>
      {report.stages.map((row, i) => {
        const step = report.transitions[i];
        return (
          <>
            <Stage row={row} most={most} />
            {step && <Step step={step} longest={longest} worst={i === weakest} />}
          </>
        );
      })}
    </ol>
  );
}
