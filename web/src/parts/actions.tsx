// What to do, in order, each with whom it belongs to, what it should bring and where its evidence stands.
import { usePage } from "../app/context";
import { words } from "../text/words";
import { Num } from "../text/rich";
import { Block } from "./block";
import { anchorOf } from "./head";
import { SupportPill } from "./primitives";

export function Actions() {
  const { report, show, lang } = usePage();
  const actions = [...report.actions].sort((a, b) => a.priority - b.priority);
  const owner = (code: string | null) =>
    code === null
      ? words.both
      : (report.funnel.owners.find((each) => each.code === code)?.label ?? { he: code, en: code });
  return (
    <Block id="actions" title={words.actions} note={words.actionsNote} wide>
      {actions.length === 0 ? (
        <p class="muted">{show(words.noActions)}</p>
      ) : (
        <ol class="Card ActionList" lang={lang}>
          {actions.map((action, i) => (
            <li key={action.code}>
              <span class="rank" aria-hidden="true">
                <Num>{String(i + 1)}</Num>
              </span>
              <div class="what">
                <h3>{show(action.text)}</h3>
                {action.expected_text && (
                  <p>
                    {show(words.expected)}: {show(action.expected_text)}
                  </p>
                )}
              </div>
              <span class="who">{show(owner(action.owner))}</span>
              <span class="trust">
                <SupportPill support={action.support} />
              </span>
              <a class="where no-print" href={anchorOf(action.section)}>
                {show(words.beside)}
              </a>
            </li>
          ))}
        </ol>
      )}
    </Block>
  );
}
