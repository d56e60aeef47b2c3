// The head of the page: where we are, the finding as a sentence, and the three short answers.
import { usePage } from "../app/context";
import * as format from "../text/format";
import { Num } from "../text/rich";
import { words } from "../text/words";

export function PageHead() {
  const { report, lang, show, isolate } = usePage();
  return (
    <div class="PageHead">
      <div>
        <p class="crumb">
          <bdi>{report.company}</bdi> · {show(words.funnelOf(report.funnel.label[lang]))}
        </p>
        <h1>{isolate(report.headline.title[lang])}</h1>
      </div>
      <dl class="Facts">
        <div>
          <dt>{show(words.period)}</dt>
          <dd>{show(report.period.label)}</dd>
        </div>
        <div>
          <dt>{show(words.against)}</dt>
          <dd>{report.compare ? show(report.compare.label) : show(words.noCompare)}</dd>
        </div>
        <div>
          <dt>{show(words.basis)}</dt>
          <dd>{show(report.basis === "cohort" ? words.cohort : words.flow)}</dd>
        </div>
        <div>
          <dt>{show(words.rules)}</dt>
          <dd class={report.mode === "recorded" ? "strong" : undefined}>
            {show(report.mode === "recorded" ? words.rulesThen : words.rulesNow)}
          </dd>
        </div>
        <div>
          <dt>{show(words.asOfLabel)}</dt>
          <dd>
            <Num>{format.day(report.as_of, lang)}</Num>
          </dd>
        </div>
      </dl>
    </div>
  );
}

/** Address on this page of a part of the report: breakdown.source is the block of that dimension. */
export const anchorOf = (section: string) => `#${section.replace(".", "-")}`;

export function Lede() {
  const { report, show } = usePage();
  const { how, why, now } = report.headline.lede;
  const answers = [
    { question: words.how, answer: how, link: words.seeStages },
    { question: words.why, answer: why, link: words.seeCauses },
    { question: words.now, answer: now, link: words.seeWhatIf },
  ];
  return (
    <dl class="Lede">
      {answers.map(({ question, answer, link }) => (
        <div>
          <dt>{show(question)}</dt>
          <dd>
            {show(answer.text)}{" "}
            {answer.section && (
              <a class="no-print" href={anchorOf(answer.section)}>
                {show(link)}
              </a>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
