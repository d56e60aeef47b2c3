// The register of decisions taken: what, who, until when, and what it did later.
import { useState } from "preact/hooks";
import { Num } from "../../text/rich";
import * as format from "../../text/format";
import { useApp } from "../app";
import type { Entry, EntryPage } from "../api";
import { ask } from "../data/api";
import { searchOf } from "../data/router";
import { useData } from "../data/use-data";
import { Fetched, Head, Nothing, useErrorText, When } from "../parts/basics";
import { Dialog } from "../parts/dialog";
import { Field, Form, Select } from "../parts/form";
import { FunnelSwitch } from "../parts/funnel";
import { More, useMore } from "../parts/more";
import type { PageProps } from "../root";

const STATES = ["all", "open", "done", "dropped"] as const;

function Effect({ entry }: { entry: Entry }) {
  const { of, show, session, options } = useApp();
  const { measure } = entry;
  const funnel = options.funnels.length > 1 ? options.funnels.find((each) => each.name === entry.funnel) : undefined;
  if (!measure) return <span class="muted">{show("register.no_measure")}</span>;
  if (measure.before === null && measure.after === null)
    return (
      <span>
        {of(measure.label)} <span class="muted">{show("register.early")}</span>
      </span>
    );
  const text = (value: number | null) => format.inUnit(value, measure.unit, session.currency);
  const verdict = measure.change?.verdict;
  const up = (measure.change?.pp ?? measure.change?.pct ?? 0) > 0;
  return (
    <span>
      {of(measure.label)}
      <span class="strong">
        {" "}
        <Num>{text(measure.before)}</Num>{" "}
        <span class="flip" aria-hidden="true">
          →
        </span>{" "}
        <Num>{text(measure.after)}</Num>
      </span>
      <span class="sub wrap">
        {funnel && <>{of(funnel.label)} </>}
        {verdict && (
          <span class={`DeltaText ${verdict} ${verdict === "told" ? (up ? "up" : "down") : ""}`}>
            {show(`change.${verdict}`)}
          </span>
        )}
        {measure.after_ci95 && (
          <>
            {" "}
            · <Num>{format.range(measure.after_ci95, measure.unit, session.currency)}</Num>
          </>
        )}
      </span>
    </span>
  );
}

function Write({ funnel, onDone }: { funnel: string | null; onDone(): void }) {
  const { say, show, options } = useApp();
  const [entry, setEntry] = useState({ text: "", why: "", side: "both", due: "", kpi: "" });
  const looked = options.funnels.find((each) => each.name === funnel) ?? options.funnels[0];
  const stages = looked?.stages ?? [];
  const rates = stages.slice(1).map(({ stage }, i) => `${stages[i]!.stage}>${stage}`);
  const set = (change: Partial<typeof entry>) => setEntry((was) => ({ ...was, ...change }));
  const send = async () => {
    const number = entry.kpi ? { kpi: entry.kpi, funnel: looked?.name ?? null } : { kpi: null };
    const body = { ...entry, why: entry.why || null, due: entry.due || null, ...number };
    await ask("/register", { method: "POST", once: true, body });
    onDone();
  };
  return (
    <Dialog title={show("register.write")} onClose={onDone}>
      <Form button={show("save")} onSubmit={send}>
        <Field
          label={say("register.what")}
          value={entry.text}
          onInput={(text) => set({ text })}
          required
          maxLength={1000}
        />
        <Field
          label={say("register.why")}
          value={entry.why}
          onInput={(why) => set({ why })}
          rows={3}
          maxLength={4000}
        />
        <Select
          label={say("register.side")}
          value={entry.side}
          choices={(["both", "marketing", "sales"] as const).map((value) => ({ value, label: say(`side.${value}`) }))}
          onChange={(side) => set({ side })}
        />
        <Select
          label={say("register.kpi")}
          value={entry.kpi}
          choices={[{ value: "", label: say("register.kpi_none") }, ...rates.map((value) => ({ value, label: value }))]}
          onChange={(kpi) => set({ kpi })}
        />
        <Field label={say("register.due")} value={entry.due} onInput={(due) => set({ due })} type="date" />
      </Form>
    </Dialog>
  );
}

function Row({ entry, onChange }: { entry: Entry; onChange(): void }) {
  const { show, notify, isolate, day } = useApp();
  const text = useErrorText();
  const set = async (status: Entry["status"]) => {
    try {
      await ask(`/register/${encodeURIComponent(entry.id)}`, {
        method: "PATCH",
        version: entry.version,
        body: { status },
      });
    } catch (error) {
      notify({ text: isolate(text(error)), bad: true });
    }
    onChange();
  };
  return (
    <tr>
      <th scope="row" class="wrap">
        <bdi>{entry.text}</bdi>
        {entry.why && (
          <span class="sub wrap">
            <bdi>{entry.why}</bdi>
          </span>
        )}
      </th>
      <td>
        <bdi>{entry.owner.name}</bdi>
        <span class="sub">{show(`side.${entry.side}`)}</span>
      </td>
      <td>
        <When at={entry.taken_at} />
        {entry.due && (
          <span class="sub">
            {show("register.by")} <Num>{day(entry.due)}</Num>
          </span>
        )}
      </td>
      <td>
        <span class={`BandPill ${entry.status === "open" ? "plain seems" : "plain"}`}>
          <span>{show(`register.${entry.status}`)}</span>
        </span>
      </td>
      <td class="full wrap">
        <Effect entry={entry} />
      </td>
      <td class="no-print">
        {entry.status === "open" ? (
          <button type="button" class="Button" onClick={() => void set("done")}>
            {show("register.close")}
          </button>
        ) : (
          <button type="button" class="Button quiet" onClick={() => void set("open")}>
            {show("register.reopen")}
          </button>
        )}
      </td>
    </tr>
  );
}

function Table({ page, address, onChange }: { page: EntryPage; address: string; onChange(): void }) {
  const { show } = useApp();
  const list = useMore(address, page);
  return (
    <div class="Card TableCard">
      <table class="Plain stacked">
        <thead>
          <tr>
            <th scope="col">{show("register.what")}</th>
            <th scope="col">{show("register.owner")}</th>
            <th scope="col">{show("register.taken")}</th>
            <th scope="col">{show("register.status")}</th>
            <th scope="col">{show("register.effect")}</th>
            <th scope="col" class="no-print">
              <span class="visually-hidden">{show("register.close")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {list.items.map((entry) => (
            <Row entry={entry} onChange={onChange} key={entry.id} />
          ))}
        </tbody>
      </table>
      <More list={list} />
    </div>
  );
}

export function RegisterPage({ place }: PageProps) {
  const { say, show } = useApp();
  const [state, setState] = useState<(typeof STATES)[number]>("all");
  const [writing, setWriting] = useState(false);
  const funnel = place.query.get("funnel");
  const asked = new URLSearchParams();
  if (state !== "all") asked.set("status", state);
  if (funnel) asked.set("funnel", funnel);
  const address = `/register${searchOf(asked)}`;
  const data = useData<EntryPage>(address, { on: ["register"] });
  const write = (
    <button type="button" class="Button primary" onClick={() => setWriting(true)}>
      {show("register.write")}
    </button>
  );
  return (
    <>
      <Head
        title={say("nav.register")}
        crumb={show("register.crumb")}
        end={
          <>
            <FunnelSwitch query={place.query} all="kinds" />
            <span class="Segment" role="group" aria-label={say("register.status")}>
              {STATES.map((name) => (
                <button type="button" aria-pressed={name === state} onClick={() => setState(name)} key={name}>
                  {show(name === "all" ? "report.all" : `register.${name}`)}
                </button>
              ))}
            </span>
            {write}
          </>
        }
      />
      <Fetched data={data} rows={6}>
        {(page) =>
          page.items.length === 0 ? (
            <Nothing title={say("register.none")} action={write}>
              {show("register.none_help")}
            </Nothing>
          ) : (
            <Table page={page} address={address} onChange={data.reload} key={address} />
          )
        }
      </Fetched>
      {writing && (
        <Write
          funnel={funnel}
          onDone={() => {
            setWriting(false);
            data.reload();
          }}
        />
      )}
    </>
  );
}
