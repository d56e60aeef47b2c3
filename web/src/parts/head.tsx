// The top of the page: where we are, the finding as a sentence, and the three short answers.
import { usePage } from "../app/context";
import * as format from "../text/format";
import { Num } from "../text/rich";
import { words, type Pair } from "../text/words";

interface TopBarProps { onLanguage(): void; onTheme(): void; parts: { id: string; title: Pair | { he: string; en: string } }[] }

export function TopBar({ onLanguage, onTheme, parts }: TopBarProps) {
  const { lang, say, show } = usePage();
  return (
    <header class="TopBar">
      <div>
        <a class="Brand" href="#top">
          <svg width="30" height="22" viewBox="0 0 30 22" aria-hidden="true">
            <path d="M2 4C9 4 9 17 16 17s7-8 12-8" fill="none" stroke="var(--line-2)" stroke-width="2" stroke-linecap="round" />
            <circle cx="3.5" cy="4.2" r="3.5" fill="var(--stage-2)" /><circle cx="15" cy="17" r="3" fill="var(--stage-4)" />
            <circle cx="27" cy="9" r="2.6" fill="var(--stage-6)" />
          </svg>
          <bdi>{lang === "he" ? "מסע" : "masa"}</bdi>
        </a>
        <nav aria-label={say(words.sections)}>
          {parts.map((part) => <a href={`#${part.id}`} key={part.id}>{show(part.title)}</a>)}
        </nav>
        <span class="end">
          <button type="button" class="Button quiet" id="language" lang={lang === "he" ? "en" : "he"} onClick={onLanguage}>{say(words.language)}</button>
          <button type="button" class="Button quiet" id="theme" aria-label={say(words.theme)} title={say(words.theme)} onClick={onTheme}>
            <svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5" aria-hidden="true">
              <circle cx="8" cy="8" r="5.6" /><path d="M8 2.4a5.6 5.6 0 0 1 0 11.2z" fill="currentColor" stroke="none" />
            </svg>
          </button>
          <button type="button" class="Button quiet" id="print" aria-label={say(words.print)} title={say(words.print)} onClick={() => window.print()}>
            <svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linejoin="round" aria-hidden="true">
              <path d="M4.5 6V2.5h7V6M4.5 11.5h-2V6h11v5.5h-2M4.5 9.5h7v4h-7z" />
            </svg>
          </button>
        </span>
      </div>
    </header>
  );
}

export function PageHead() {
  const { report, lang, show, isolate } = usePage();
  return (
    <div class="PageHead">
      <div>
        <p class="crumb"><bdi>{report.company}</bdi> · {show(words.funnelOf(report.funnel.label[lang]))}</p>
        <h1>{isolate(report.headline.title[lang])}</h1>
      </div>
      <dl class="Facts">
        <div><dt>{show(words.period)}</dt><dd>{show(report.period.label)}</dd></div>
        <div><dt>{show(words.against)}</dt><dd>{report.compare ? show(report.compare.label) : show(words.noCompare)}</dd></div>
        <div><dt>{show(words.basis)}</dt><dd>{show(report.basis === "cohort" ? words.cohort : words.flow)}</dd></div>
        <div><dt>{show(words.asOfLabel)}</dt><dd><Num>{format.day(report.as_of, lang)}</Num></dd></div>
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
          <dd>{show(answer.text)} {answer.section && <a class="no-print" href={anchorOf(answer.section)}>{show(link)}</a>}</dd>
        </div>
      ))}
    </dl>
  );
}
