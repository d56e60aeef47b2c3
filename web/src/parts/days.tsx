// Days between stages: the bar is the mean, the mark on it the median, the dashed line the days that were agreed.
import { usePage } from "../app/context";
import { usePeeks } from "../app/peeks";
import { calendarLimit, saidLimit } from "../math/limit";
import type { Transition } from "../report";
import * as format from "../text/format";
import { Num } from "../text/rich";
import { words } from "../text/words";
import { Block } from "./block";
import { Open } from "./primitives";
import { Dash, Heads, Way } from "./table";

function DaysLane({ row, longest }: { row: Transition; longest: number }) {
  const at = (days: number) => `${((100 * days) / longest).toFixed(1)}%`;
  if (row.mean_days === null) return null;
  const limit = calendarLimit(row);
  const over = limit !== null && row.mean_days > limit ? limit : null;
  return (
    <span class="DaysLane" aria-hidden="true">
      <i style={`inline-size:${at(over ?? row.mean_days)}`} />
      {over !== null && (
        <i class="over" style={`inset-inline-start:${at(over)};inline-size:${at(row.mean_days - over)}`} />
      )}
      {row.median_days !== null && <b style={`inset-inline-start:${at(row.median_days)}`} />}
      {limit !== null && <u style={`inset-inline-start:${at(limit)}`} />}
    </span>
  );
}

interface ColumnsShown {
  compared: boolean;
  allowed: boolean;
}

function Cells({ row, compared, allowed }: { row: Transition } & ColumnsShown) {
  const { show, inUnit } = usePage();
  const peeks = usePeeks();
  const limit = saidLimit(row);
  const opens = (value: number | null) =>
    value === null ? (
      <Dash />
    ) : (
      <Open peek={() => peeks.days(row)} n={row.days_n}>
        {inUnit(value, "days")}
      </Open>
    );
  return (
    <>
      <td class="num strong">{opens(row.mean_days)}</td>
      <td class="num">{opens(row.median_days)}</td>
      {compared && (
        <td class="num muted hide-s">
          <Num>{inUnit(row.compare_mean_days, "days")}</Num>
        </td>
      )}
      {allowed && (
        <td class="num">
          {limit === null ? <Dash /> : show(limit)}
          {row.sla_late !== null && (
            <span class="sub wrap">
              {show(words.late)}: {show(words.lateOf(format.count(row.sla_late), format.count(row.days_n)))}
            </span>
          )}
        </td>
      )}
    </>
  );
}

function WholeWay(shown: ColumnsShown) {
  const { report, show } = usePage();
  const { overall } = report;
  if (overall === null) return null;
  return (
    <tr class="sum">
      <th scope="row">
        {show(words.wholeWay)}{" "}
        <span class="muted hide-s">
          <Way from={overall.from} to={overall.to} />
        </span>
      </th>
      <td class="hide-s" />
      <Cells row={overall} {...shown} />
    </tr>
  );
}

export function Days() {
  const { report, show } = usePage();
  const rows = report.transitions;
  if (rows.length === 0) return null;
  const all = rows.flatMap((row) => [row.mean_days ?? 0, row.median_days ?? 0, calendarLimit(row) ?? 0]);
  const longest = Math.max(1, ...all) * 1.04;
  const shown = { compared: report.compare !== null, allowed: rows.some((row) => row.sla_days !== null) };
  return (
    <Block id="days" title={words.daysBetween} note={words.daysNote} notes={["days"]} wide>
      <div class="Card TableCard">
        <table class="days">
          <Heads
            of={[
              { text: show(words.transition) },
              { text: show(words.daysBetween), kind: "grow hide-s", silent: true },
              { text: show(words.mean), kind: "num" },
              { text: show(words.median), kind: "num" },
              shown.compared && { text: show(words.beforeColumn), kind: "num hide-s" },
              shown.allowed && { text: show(words.allowed), kind: "num" },
            ]}
          />
          <tbody>
            {rows.map((row) => (
              <tr key={row.to}>
                <th scope="row">
                  <Way from={row.from} to={row.to} />
                </th>
                <td class="hide-s">
                  <DaysLane row={row} longest={longest} />
                </td>
                <Cells row={row} {...shown} />
              </tr>
            ))}
            <WholeWay {...shown} />
          </tbody>
        </table>
      </div>
    </Block>
  );
}
