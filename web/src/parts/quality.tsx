// What was read and what was not counted, and the small print of the report.
import type { ComponentChildren } from "preact";
import { usePage } from "../app/context";
import type { Report } from "../report";
import * as format from "../text/format";
import { Dotted, Num } from "../text/rich";
import { words, type Pair } from "../text/words";
import { Block } from "./block";
import { Heads } from "./table";

const usual = ["accepted", "duplicates", "rejected", "conflicts", "late", "future", "machine"] as const;
/** What is told only where there is some. */
const rare = ["left_out", "erased", "undeclared", "wrong_type", "unrelated"] as const;

/** What nobody can know is no zero. */
const tally = (count: number | null) => (count === null ? "—" : format.count(count));

function Tallies() {
  const { report, show } = usePage();
  const { quality } = report;
  return (
    <dl class="Tallies">
      {[...usual, ...rare.filter((name) => quality[name] > 0)].map((name) => (
        <div class={quality[name] ? "" : "zero"}>
          <dt>{show(words.events[name])}</dt>
          <dd>
            <b>
              <Num>{tally(quality[name])}</Num>
            </b>
            <span class="sub wrap">{show(quality[name] === null ? words.lateUnknown : words.eventHelp[name])}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** A name and some counts. */
function Counts({ name, counts }: { name: ComponentChildren; counts: number[] }) {
  return (
    <tr>
      <th scope="row" class="wrap">
        {name}
      </th>
      {counts.map((n) => (
        <td class="num">
          <Num>{format.count(n)}</Num>
        </td>
      ))}
    </tr>
  );
}

/** How a file was read: what it is, in which letters, between what, by which mapping. */
function Found({ file }: { file: Report["quality"]["files"][number] }) {
  const { show } = usePage();
  const parts = [
    <bdi>{`${file.gzip ? "gzip " : ""}${file.format === "csv" ? "CSV" : "NDJSON"}`}</bdi>,
    <bdi>{file.encoding}</bdi>,
    file.separator && show(words.separators[file.separator]),
    file.mapping ? <bdi>{file.mapping}</bdi> : show(words.segmentCalls),
    file.column_twice && (
      <b>
        {show(words.columnTwice)} <bdi>{file.column_twice}</bdi>
      </b>
    ),
  ];
  return (
    <span class="sub wrap">
      <Dotted parts={parts} />
    </span>
  );
}

function Files() {
  const { report, show } = usePage();
  const { files } = report.quality;
  if (files.length === 0) return null;
  const counts = [words.rows, words.fileEvents, words.fileRejected];
  return (
    <table>
      <Heads of={[{ text: show(words.file) }, ...counts.map((word) => ({ text: show(word), kind: "num" }))]} />
      <tbody>
        {files.map((file) => (
          <Counts
            key={file.name}
            name={
              <>
                <bdi>{file.name}</bdi>
                <br />
                <Found file={file} />
              </>
            }
            counts={[file.rows, file.accepted, file.rejected]}
          />
        ))}
      </tbody>
    </table>
  );
}

function Reasons() {
  const { report, show } = usePage();
  const { reasons } = report.quality;
  if (reasons.length === 0) return null;
  return (
    <table>
      <Heads of={[{ text: show(words.rejectReasons) }, { text: show(words.rows), kind: "num" }]} />
      <tbody>
        {reasons.map(({ code, text, count }) => (
          <Counts key={code} name={show(text)} counts={[count]} />
        ))}
      </tbody>
    </table>
  );
}

/** What counts for nothing, since the definition does not know it or has declared it otherwise. */
function Unused({ of, counts }: { of: Pair; counts: [name: string, count: number][] }) {
  const { show } = usePage();
  if (counts.length === 0) return null;
  return (
    <table>
      <Heads of={[{ text: show(of) }, { text: show(words.fileEvents), kind: "num" }]} />
      <tbody>
        {counts.slice(0, 12).map(([name, count]) => (
          <Counts key={name} name={<bdi>{name}</bdi>} counts={[count]} />
        ))}
      </tbody>
    </table>
  );
}

export function Quality() {
  const { undeclared_events, wrong_values } = usePage().report.quality;
  return (
    <Block id="quality" title={words.quality} note={words.qualityNote} notes={["quality"]} wide>
      <div class="Card Panel Quality">
        <Tallies />
        <div class="Two">
          <Files />
          <div>
            <Reasons />
            <Unused of={words.undeclaredEvents} counts={undeclared_events.map((each) => [each.event, each.count])} />
            <Unused of={words.wrongValues} counts={wrong_values.map((each) => [each.name, each.count])} />
          </div>
        </div>
      </div>
    </Block>
  );
}

export function Foot() {
  const { report, lang, show, say } = usePage();
  const period = say(report.period.label);
  return (
    <footer class="Foot">
      <span>
        {show(words.asOfLabel)} <Num>{format.instant(report.as_of, lang, report.zone)}</Num> · <bdi>{report.zone}</bdi>
      </span>
      <span>
        {show(words.definition)}{" "}
        <bdi dir="ltr">{`${report.definition.name} · ${report.definition.version.slice(0, 6)}`}</bdi>
      </span>
      <span>{show(report.basis === "cohort" ? words.cohortFoot(period) : words.flowFoot(period))}</span>
      <span>{show(words.foot(report.settings.confidence_pct))}</span>
      <span>
        {show(words.madeBy)} <bdi dir="ltr">{report.program}</bdi>
      </span>
    </footer>
  );
}
