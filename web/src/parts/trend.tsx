// The monthly trend, one small chart a stage, each with its own axis from zero: on one axis the last stages would be a
// flat line.
import { ticks } from "d3-array";
import { useState } from "preact/hooks";
import { usePage } from "../app/context";
import * as format from "../text/format";
import type { Month } from "../text/names";
import { Num } from "../text/rich";
import { words } from "../text/words";
import { Block } from "./block";
import { Count, Empty, Name, StageDot } from "./primitives";

const FEWEST = 3;

/** The smallest round axis that holds the tallest bar, in at most four steps of whole people. */
export function axisTicks(most: number): number[] {
  const all = ticks(0, Math.max(1, most), 3).filter(Number.isInteger);
  const step = all.length > 1 ? all[1]! - all[0]! : 1;
  return (all.at(-1) ?? 0) >= most ? all : [...all, (all.at(-1) ?? 0) + step];
}

function useMonths() {
  const { report, lang } = usePage();
  const period = report.period.from.slice(0, 7);
  return {
    isPeriod: (row: Month) => row.month >= period && row.month <= report.period.to.slice(0, 7),
    short: (row: Month) => format.month(row.month, lang),
    year: (row: Month) => row.month.slice(0, 4),
  };
}

function StageTrend({ stage, rows, every }: { stage: string; rows: Month[]; every: number }) {
  const { say, isolate, stageLabel, stageColor } = usePage();
  const { isPeriod, short, year } = useMonths();
  const counts = rows.map((row) => row.counts[stage] ?? 0);
  const marks = axisTicks(Math.max(...counts));
  const most = marks.at(-1)!;
  const label = stageLabel(stage);
  return (
    <figure class="StageTrend">
      <figcaption>
        <StageDot stage={stage} />
        <Name>{stage}</Name> {label !== stage && <span class="muted">{isolate(label)}</span>}
      </figcaption>
      <div class="plot" role="img" aria-label={say(words.perMonth(stage, format.count(Math.max(...counts))))}>
        {marks.map((mark) => (
          <span class="mark" style={`inset-block-end:${(100 * mark) / most}%`}>
            <span>
              <Num>{format.count(mark)}</Num>
            </span>
          </span>
        ))}
        <div class="bars" style={`--months:${rows.length}`}>
          {rows.map((row, i) => (
            <i
              class={`${row.partial ? "partial" : ""} ${isPeriod(row) ? "now" : ""}`}
              title={`${short(row)} ${year(row)}: ${format.count(counts[i]!)}`}
              style={`block-size:${((100 * counts[i]!) / most).toFixed(1)}%;--c:${stageColor(stage)}`}
            />
          ))}
        </div>
      </div>
      <div class="months" aria-hidden="true" style={`--months:${rows.length}`}>
        {rows.map((row, i) => (
          <span class={isPeriod(row) ? "now" : ""}>
            {i % every === 0 && (
              <>
                {short(row)}
                {(i === 0 || row.month.endsWith("-01")) && (
                  <small>
                    <Num>{year(row)}</Num>
                  </small>
                )}
              </>
            )}
          </span>
        ))}
      </div>
    </figure>
  );
}

function TrendTable({ rows }: { rows: Month[] }) {
  const { report, show, stageShort } = usePage();
  const { isPeriod, short, year } = useMonths();
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{show(words.month)}</th>
          {report.stages.map(({ stage }) => (
            <th scope="col" class="num">
              <bdi>{stageShort(stage)}</bdi>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.month}>
            <th scope="row">
              {short(row)} <Num>{year(row)}</Num>
              {row.partial && <span class="sub">{show(words.partial)}</span>}
              {isPeriod(row) && <span class="sub">{show(words.thisIsPeriod)}</span>}
            </th>
            {report.stages.map(({ stage }) => (
              <td class="num">
                <Count of={row.counts[stage] ?? 0} cell={`month:${row.month}:${stage}`} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function Trend() {
  const { report, lang, show, say } = usePage();
  const home = lang === "he" ? "rtl" : "ltr";
  const [reversed, setReversed] = useState(false);
  const rows = report.trend;
  if (rows.length < FEWEST) {
    return (
      <Block id="trend" title={words.trend} notes={["trend"]} wide>
        <Empty>{show(words.shortTrend(format.count(rows.length)))}</Empty>
      </Block>
    );
  }
  const shown = rows.slice(-24);
  const every = Math.ceil(shown.length / 6);
  const direction = reversed ? (home === "rtl" ? "ltr" : "rtl") : home;
  const turn = (
    <span class="Segment" role="group" aria-label={say(words.timeDirection)}>
      {(["rtl", "ltr"] as const).map((each) => (
        <button type="button" aria-pressed={direction === each} onClick={() => setReversed(each !== home)}>
          {show(each === "rtl" ? words.fromRight : words.fromLeft)}
        </button>
      ))}
    </span>
  );
  return (
    <Block id="trend" title={words.trend} note={words.trendNote} notes={["trend"]} wide end={turn}>
      <div class="Card Panel">
        <div class="Trends">
          {report.stages.map(({ stage }) => (
            <div dir={direction} key={stage}>
              <StageTrend stage={stage} rows={shown} every={every} />
            </div>
          ))}
        </div>
        <p class="Legend">
          <span>
            <i class="now" />
            {show(words.thisIsPeriod)}
          </span>
          {shown.some((row) => row.partial) && (
            <span>
              <i class="partial" />
              {show(words.partial)}
            </span>
          )}
        </p>
        <details class="Behind">
          <summary>{show(words.asTable)}</summary>
          <div class="scroll">
            <TrendTable rows={rows} />
          </div>
        </details>
      </div>
    </Block>
  );
}
