// One dimension: for each value a tiny funnel with its numbers, and the rate to the end with its interval beside all
// the others.
import { useState } from "preact/hooks";
import { usePage } from "../app/context";
import { usePeeks } from "../app/peeks";
import type { Report } from "../report";
import { greatest } from "../math/greatest";
import * as format from "../text/format";
import type { BreakdownRow } from "../text/names";
import { Num } from "../text/rich";
import { showAll, words } from "../text/words";
import { Block } from "./block";
import { Empty, Open } from "./primitives";
import { Heads } from "./table";

const TALLEST = 30;
/** A dimension of hundreds of values opens with its largest. */
const AT_FIRST = 12;

function MiniFunnel({ row, most }: { row: BreakdownRow; most: number }) {
  const { report, stageShort, stageColor } = usePage();
  const counts = report.stages.map(({ stage }) => ({ stage, count: row.counts[stage] ?? 0 }));
  return (
    <span
      class="MiniFunnel"
      role="img"
      aria-label={counts.map(({ stage, count }) => `${stageShort(stage)} ${format.count(count)}`).join(", ")}
      style={`--stages:${counts.length}`}
    >
      {counts.map(({ stage, count }) => (
        <span class={count === 0 ? "zero" : ""}>
          <i
            style={`block-size:${Math.max(1.5, (TALLEST * count) / most).toFixed(1)}px;background:${stageColor(stage)}`}
          />
          <Num>{format.short(count, counts.length > 8 ? 1_000 : 10_000, 2)}</Num>
        </span>
      ))}
    </span>
  );
}

/** All the rows on one axis, so that overlapping intervals are seen to overlap; the line is all together. */
function RateLane({ row, most, overall }: { row: BreakdownRow; most: number; overall: number | null }) {
  const at = (value: number) => `${Math.min(100, (100 * value) / most).toFixed(1)}%`;
  return (
    <span class={`RateLane ${row.support === "none" ? "thin" : ""}`} aria-hidden="true">
      {overall !== null && <u style={`inset-inline-start:${at(overall)}`} />}
      {row.ci95 && (
        <b style={`inset-inline-start:${at(row.ci95[0])};inline-size:calc(${at(row.ci95[1])} - ${at(row.ci95[0])})`} />
      )}
      {row.to_last_pct !== null && (
        <i class={row.to_last_pct > most ? "beyond" : ""} style={`inset-inline-start:${at(row.to_last_pct)}`} />
      )}
    </span>
  );
}

function Rate({ row, dimension }: { row: BreakdownRow; dimension: string }) {
  const { report, show, range, inUnit } = usePage();
  const peeks = usePeeks();
  const hits = row.counts[report.funnel.goal] ?? 0;
  const thin = row.support === "none";
  return (
    <td class="num">
      <span class={thin ? "DeltaText thin" : ""}>
        <Open peek={() => peeks.breakdown(row, dimension)} n={row.n}>
          {thin && hits === 0 ? `${format.count(hits)}/${format.count(row.n)}` : inUnit(row.to_last_pct, "pct")}
        </Open>
      </span>
      <span class="sub">
        {thin ? show(words.tooFewMore(format.count(row.needs_more))) : <Num>{range(row.ci95, "pct")}</Num>}
      </span>
    </td>
  );
}

function useHeads(dimension: Report["dimensions"][number], axis: number) {
  const { report, show, stageShort } = usePage();
  const codes = (
    <span class="MiniFunnel head" style={`--stages:${report.stages.length}`}>
      {report.stages.map(({ stage }) => (
        <span>
          <bdi title={stageShort(stage)}>{stageShort(stage)}</bdi>
        </span>
      ))}
    </span>
  );
  const scale = (
    <>
      <span class="visually-hidden">{show(words.interval)}</span>
      <span class="Axis" aria-hidden="true">
        <Num>0%</Num>
        <Num>{format.wholePercent(axis)}</Num>
      </span>
    </>
  );
  return [
    { text: show(dimension.label) },
    { text: codes },
    { text: scale, kind: "grow hide-m" },
    { text: show(words.toLast(stageShort(report.funnel.goal))), kind: "num" },
  ];
}

/** An axis as long as the intervals that can be believed; the thin ones run off it, and say so. */
function axisOf(rows: BreakdownRow[], overall: number | null): number {
  const sure = rows.filter((row) => row.support !== "none").map((row) => row.ci95?.[1] ?? row.to_last_pct ?? 0);
  const widest = greatest(overall ?? 0, sure);
  return widest > 0
    ? widest * 1.1
    : greatest(
        1,
        rows.map((row) => row.ci95?.[1] ?? 1),
      );
}

function Rows({ dimension, rows }: { dimension: Report["dimensions"][number]; rows: BreakdownRow[] }) {
  const { report, show, isolate, say, inUnit } = usePage();
  const [whole, setWhole] = useState(false);
  const shown = whole ? rows : rows.slice(0, AT_FIRST);
  const first = report.stages[0]?.stage ?? "";
  const most = greatest(
    1,
    rows.filter((row) => row.rest === undefined).map((row) => row.counts[first] ?? 0),
  );
  const overall = report.overall?.rate_pct ?? null;
  const axis = axisOf(rows, overall);
  return (
    <div class="Card TableCard">
      <table class="breakdown stacked">
        <Heads of={useHeads(dimension, axis)} />
        <tbody>
          {shown.map((row) => (
            <tr key={row.rest === undefined ? row.value : "\nrest"} class={row.rest === undefined ? "" : "rest"}>
              <th scope="row" class="wrap">
                {say(row.label).trim() === "" ? show(words.unnamed) : isolate(say(row.label))}
              </th>
              <td class="full">
                <MiniFunnel row={row} most={row.rest === undefined ? most : Math.max(most, row.counts[first] ?? 0)} />
              </td>
              <td class="hide-m">
                <RateLane row={row} most={axis} overall={overall} />
              </td>
              <Rate row={row} dimension={dimension.name} />
            </tr>
          ))}
        </tbody>
      </table>
      <p class="TableFoot">
        {overall !== null && <span class="hide-m">{show(words.overallLine(inUnit(overall, "pct")))}</span>}
        {rows.length > shown.length && (
          <button type="button" class="Button quiet" onClick={() => setWhole(true)}>
            {show(showAll(rows))}
          </button>
        )}
      </p>
    </div>
  );
}

export function Breakdown({ dimension }: { dimension: Report["dimensions"][number] }) {
  const { report, show } = usePage();
  const rows = report.breakdowns[dimension.name] ?? [];
  return (
    <Block
      id={`breakdown-${dimension.name}`}
      title={dimension.label}
      note={dimension.note}
      notes={[`breakdown.${dimension.name}`]}
    >
      {rows.length === 0 ? <Empty>{show(words.noRows)}</Empty> : <Rows dimension={dimension} rows={rows} />}
    </Block>
  );
}
