// The agenda of the weekly meeting of marketing and sales: one page of paper, and the same on the screen.
import { useState } from "preact/hooks";
import { Num } from "../../text/rich";
import * as format from "../../text/format";
import type { Kpi } from "../../report";
import { useApp } from "../app";
import type { Agenda } from "../api";
import { ask } from "../data/api";
import { searchOf } from "../data/router";
import { useData } from "../data/use-data";
import { Fetched, Head, Icon, icons, Nothing, When } from "../parts/basics";
import { Field, Form } from "../parts/form";
import { FunnelSwitch } from "../parts/funnel";
import type { PageProps } from "../root";
import { weekBeside } from "../text/week";

type Section = Agenda["sections"][number];
type Row = Section["rows"][number];

function Numbers({ agenda }: { agenda: Agenda }) {
  const { of, show, session } = useApp();
  const value = (kpi: Kpi, which: "value" | "compare_value") => format.inUnit(kpi[which], kpi.unit, session.currency);
  if (agenda.numbers.length === 0) return null;
  return (
    <section class="Strip" aria-label={show("agenda.numbers") as string}>
      {agenda.numbers.map((kpi) => (
        <div key={kpi.code}>
          <span class="v">
            <Num>{value(kpi, "value")}</Num>
          </span>
          <span class="k">{of(kpi.label)}</span>
          {kpi.compare_value !== null && (
            <span class="k">
              {show("agenda.before")} <Num>{value(kpi, "compare_value")}</Num>
              {kpi.change && <> · {show(`change.${kpi.change.verdict}`)}</>}
            </span>
          )}
        </div>
      ))}
    </section>
  );
}

function Line({ row, onDrop }: { row: Row; onDrop: ((id: string) => void) | null }) {
  const { of, say } = useApp();
  const words = row.said === null ? of(row.text) : <bdi>{row.said}</bdi>;
  return (
    <li>
      <span class="Box" aria-hidden="true" />
      <span>{row.link ? <a href={row.link}>{words}</a> : words}</span>
      <span class="muted small">
        {row.owner && of(row.owner)} {row.due && <When at={row.due} />}
      </span>
      {onDrop && row.id !== null && (
        <button
          type="button"
          class="Button quiet no-print"
          aria-label={say("agenda.drop")}
          onClick={() => onDrop(row.id!)}
        >
          <Icon path={icons.close} size={12} />
        </button>
      )}
    </li>
  );
}

function Part({ section, onDrop }: { section: Section; onDrop: ((id: string) => void) | null }) {
  const { of, show } = useApp();
  return (
    <section class="AgendaPart">
      <h2>{of(section.title)}</h2>
      {section.rows.length === 0 ? (
        <p class="muted">{show("agenda.nothing")}</p>
      ) : (
        <ol>
          {section.rows.map((row, i) => (
            <Line row={row} onDrop={onDrop} key={row.id ?? i} />
          ))}
        </ol>
      )}
    </section>
  );
}

function Raise({ onDone }: { onDone(): void }) {
  const { say, show } = useApp();
  const [text, setText] = useState("");
  const send = async () => {
    await ask("/agenda/topics", { method: "POST", once: true, body: { text } });
    setText("");
    onDone();
  };
  return (
    <div class="no-print Raise">
      <Form button={show("agenda.raise")} onSubmit={send}>
        <Field label={say("agenda.topic")} value={text} onInput={setText} required maxLength={500} />
      </Form>
    </div>
  );
}

/** The weeks before and after, and the present one. */
function Weeks({ from }: { from: string }) {
  const { say, show } = useApp();
  const to = (week: string) => `/agenda?week=${week}`;
  return (
    <nav class="Segment" aria-label={say("agenda.weeks")}>
      <a href={to(weekBeside(from, -1))} aria-label={say("agenda.week_before")} title={say("agenda.week_before")}>
        <span class="flip" aria-hidden="true">
          ←
        </span>
      </a>
      <a href="/agenda">{show("agenda.this_week")}</a>
      <a href={to(weekBeside(from, 1))} aria-label={say("agenda.week_after")} title={say("agenda.week_after")}>
        <span class="flip" aria-hidden="true">
          →
        </span>
      </a>
    </nav>
  );
}

export function AgendaPage({ place }: PageProps) {
  const { say, show, isolate, day } = useApp();
  const asked = new URLSearchParams();
  for (const name of ["week", "funnel"]) if (place.query.get(name)) asked.set(name, place.query.get(name)!);
  const data = useData<Agenda>(`/agenda${searchOf(asked)}`, { on: ["handoff", "register"] });
  const drop = async (id: string) => {
    await ask(`/agenda/topics/${encodeURIComponent(id)}`, { method: "DELETE" });
    data.reload();
  };
  return (
    <>
      <Head
        title={say("agenda.title")}
        crumb={data.value && isolate(`${day(data.value.from)} – ${day(data.value.to)}`)}
        end={
          <>
            <FunnelSwitch query={place.query} />
            {data.value && <Weeks from={data.value.from} />}
            <button type="button" class="Button" onClick={() => print()}>
              <Icon path={icons.print} /> {show("print")}
            </button>
          </>
        }
      />
      <Fetched data={data} rows={10}>
        {(agenda) => (
          <div class="Agenda">
            <Numbers agenda={agenda} />
            {agenda.sections.length === 0 ? (
              <Nothing title={say("agenda.none")}>{show("agenda.none_help")}</Nothing>
            ) : (
              <div class="Card Panel">
                {agenda.sections.map((section) => (
                  <Part
                    section={section}
                    onDrop={section.code === "topics" ? (id) => void drop(id) : null}
                    key={section.code}
                  />
                ))}
              </div>
            )}
            <Raise onDone={data.reload} />
          </div>
        )}
      </Fetched>
    </>
  );
}
