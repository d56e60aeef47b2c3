// Where and why they leave: what became of those who did not go on, with the reasons that people gave.
import { usePage } from "../app/context";
import { usePeeks } from "../app/peeks";
import type { Transition } from "../report";
import * as format from "../text/format";
import { Num } from "../text/rich";
import { kindWord, words } from "../text/words";
import { Block } from "./block";
import { Count, Open } from "./primitives";
import { Way } from "./table";

const kinds = ["returned", "rejected", "exited", "waiting"] as const;

function LeftBar({ row, most }: { row: Transition; most: number }) {
  return (
    <span class="LeftBar" aria-hidden="true" style={`inline-size:${((100 * row.left.total) / most).toFixed(1)}%`}>
      {kinds.map((kind) => row.left[kind] > 0 && <i class={kind} style={`flex:${row.left[kind]}`} />)}
    </span>
  );
}

function Reasons({ stage }: { stage: string }) {
  const { report, show } = usePage();
  const rows = report.exits.filter((exit) => exit.stage === stage);
  if (rows.length === 0) return null;
  return (
    <ul class="Reasons">
      {rows.map((exit) => {
        const kind = exit.exit === null ? exit.kind : `${exit.kind}.${exit.exit}`;
        const cell = `exit:${exit.stage}:${kind}:${exit.reason ?? "none"}`;
        return (
          <li key={cell}>
            <Count of={exit.count} cell={cell} /> {show(exit.label)}{" "}
            <span class="muted">· {show(kindWord(exit.kind))}</span>
          </li>
        );
      })}
    </ul>
  );
}

function Handoff() {
  const { report, show, stageShort } = usePage();
  const { handoff } = report;
  if (handoff === null) return null;
  const parts = [
    [handoff.accepted, words.accepted],
    [handoff.returned, kindWord("returned")],
    [handoff.rejected, kindWord("rejected")],
    [handoff.pending, words.pending],
    [handoff.withdrawn, words.withdrawn],
    [handoff.unproposed, words.unproposed],
  ] as const;
  return (
    <p class="TableFoot">
      <span>
        {show(words.handover)} <bdi>{stageShort(handoff.stage)}</bdi>:{" "}
        {show(words.handoff(format.count(handoff.submitted)))}
      </span>
      {parts.map(
        ([n, word]) =>
          n > 0 && (
            <span>
              <Num>{format.count(n)}</Num> {show(word)}
            </span>
          ),
      )}
    </p>
  );
}

export function Exits() {
  const { report, show, say } = usePage();
  const peeks = usePeeks();
  const rows = report.transitions.filter((row) => row.left.total > 0);
  if (rows.length === 0) return null;
  const most = Math.max(...rows.map((row) => row.left.total));
  const used = kinds.filter((kind) => rows.some((row) => row.left[kind] > 0));
  return (
    <Block id="exits" title={words.exits} note={words.exitsNote} notes={["exits"]}>
      <div class="Card TableCard">
        <table class="exits stacked">
          <thead>
            <tr>
              <th scope="col">{show(words.between)}</th>
              <th scope="col" class="grow">
                <span class="visually-hidden">{show(words.leftColumn)}</span>
              </th>
              <th scope="col" class="num">
                {show(words.leftColumn)}
              </th>
              {used.map((kind) => (
                <th scope="col" class="num">
                  <span class={`Key ${kind}`} aria-hidden="true" />
                  {show(kindWord(kind))}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.to}>
                <th scope="row">
                  <Way from={row.from} to={row.to} />
                </th>
                <td class="full">
                  <LeftBar row={row} most={most} />
                  <Reasons stage={row.from} />
                </td>
                <td class="num strong">
                  <Open peek={() => peeks.transition(row)} n={row.n}>
                    {format.count(row.left.total)}
                  </Open>
                </td>
                {used.map((kind) => (
                  <td class={`num kind ${row.left[kind] > 0 ? "" : "hide-s"}`} data-label={say(kindWord(kind))}>
                    {row.left[kind] > 0 ? (
                      <Count of={row.left[kind]} cell={`transition:${row.from}>${row.to}:${kind}`} />
                    ) : (
                      <span class="muted">{format.NONE}</span>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        <Handoff />
        {report.exits.some((exit) => exit.kind === "returned") && (
          <p class="TableFoot">
            <span>{show(words.returnedNote)}</span>
          </p>
        )}
      </div>
    </Block>
  );
}
