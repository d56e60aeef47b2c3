// What was read and what was not counted, and the small print of the report.
import { usePage } from "../app/context";
import * as format from "../text/format";
import { Num } from "../text/rich";
import { words } from "../text/words";
import { Block } from "./block";

export function Quality() {
  const { report, show } = usePage();
  const { quality } = report;
  const names = ["accepted", "duplicates", "rejected", "conflicts", "late", "future"] as const;
  return (
    <Block id="quality" title={words.quality} note={words.qualityNote} notes={["quality"]} wide>
      <div class="Card Panel Quality">
        <dl class="Tallies">
          {names.map((name) => (
            <div class={quality[name] === 0 ? "zero" : ""}>
              <dt>{show(words.events[name])}</dt>
              <dd><b><Num>{format.count(quality[name])}</Num></b><span class="sub wrap">{show(words.eventHelp[name])}</span></dd>
            </div>
          ))}
        </dl>
        <div class="Two">
          {quality.files.length > 0 && (
            <table>
              <thead><tr><th scope="col">{show(words.file)}</th><th scope="col" class="num">{show(words.rows)}</th><th scope="col" class="num">{show(words.events.accepted)}</th><th scope="col" class="num">{show(words.events.rejected)}</th></tr></thead>
              <tbody>{quality.files.map((file) => (
                <tr key={file.name}><th scope="row" class="wrap"><bdi>{file.name}</bdi></th><td class="num"><Num>{format.count(file.rows)}</Num></td><td class="num"><Num>{format.count(file.accepted)}</Num></td><td class="num"><Num>{format.count(file.rejected)}</Num></td></tr>
              ))}</tbody>
            </table>
          )}
          {quality.reasons.length > 0 && (
            <table>
              <thead><tr><th scope="col">{show(words.rejectReasons)}</th><th scope="col" class="num">{show(words.rows)}</th></tr></thead>
              <tbody>{quality.reasons.map((reason) => <tr key={reason.code}><th scope="row" class="wrap">{show(reason.text)}</th><td class="num"><Num>{format.count(reason.count)}</Num></td></tr>)}</tbody>
            </table>
          )}
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
      <span>{show(words.asOfLabel)} <Num>{format.instant(report.as_of, lang, report.zone)}</Num> · <bdi>{report.zone}</bdi></span>
      <span>{show(words.definition)} <bdi dir="ltr">{`${report.definition.name} · ${report.definition.version.slice(0, 6)}`}</bdi></span>
      <span>{show(report.basis === "cohort" ? words.cohortFoot(period) : words.flowFoot(period))}</span>
      <span>{show(words.foot(report.settings.confidence_pct))}</span>
      <span>{show(words.madeBy)} <bdi dir="ltr">{report.program}</bdi></span>
    </footer>
  );
}
