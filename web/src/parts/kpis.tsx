// All the measures in one table, grouped by whose they are.
import type { Kpi } from "../report";
import { usePage } from "../app/context";
import { usePeeks } from "../app/peeks";
import { Num } from "../text/rich";
import { words } from "../text/words";
import { Block } from "./block";
import { BandPill, DeltaText, Open } from "./primitives";

type Group = Kpi["group"];
const order: Group[] = ["overall", "marketing", "email", "sales", "time", "cost", "outcome"];

function Row({ kpi, compared }: { kpi: Kpi; compared: boolean }) {
  const { show, say, inUnit, range } = usePage();
  const peeks = usePeeks();
  const interval = kpi.unit !== "count" && kpi.ci95 !== null && (
    <span class="sub">
      <Num>{range(kpi.ci95, kpi.unit)}</Num>
    </span>
  );
  return (
    <tr>
      <th scope="row" class="wrap">
        {show(kpi.label)} {kpi.bands && <BandPill band={kpi.band} support={kpi.support} needs={kpi.needs_more} />}
        {kpi.value === null && kpi.note && <span class="sub wrap">{show(kpi.note)}</span>}
      </th>
      <td class="num strong" data-label={say(words.nowColumn)}>
        {kpi.value === null ? (
          <span class="muted plain">{show(words.notMeasured)}</span>
        ) : (
          <Open peek={() => peeks.kpi(kpi)} n={kpi.n}>
            {inUnit(kpi.value, kpi.unit)}
          </Open>
        )}
        {interval}
      </td>
      {compared && (
        <>
          <td class="num muted" data-label={say(words.beforeColumn)}>
            <Num>{inUnit(kpi.compare_value, kpi.unit)}</Num>
          </td>
          <td class="num" data-label={say(words.change)}>
            <DeltaText
              change={kpi.change}
              unit={kpi.unit}
              better={kpi.better}
              value={kpi.value}
              before={kpi.compare_value}
            />
          </td>
        </>
      )}
    </tr>
  );
}

function KpiTable({ groups }: { groups: Group[] }) {
  const { report, show } = usePage();
  const compared = report.compare !== null;
  return (
    <div class="Card TableCard">
      <table class="kpis">
        <thead>
          <tr>
            <th scope="col">{show(words.kpi)}</th>
            <th scope="col" class="num">
              {show(words.nowColumn)}
            </th>
            {compared && (
              <>
                <th scope="col" class="num">
                  {show(words.beforeColumn)}
                </th>
                <th scope="col" class="num">
                  {show(words.change)}
                </th>
              </>
            )}
          </tr>
        </thead>
        {groups.map((group) => (
          <tbody key={group}>
            <tr class="group">
              <th scope="rowgroup" colSpan={compared ? 4 : 2}>
                {show(words.groups[group])}
              </th>
            </tr>
            {report.kpis
              .filter((kpi) => kpi.group === group)
              .map((kpi) => (
                <Row kpi={kpi} compared={compared} key={kpi.code} />
              ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}

/** Two columns of about the same height, the groups in their order. */
function halves(kpis: Kpi[]): Group[][] {
  const groups = order.filter((group) => kpis.some((kpi) => kpi.group === group));
  const height = (some: Group[]) =>
    some.reduce((sum, group) => sum + 1 + kpis.filter((kpi) => kpi.group === group).length, 0);
  const unevenness = (cut: number) => Math.abs(height(groups.slice(0, cut)) - height(groups.slice(cut)));
  const cut = groups.reduce((best, _, i) => (unevenness(i + 1) < unevenness(best) ? i + 1 : best), groups.length);
  return [groups.slice(0, cut), groups.slice(cut)].filter((half) => half.length > 0);
}

export function Kpis() {
  const { report } = usePage();
  if (report.kpis.length === 0) return null;
  return (
    <Block id="kpis" title={words.kpis} notes={["kpis"]} wide>
      <div class="Halves cards">
        {halves(report.kpis).map((groups) => (
          <KpiTable groups={groups} key={groups[0]} />
        ))}
      </div>
    </Block>
  );
}
