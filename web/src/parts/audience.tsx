// Whom the campaign aimed at, and whom it captured.
import { usePage } from "../app/context";
import { usePeeks } from "../app/peeks";
import * as format from "../text/format";
import type { Audience as Aimed } from "../text/names";
import { Num } from "../text/rich";
import { words } from "../text/words";
import { Block } from "./block";
import { Open } from "./primitives";

function Clauses({ audience }: { audience: Aimed }) {
  const { show } = usePage();
  return (
    <table class="clauses">
      <thead>
        <tr>
          <th scope="col">{show(words.condition)}</th>
          <th scope="col" class="grow hide-s">
            <span class="visually-hidden">{show(words.met)}</span>
          </th>
          <th scope="col" class="num">
            {show(words.met)}
          </th>
          <th scope="col" class="num">
            {show(words.unmet)}
          </th>
          <th scope="col" class="num">
            {show(words.unknown)}
          </th>
        </tr>
      </thead>
      <tbody>
        {audience.clauses.map((clause) => (
          <tr key={clause.code}>
            <th scope="row" class="wrap">
              {show(clause.label)}
            </th>
            <td class="hide-s">
              <span class="ClauseBar" aria-hidden="true">
                {(["met", "unmet", "unknown"] as const).map(
                  (kind) => clause[kind] > 0 && <i class={kind} style={`flex:${clause[kind]}`} />,
                )}
              </span>
            </td>
            {[clause.met, clause.unmet, clause.unknown].map((n, i) => (
              <td class={`num ${i === 0 ? "strong" : ""}`}>
                {n > 0 || i === 0 ? <Num>{format.count(n)}</Num> : <span class="muted">{format.NONE}</span>}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Split({ split }: { split: Aimed["splits"][number] }) {
  const { report, show, stageShort } = usePage();
  const most = Math.max(1, ...split.rows.map((row) => row.count));
  return (
    <table class="split">
      <thead>
        <tr>
          <th scope="col">{show(split.label)}</th>
          <th scope="col" class="grow">
            <span class="visually-hidden">{show(words.captured)}</span>
          </th>
          <th scope="col" class="num">
            {show(words.captured)}
          </th>
          <th scope="col" class="num">
            {show(words.reached(stageShort(report.funnel.goal)))}
          </th>
        </tr>
      </thead>
      <tbody>
        {split.rows.map((row) => (
          <tr key={row.value}>
            <th scope="row" class="wrap">
              {show(row.label)}
              {row.aimed && <span class="sub aimed">{show(words.aimed)}</span>}
            </th>
            <td>
              <span class="well" aria-hidden="true">
                <span
                  class={`Bar ${row.aimed ? "" : "outside"}`}
                  style={`inline-size:${((100 * row.count) / most).toFixed(1)}%`}
                />
              </span>
            </td>
            <td class="num strong">
              <Num>{format.count(row.count)}</Num>
            </td>
            <td class="num">
              <Num>{format.count(row.to_last)}</Num>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function Audience() {
  const { report, show, range, inUnit } = usePage();
  const peeks = usePeeks();
  const { audience } = report;
  if (audience === null) return null;
  return (
    <Block id="audience" title={words.audience} notes={["audience"]}>
      <div class="Card Panel">
        <p class="Aimed">
          <span class="big">
            <Open
              peek={() =>
                peeks.measure(
                  show(audience.label),
                  <>
                    {show(words.aimed)} ÷ {show(words.captured)}
                  </>,
                  audience.aimed,
                )
              }
            >
              {inUnit(audience.aimed.value, "pct")}
            </Open>
          </span>
          <span>
            {show(words.audienceBig(format.count(audience.aimed.hits), format.count(audience.captured)))}
            <span class="sub">
              {show(words.rangeShort)} <Num>{range(audience.aimed.ci95, "pct")}</Num>
            </span>
          </span>
        </p>
        <div class="Halves">
          {audience.clauses.length > 0 && <Clauses audience={audience} />}
          {audience.splits.map((split) => (
            <Split split={split} key={split.name} />
          ))}
        </div>
      </div>
    </Block>
  );
}
