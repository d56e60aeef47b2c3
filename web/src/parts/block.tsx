// A section and its margin: what the page says about a thing stands beside the thing, as in a commented book.
import type { ComponentChildren } from "preact";
import { usePage } from "../app/context";
import type { Insight } from "../text/names";
import { words, type Pair } from "../text/words";
import type { Text } from "../report";

interface BlockProps {
  id: string;
  title: Pair | Text;
  note?: Pair | Text | null | undefined;
  /** Sections of the report whose insights stand here. */
  notes?: string[];
  /** The content takes the whole width and its notes stand under it. */
  wide?: boolean;
  end?: ComponentChildren;
  children: ComponentChildren;
}

export function InsightNote({ insight }: { insight: Insight }) {
  const { report, show } = usePage();
  const action = report.actions.find((each) => each.code === insight.action);
  return (
    <article class={`InsightNote ${insight.support === "none" ? "none" : insight.severity}`}>
      <h3>{show(insight.title)}</h3>
      <p>{show(insight.text)}</p>
      {insight.support === "none" && <p class="micro muted">{show(words.supportNone)}</p>}
      {action && (
        <p class="act">
          <a href="#actions">
            <span class="flip" aria-hidden="true">
              →
            </span>{" "}
            {show(action.text)}
          </a>
        </p>
      )}
    </article>
  );
}

export function Block({ id, title, note, notes = [], wide = false, end, children }: BlockProps) {
  const { report, show, say } = usePage();
  const insights = report.insights.filter((insight) => notes.includes(insight.section));
  return (
    <section
      class={`Block ${wide || insights.length === 0 ? "wide" : ""} ${wide ? "under" : ""}`}
      id={id}
      aria-labelledby={`${id}-title`}
    >
      <div class="BlockHead">
        <h2 id={`${id}-title`}>{show(title)}</h2>
        {note ? <p>{show(note)}</p> : null}
        {end ? <span class="end no-print">{end}</span> : null}
      </div>
      <div class="BlockBody">{children}</div>
      {insights.length > 0 && (
        <aside class="Margin" aria-label={`${say(words.insights)}: ${say(title)}`}>
          {insights.map((insight) => (
            <InsightNote insight={insight} key={insight.code} />
          ))}
        </aside>
      )}
    </section>
  );
}
