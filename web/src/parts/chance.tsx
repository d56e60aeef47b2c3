// The upside-down funnel: the chance to reach the end grows on the way. The bar is the chance; the line on it, the
// interval.
import { usePage } from "../app/context";
import { usePeeks } from "../app/peeks";
import type { Measure } from "../report";
import * as format from "../text/format";
import { Num } from "../text/rich";
import { words } from "../text/words";
import { Block } from "./block";
import { Open, Over } from "./primitives";
import { Heads, RangeSub, StageHead } from "./table";

function ChanceBar({ stage, chance }: { stage: string; chance: Measure }) {
  const { stageColor } = usePage();
  const [low, high] = chance.ci95 ?? [0, 0];
  return (
    <span class={`ChanceBar ${chance.support === "none" ? "thin" : ""}`} aria-hidden="true">
      <i style={`inline-size:${chance.value ?? 0}%;background:${stageColor(stage)}`} />
      {chance.ci95 && <b style={`inset-inline-start:${low}%;inline-size:${(high - low).toFixed(1)}%`} />}
    </span>
  );
}

export function Chance() {
  const { report, show, stageShort, inUnit } = usePage();
  const peeks = usePeeks();
  const goal = stageShort(report.funnel.goal);
  const rows = report.stages.flatMap(({ stage, chance_to_end: chance }) => (chance ? [{ stage, chance }] : []));
  if (rows.length === 0) return null;
  return (
    <Block id="chance" title={words.chance(goal)} note={words.chanceNote} notes={["chance"]} wide>
      <div class="Card TableCard">
        <table class="chance">
          <Heads
            of={[
              { text: show(words.fromStage) },
              { text: show(words.chanceColumn), kind: "grow", silent: true },
              { text: show(words.chanceColumn), kind: "num" },
              { text: show(words.counted), kind: "num hide-s" },
            ]}
          />
          <tbody>
            {rows.map(({ stage, chance }) => (
              <tr key={stage}>
                <StageHead stage={stage} />
                <td>
                  <ChanceBar stage={stage} chance={chance} />
                </td>
                <td class="num strong">
                  <Open
                    peek={() =>
                      peeks.measure(<bdi>{stageShort(stage)}</bdi>, <Over of={goal} by={stageShort(stage)} />, chance)
                    }
                    n={chance.n}
                  >
                    {inUnit(chance.value, "pct")}
                  </Open>
                  <RangeSub of={chance.ci95} unit="pct" />
                </td>
                <td class="num muted hide-s">
                  <Num>{`${format.count(chance.hits)}/${format.count(chance.n)}`}</Num>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Block>
  );
}
