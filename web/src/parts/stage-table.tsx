// Stage by stage in numbers: the table behind the picture, and the two that follow from it: the chance to reach the end, and the
// days between stages.
import { usePage } from "../app/context";
import { usePeeks } from "../app/peeks";
import type { Transition } from "../report";
import * as format from "../text/format";
import { Num } from "../text/rich";
import { words } from "../text/words";
import { Block } from "./block";
import { BandPill, DeltaText, Name, Open, StageDot } from "./primitives";

function useOwner() {
  const { report, lang } = usePage();
  return (code: string | null) => report.funnel.owners.find((owner) => owner.code === code)?.label[lang] ?? code ?? "";
}

function Outcomes() {
  const { report, show, money } = usePage();
  if (report.outcomes.length === 0) return null;
  return (
    <>
      {report.outcomes.map((each) => (
        <span key={each.code}>
          {show(each.label)}: <Num>{format.count(each.count)}</Num>
          {each.compare_count !== null && <> ({show(words.earlier)} <Num>{format.count(each.compare_count)}</Num>)</>}
          {each.revenue !== null && <>, <Num>{money(each.revenue)}</Num></>}
        </span>
      ))}
    </>
  );
}

export function StageTable() {
  const { report, show, range, inUnit, isolate, stageLabel, say } = usePage();
  const peeks = usePeeks();
  const owner = useOwner();
  const first = report.stages[0]?.stage ?? "";
  const compared = report.compare !== null;
  return (
    <Block id="stages" title={words.stages} note={report.compare && words.stagesNote(report.compare.label)} notes={["stages"]}>
      <div class="Card TableCard">
        <table class="stages">
          <thead><tr>
            <th scope="col">{show(words.stage)}</th><th scope="col" class="hide-s">{show(words.owner)}</th>
            <th scope="col" class="num">{show(words.nowColumn)}</th>
            {compared && <><th scope="col" class="num">{show(words.beforeColumn)}</th><th scope="col" class="num">{show(words.change)}</th></>}
            <th scope="col" class="num">{show(words.ofPrevious)}</th>
            {compared && <th scope="col" class="num hide-s">{show(words.beforeColumn)}</th>}
            <th scope="col" class="num hide-s">{show(words.ofFirst(first))}</th>
            <th scope="col" class="hide-m">{show(words.band)}</th>
          </tr></thead>
          <tbody>
            {report.stages.map((row, i) => {
              const transition = report.transitions[i - 1];
              const label = stageLabel(row.stage);
              return (
                <tr key={row.stage}>
                  <th scope="row"><StageDot stage={row.stage} /><Name>{row.stage}</Name> {label !== row.stage && <span class="muted hide-s">{isolate(label)}</span>}</th>
                  <td class="muted hide-s">{isolate(owner(report.funnel.stages[i]?.owner ?? null))}</td>
                  <td class="num strong"><Open peek={() => peeks.stage(row)}>{format.count(row.count)}</Open></td>
                  {compared && <>
                    <td class="num muted">{row.compare_count === null ? format.NONE : <Num>{format.count(row.compare_count)}</Num>}</td>
                    <td class="num"><DeltaText change={row.change} unit="count" better="up" value={row.count} before={row.compare_count} /></td>
                  </>}
                  <td class="num">{transition
                    ? <><Open peek={() => peeks.transition(transition)}>{inUnit(row.of_previous_pct, "pct")}</Open>{row.ci95 && <span class="sub"><Num>{range(row.ci95, "pct")}</Num></span>}</>
                    : <span class="muted">{format.NONE}</span>}</td>
                  {compared && <td class="num hide-s muted"><Num>{inUnit(row.compare_of_previous_pct, "pct")}</Num></td>}
                  <td class="num hide-s"><Num>{inUnit(row.of_first_pct, "pct")}</Num></td>
                  <td class="hide-m">{transition ? <BandPill band={row.band} support={row.support} needs={row.needs_more} /> : null}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
        <p class="TableFoot">
          {compared && <>
            <span><span class="DeltaText noise"><span class="mark" aria-hidden="true">≈</span></span> {show(words.mayBeChance(report.settings.alpha_pct))}</span>
            <span><span class="DeltaText thin"><span class="mark" aria-hidden="true">…</span></span> {show(words.fewerThan(report.settings.min_n))}</span>
          </>}
          {report.outcomes.length > 0 && <span class="visually-hidden">{say(words.beyond)}</span>}
          <Outcomes />
        </p>
      </div>
    </Block>
  );
}

/** The upside-down funnel. The bar is the chance; the line on it, the interval. */
export function Chance() {
  const { report, show, range, inUnit, stageColor, isolate, stageLabel } = usePage();
  const peeks = usePeeks();
  const goal = report.funnel.goal;
  const rows = report.stages.filter((row) => row.chance_to_end !== null);
  if (rows.length === 0) return null;
  return (
    <Block id="chance" title={words.chance(goal)} note={words.chanceNote} notes={["chance"]} wide>
      <div class="Card TableCard">
        <table class="chance">
          <thead><tr>
            <th scope="col">{show(words.fromStage)}</th><th scope="col" class="grow"><span class="visually-hidden">{show(words.chanceColumn)}</span></th>
            <th scope="col" class="num">{show(words.chanceColumn)}</th><th scope="col" class="num hide-s">{show(words.counted)}</th>
          </tr></thead>
          <tbody>
            {rows.map((row) => {
              const chance = row.chance_to_end!;
              return (
                <tr key={row.stage}>
                  <th scope="row"><StageDot stage={row.stage} /><Name>{row.stage}</Name> <span class="muted hide-s">{stageLabel(row.stage) === row.stage ? "" : isolate(stageLabel(row.stage))}</span></th>
                  <td><span class={`ChanceBar ${chance.support === "none" ? "thin" : ""}`} aria-hidden="true">
                    <i style={`inline-size:${chance.value ?? 0}%;background:${stageColor(row.stage)}`} />
                    {chance.ci95 && <b style={`inset-inline-start:${chance.ci95[0]}%;inline-size:${(chance.ci95[1] - chance.ci95[0]).toFixed(1)}%`} />}
                  </span></td>
                  <td class="num strong"><Open peek={() => peeks.measure(<bdi>{row.stage}</bdi>, <bdi>{`${goal} ÷ ${row.stage}`}</bdi>, chance)}>{inUnit(chance.value, "pct")}</Open>
                    {chance.ci95 && <span class="sub"><Num>{range(chance.ci95, "pct")}</Num></span>}</td>
                  <td class="num muted hide-s"><Num>{`${format.count(chance.hits)}/${format.count(chance.n)}`}</Num></td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Block>
  );
}

function DaysLane({ row, longest }: { row: Transition; longest: number }) {
  const at = (days: number) => `${((100 * days) / longest).toFixed(1)}%`;
  if (row.mean_days === null) return null;
  const over = row.sla_days !== null && row.mean_days > row.sla_days ? row.sla_days : null;
  return (
    <span class="DaysLane" aria-hidden="true">
      <i style={`inline-size:${at(over ?? row.mean_days)}`} />
      {over !== null && <i class="over" style={`inset-inline-start:${at(over)};inline-size:${at(row.mean_days - over)}`} />}
      {row.median_days !== null && <b style={`inset-inline-start:${at(row.median_days)}`} />}
      {row.sla_days !== null && <u style={`inset-inline-start:${at(row.sla_days)}`} />}
    </span>
  );
}

export function Days() {
  const { report, show, inUnit } = usePage();
  const peeks = usePeeks();
  const rows = report.transitions;
  if (rows.length === 0) return null;
  const longest = Math.max(1, ...rows.flatMap((row) => [row.mean_days ?? 0, row.median_days ?? 0, row.sla_days ?? 0])) * 1.04;
  const compared = report.compare !== null;
  const sla = rows.some((row) => row.sla_days !== null);
  const cells = (row: Transition) => (
    <>
      <td class="num strong">{row.mean_days === null ? <span class="muted">{format.NONE}</span>
        : <Open peek={() => peeks.days(row)}>{inUnit(row.mean_days, "days")}</Open>}</td>
      <td class="num">{row.median_days === null ? <span class="muted">{format.NONE}</span>
        : <Open peek={() => peeks.days(row)}>{inUnit(row.median_days, "days")}</Open>}</td>
      {compared && <td class="num muted hide-s"><Num>{inUnit(row.compare_mean_days, "days")}</Num></td>}
      {sla && <td class="num">{row.sla_days === null ? <span class="muted">{format.NONE}</span> : <Num>{format.plain(row.sla_days)}</Num>}
        {row.sla_late !== null && <span class="sub">{show(words.late)}: {show(words.lateOf(format.count(row.sla_late), format.count(row.days_n)))}</span>}</td>}
    </>
  );
  return (
    <Block id="days" title={words.daysBetween} note={words.daysNote} notes={["days"]} wide>
      <div class="Card TableCard">
        <table class="days">
          <thead><tr>
            <th scope="col">{show(words.transition)}</th><th scope="col" class="grow hide-s"><span class="visually-hidden">{show(words.daysBetween)}</span></th>
            <th scope="col" class="num">{show(words.mean)}</th><th scope="col" class="num">{show(words.median)}</th>
            {compared && <th scope="col" class="num hide-s">{show(words.beforeColumn)}</th>}
            {sla && <th scope="col" class="num">{show(words.allowed)}</th>}
          </tr></thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.to}>
                <th scope="row"><Way from={row.from} to={row.to} /></th>
                <td class="hide-s"><DaysLane row={row} longest={longest} /></td>
                {cells(row)}
              </tr>
            ))}
            {report.overall && (
              <tr class="sum">
                <th scope="row">{show(words.wholeWay)} <span class="muted hide-s"><Way from={report.overall.from} to={report.overall.to} /></span></th>
                <td class="hide-s" />{cells(report.overall)}
              </tr>
            )}
          </tbody>
        </table>
      </div>
    </Block>
  );
}

export function Way({ from, to }: { from: string; to: string }) {
  return <span class="Way"><bdi>{from}</bdi> <span class="flip" aria-hidden="true">→</span><span class="visually-hidden">–</span> <bdi>{to}</bdi></span>;
}
