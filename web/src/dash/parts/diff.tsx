// What a version changes: in sentences, then line by line with a few lines around.
import type { Diff } from "../api";
import { useApp } from "../app";
import { useData } from "../data/use-data";
import { Fetched, Panel } from "./basics";

type Line = Diff["lines"][number];
const AROUND = 3;

/** The lines near a change, in runs; what lies between runs is left out. */
export function hunks(lines: Line[]): Line[][] {
  const near = lines.map((_, i) =>
    lines.slice(Math.max(0, i - AROUND), i + AROUND + 1).some((line) => line.kind !== "same"),
  );
  const found: Line[][] = [];
  lines.forEach((line, i) => {
    if (!near[i]) return;
    if (!near[i - 1]) found.push([]);
    found[found.length - 1]!.push(line);
  });
  return found;
}

const marks = { same: " ", added: "+", removed: "−" };

export function DiffPanel({ version }: { version: string }) {
  const { show, of, say } = useApp();
  const data = useData<Diff>(`/definitions/${encodeURIComponent(version)}/diff`, { on: ["definition"] });
  return (
    <Panel title={show("diff.title")} note={show("diff.note")} id="diff">
      <Fetched data={data} rows={4}>
        {(diff) => (
          <>
            <ul class="Bullets">
              {diff.meaning.map((text, i) => (
                <li key={i}>{of(text)}</li>
              ))}
            </ul>
            <div class="Diff" dir="ltr" role="group" aria-label={say("diff.lines")} tabIndex={0}>
              {hunks(diff.lines).map((hunk) => (
                <table>
                  <tbody>
                    {hunk.map((line) => (
                      <tr class={line.kind} key={`${line.old} ${line.new}`}>
                        <td class="n">{line.old}</td>
                        <td class="n">{line.new}</td>
                        <td>
                          <code>
                            <span aria-hidden="true">{marks[line.kind]} </span>
                            {line.kind !== "same" && <span class="visually-hidden">{say(`diff.${line.kind}`)} </span>}
                            {line.text}
                          </code>
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              ))}
            </div>
          </>
        )}
      </Fetched>
    </Panel>
  );
}
