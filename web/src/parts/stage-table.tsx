// Stage by stage in numbers: the table behind the picture.
import { usePage } from "../app/context";
import { usePeeks } from "../app/peeks";
import type { FunnelStage, StageRow } from "../text/names";
import type { Transition } from "../report";
import * as format from "../text/format";
import { Num } from "../text/rich";
import { words } from "../text/words";
import { Block } from "./block";
import { BandPill, Count, DeltaText, Open } from "./primitives";
import { Dash, Heads, RangeSub, StageHead } from "./table";

function Outcomes() {
  const { report, show, money } = usePage();
  return (
    <>
      {report.outcomes.map((each) => (
        <span key={each.code}>
          {show(each.label)}: <Count of={each.count} cell={`outcome:${each.code}`} />
          {each.compare_count !== null && (
            <>
              {" "}
              ({show(words.earlier)} <Num>{format.count(each.compare_count)}</Num>)
            </>
          )}
          {each.revenue !== null && (
            <>
              , <Num>{money(each.revenue)}</Num>
            </>
          )}
        </span>
      ))}
    </>
  );
}

interface RowProps {
  row: StageRow;
  fixed: FunnelStage | undefined;
  /** The transition that leads here; the first stage has none. */
  transition: Transition | undefined;
  compared: boolean;
}

function Row({ row, fixed, transition, compared }: RowProps) {
  const { report, lang, isolate, inUnit } = usePage();
  const peeks = usePeeks();
  const owner = report.funnel.owners.find((each) => each.code === fixed?.owner)?.label[lang] ?? fixed?.owner ?? "";
  return (
    <tr>
      <StageHead stage={row.stage} />
      <td class="muted hide-s">{isolate(owner)}</td>
      <td class="num strong">
        <Open peek={() => peeks.stage(row)}>{format.count(row.count)}</Open>
      </td>
      {compared && (
        <>
          <td class="num muted">
            {row.compare_count === null ? <Dash /> : <Num>{format.count(row.compare_count)}</Num>}
          </td>
          <td class="num">
            <DeltaText change={row.change} unit="count" better="up" value={row.count} before={row.compare_count} />
          </td>
        </>
      )}
      <td class="num">
        {transition ? (
          <Open peek={() => peeks.transition(transition)} n={transition.n}>
            {inUnit(row.of_previous_pct, "pct")}
          </Open>
        ) : (
          <Dash />
        )}
        <RangeSub of={row.ci95} unit="pct" />
      </td>
      {compared && (
        <td class="num hide-s muted">
          <Num>{inUnit(row.compare_of_previous_pct, "pct")}</Num>
        </td>
      )}
      <td class="num hide-s">
        <Open peek={() => peeks.stage(row)}>{inUnit(row.of_first_pct, "pct")}</Open>
      </td>
      <td class="hide-m">{transition && <BandPill band={row.band} support={row.support} needs={row.needs_more} />}</td>
    </tr>
  );
}

/** What the two marks of uncertainty mean. */
function Marks() {
  const { report, show } = usePage();
  const { alpha_pct, min_n } = report.settings;
  const rows = [
    { kind: "noise", mark: "≈", text: words.mayBeChance(alpha_pct) },
    { kind: "thin", mark: "…", text: words.fewerThan(min_n) },
  ];
  return (
    <>
      {rows.map(({ kind, mark, text }) => (
        <span>
          <span class={`DeltaText ${kind}`} aria-hidden="true">
            <span class="mark">{mark}</span>
          </span>{" "}
          {show(text)}
        </span>
      ))}
    </>
  );
}

export function StageTable() {
  const { report, show, stageShort } = usePage();
  const first = stageShort(report.stages[0]?.stage ?? "");
  const compared = report.compare !== null;
  return (
    <Block
      id="stages"
      title={words.stages}
      note={report.compare && words.stagesNote(report.compare.label)}
      notes={["stages"]}
    >
      <div class="Card TableCard">
        <table class="stages">
          <Heads
            of={[
              { text: show(words.stage) },
              { text: show(words.owner), kind: "hide-s" },
              { text: show(words.nowColumn), kind: "num" },
              compared && { text: show(words.beforeColumn), kind: "num" },
              compared && { text: show(words.change), kind: "num" },
              { text: show(words.ofPrevious), kind: "num" },
              compared && { text: show(words.beforeColumn), kind: "num hide-s" },
              { text: show(words.ofFirst(first)), kind: "num hide-s" },
              { text: show(words.band), kind: "hide-m" },
            ]}
          />
          <tbody>
            {report.stages.map((row, i) => (
              <Row
                key={row.stage}
                row={row}
                fixed={report.funnel.stages[i]}
                transition={report.transitions[i - 1]}
                compared={compared}
              />
            ))}
          </tbody>
        </table>
        <p class="TableFoot">
          {compared && <Marks />}
          <Outcomes />
        </p>
      </div>
    </Block>
  );
}
