// A score as a sum: each term where the one before ended, the threshold and the borderline band through all rows.
import * as format from "../../text/format";
import { Num } from "../../text/rich";
import { useApp } from "../app";
import type { Score, ScoreTerm } from "../api-types";
import { Panel } from "./basics";

interface Bar extends ScoreTerm {
  from: number;
  to: number;
}

/** Where each term begins and ends. */
export function waterfall(terms: ScoreTerm[]): Bar[] {
  let sum = 0;
  return terms.map((term) => {
    const from = sum;
    sum += term.points;
    return { ...term, from: Math.min(from, sum), to: Math.max(from, sum) };
  });
}

export function ScoreLedger({ score }: { score: Score }) {
  const { of, show, say, ownerLabel, isolate } = useApp();
  const bars = waterfall(score.terms);
  const most = Math.max(100, score.above, score.value, ...bars.map((bar) => bar.to));
  const pct = (value: number) => `${((100 * value) / most).toFixed(1)}%`;
  const lane = (bar: { from: number; to: number }, kind: string) => (
    <td class="lane" aria-hidden="true">
      <span>
        {score.borderline_from !== null && (
          <u
            style={`inset-inline-start:${pct(score.borderline_from)};inline-size:${pct(score.above - score.borderline_from)}`}
          />
        )}
        <b style={`inset-inline-start:${pct(score.above)}`} />
        <i class={kind} style={`inset-inline-start:${pct(bar.from)};inline-size:${pct(bar.to - bar.from)}`} />
      </span>
    </td>
  );
  const kindOf = (bar: Bar) => (bar.points < 0 ? "minus" : bar.group === "engagement" ? "eng" : "");
  return (
    <Panel title={of(score.label)} note={score.owner && isolate(ownerLabel(score.owner))}>
      <table class="ScoreLedger">
        <caption class="visually-hidden">{say("score.sum", { n: score.value })}</caption>
        <tbody>
          {bars.map((bar) => (
            <tr key={bar.id}>
              <th scope="row">
                {of(bar.label)}
                <span class="sub wrap">
                  {bar.known ? bar.detail && of(bar.detail) : show("score.unknown")}
                  {bar.capped && <> · {show("score.capped")}</>}
                </span>
              </th>
              {lane(bar, kindOf(bar))}
              <td class="num">
                <Num>{format.signed(bar.points, format.plain)}</Num>
              </td>
            </tr>
          ))}
          <tr class="total">
            <th scope="row">{show("score.total")}</th>
            {lane({ from: 0, to: Math.max(0, score.value) }, "sum")}
            <td class="num big">
              <Num>{format.plain(score.value)}</Num>
            </td>
          </tr>
        </tbody>
      </table>
      <ScoreLegend score={score} />
    </Panel>
  );
}

function ScoreLegend({ score }: { score: Score }) {
  const { show } = useApp();
  return (
    <p class="Legend">
      {score.borderline_from !== null && (
        <span>
          <i class="borderline" />
          {show("score.borderline")} <Num>{`${score.borderline_from}–${score.above}`}</Num>
        </span>
      )}
      <span>
        <i class="threshold" />
        {show("score.threshold")} <Num>{format.plain(score.above)}</Num>
      </span>
      <span>
        <i class="fit" />
        {show("score.fit")}
      </span>
      <span>
        <i class="engagement" />
        {show("score.engagement")}
      </span>
    </p>
  );
}
