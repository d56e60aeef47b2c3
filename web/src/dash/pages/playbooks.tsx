// Playbooks: what to do in which situation, gone over every month.
import { useApp } from "../app";
import type { Playbook, PlaybookList as List } from "../api";
import { useData } from "../data/use-data";
import { Fetched, Head, Nothing, Panel, When } from "../parts/basics";

function Steps({ playbook }: { playbook: Playbook }) {
  const { of } = useApp();
  return (
    <ol class="Steps">
      {playbook.steps.map((step, i) => (
        <li key={i}>{of(step)}</li>
      ))}
    </ol>
  );
}

/** Those that fit a lead, closed but for the first. */
export function PlaybookList({ playbooks }: { playbooks: Playbook[] }) {
  const { of, show } = useApp();
  if (playbooks.length === 0) return null;
  return (
    <Panel title={show("playbooks.for")}>
      {playbooks.map((playbook, i) => (
        <details class="Held" open={i === 0} key={playbook.id}>
          <summary>
            <span>{of(playbook.title)}</span>
            <span class="muted small">{of(playbook.when)}</span>
          </summary>
          <Steps playbook={playbook} />
        </details>
      ))}
    </Panel>
  );
}

export function Playbooks() {
  const { say, show, of } = useApp();
  const data = useData<List>("/playbooks", { on: ["definition"] });
  return (
    <>
      <Head title={say("nav.playbooks")} crumb={show("playbooks.crumb")} />
      <Fetched data={data}>
        {({ items }) =>
          items.length === 0 ? (
            <Nothing title={say("playbooks.none")}>{show("playbooks.none_help")}</Nothing>
          ) : (
            <div class="Tiles">
              {items.map((playbook) => (
                <Panel
                  title={of(playbook.title)}
                  note={
                    playbook.refreshed && (
                      <>
                        {show("playbooks.refreshed")} <When at={playbook.refreshed} />
                      </>
                    )
                  }
                  key={playbook.id}
                >
                  <p class="soft-text">{of(playbook.when)}</p>
                  <Steps playbook={playbook} />
                </Panel>
              ))}
            </div>
          )
        }
      </Fetched>
    </>
  );
}
