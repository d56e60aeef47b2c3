// The handoff inbox: what waits, by its clock; the brief of one; decisions by hand or by keyboard, one or many.
import { useEffect, useState } from "preact/hooks";
import { Dotted, Num } from "../../text/rich";
import * as format from "../../text/format";
import { useApp } from "../app";
import type { Handoff, HandoffPage } from "../api";
import { after, became, bulk, decide, undo, type Choice } from "../data/decisions";
import { go, searchOf } from "../data/router";
import { type Data, useData } from "../data/use-data";
import { accountName, Fetched, Head, leadName, Nothing, ScoreMark, useErrorText } from "../parts/basics";
import { BriefCard } from "../parts/brief";
import { Reasons } from "../parts/decide";
import { Select } from "../parts/form";
import { FunnelSwitch } from "../parts/funnel";
import { usePageKeys } from "../parts/keys";
import { More, useMore } from "../parts/more";
import { SlaClock } from "../parts/sla";
import type { PageProps } from "../root";

const VIEWS = ["waiting", "told", "mine", "decided"] as const;
type View = (typeof VIEWS)[number];
const asked: Record<View, string> = {
  waiting: "/handoffs?state=waiting",
  told: "/handoffs?state=waiting&told=me",
  mine: "/handoffs?state=waiting&assigned=me",
  decided: "/handoffs?state=decided",
};

/** What was decided here and the server may not know yet, by handoff. */
type Shown = Record<string, Handoff>;

const asDecided = (handoff: Handoff, choice: Choice): Handoff => ({ ...handoff, state: became[choice.verb] });

function useDecisions(data: Data<HandoffPage>) {
  const { notify, show, announce, say, isolate } = useApp();
  const text = useErrorText();
  const [shown, setShown] = useState<Shown>({});
  const forget = (id: string) =>
    setShown((was) => {
      const { [id]: _, ...rest } = was;
      return rest;
    });
  const failed = (error: unknown, handoffs: Handoff[]) => {
    handoffs.forEach(({ id }) => forget(id));
    notify({ text: isolate(text(error)), bad: true });
    data.reload();
  };
  const takeBack = async (handoffs: Handoff[]) => {
    try {
      await Promise.all(handoffs.map(undo));
      handoffs.forEach(({ id }) => forget(id));
      data.reload();
      if (handoffs.length === 1) go(`/handoffs/${encodeURIComponent(handoffs[0]!.id)}`);
    } catch (error) {
      failed(error, handoffs);
    }
  };
  const one = async (handoff: Handoff, choice: Choice) => {
    setShown((was) => ({ ...was, [handoff.id]: asDecided(handoff, choice) }));
    announce(say(`decide.done_${choice.verb}`, { lead: leadName(handoff.lead) }));
    try {
      const kept = await decide(handoff, choice);
      setShown((was) => ({ ...was, [kept.id]: kept }));
      const words = show(`decide.done_${choice.verb}`, { lead: leadName(handoff.lead) });
      notify({ text: words, undo: () => void takeBack([kept]) });
      data.reload();
    } catch (error) {
      failed(error, [handoff]);
    }
  };
  const many = async (handoffs: Handoff[], choice: Parameters<typeof bulk>[1]) => {
    const decides = !("assign" in choice);
    const byId = (list: Handoff[]) => Object.fromEntries(list.map((each) => [each.id, each]));
    if (decides) setShown((was) => ({ ...was, ...byId(handoffs.map((each) => asDecided(each, choice))) }));
    try {
      const { results } = await bulk(handoffs, choice);
      const refused = results.filter((each) => each.error !== null);
      refused.forEach(({ id }) => forget(id));
      const kept = results.flatMap((each) => (each.handoff ? [each.handoff] : []));
      setShown((was) => (decides ? { ...was, ...byId(kept) } : {}));
      notify({
        text: refused[0]
          ? show("bulk.refused", { n: refused.length, why: refused[0].error!.message })
          : show("bulk.done", { n: kept.length }),
        bad: refused.length > 0,
        ...(decides && kept.length > 0 && { undo: () => void takeBack(kept) }),
      });
      data.reload();
    } catch (error) {
      failed(error, handoffs);
    }
  };
  return { shown, one, many };
}

function Counts({ page }: { page: HandoffPage }) {
  const { show } = useApp();
  const { accepted, rejected, returned, late } = page.counts;
  const parts = [
    { n: late, key: "handoff.late" },
    { n: accepted, key: "handoff.accepted" },
    { n: returned, key: "handoff.returned" },
    { n: rejected, key: "handoff.rejected" },
  ] as const;
  const { value, ci95, n, hits } = page.accepted;
  const later = (hits ?? 0) - accepted; /* a return leaves the acceptance, and is what they stand under now */
  return (
    <section class="Strip" aria-label={show("handoff.counts") as string}>
      {parts.map((part) => (
        <div key={part.key}>
          <span class="v">
            <Num>{format.count(part.n)}</Num>
          </span>
          <span class="k">{show(part.key)}</span>
        </div>
      ))}
      <div>
        <span class="small muted">
          {value !== null &&
            show("handoff.rate", { rate: format.percent(value), n, range: format.range(ci95, "pct", "USD") })}
          {later > 0 && <> · {show("handoff.rate_later", { later, accepted: hits! })}</>}
        </span>
        <span class="Flow" aria-hidden="true">
          <i style={`flex:${accepted};background:var(--stage-4)`} />
          <i style={`flex:${returned};background:var(--stage-2)`} />
          <i style={`flex:${rejected};background:var(--none-edge)`} />
        </span>
      </div>
    </section>
  );
}

interface QueueProps {
  items: Handoff[];
  current: string | null;
  picked: string[];
  onPick(id: string): void;
}

function Queue({ items, current, picked, onPick }: QueueProps) {
  const { say, show, valueLabel, may, funnelLabel } = useApp();
  const several = new Set(items.map((each) => each.funnel)).size > 1;
  return (
    <ol class="Queue">
      {items.map((handoff) => (
        <li key={handoff.id} aria-current={handoff.id === current ? "true" : undefined}>
          {may("decide_handoffs") && handoff.state === "waiting" && (
            <input
              type="checkbox"
              aria-label={say("bulk.pick", { lead: leadName(handoff.lead) })}
              checked={picked.includes(handoff.id)}
              onChange={() => onPick(handoff.id)}
            />
          )}
          <a href={`/handoffs/${encodeURIComponent(handoff.id)}${location.search}`}>
            <span class="strong">
              <bdi>{leadName(handoff.lead)}</bdi>
            </span>
            <ScoreMark score={handoff.score} />
            <span class="line muted small">
              <Dotted
                parts={[
                  several ? funnelLabel(handoff.funnel) : null,
                  accountName(handoff.lead.account),
                  valueLabel("source", handoff.lead.dimensions["source"] ?? ""),
                ]}
              />
            </span>
            <span class="line">
              {handoff.state === "waiting" ? (
                handoff.sla && <SlaClock sla={handoff.sla} />
              ) : (
                <span class="small">{show(`handoff.one_${handoff.state}`)}</span>
              )}
            </span>
          </a>
        </li>
      ))}
    </ol>
  );
}

interface BulkProps {
  picked: Handoff[];
  onAct(choice: Parameters<typeof bulk>[1]): void;
  onClear(): void;
}

function BulkBar({ picked, onAct, onClear }: BulkProps) {
  const { show, say, options, lang, deciders } = useApp();
  const [asking, setAsking] = useState<"reject" | "return" | null>(null);
  return (
    <div class="Bulk Card" role="group" aria-label={say("bulk.title")}>
      <p>
        <strong>{show("bulk.picked", { n: picked.length })}</strong>{" "}
        <button type="button" class="Button quiet" onClick={onClear}>
          {show("bulk.clear")}
        </button>
      </p>
      <p class="Buttons">
        <button
          type="button"
          class="Button primary"
          onClick={() => onAct({ verb: "accept", reason: null, note: null })}
        >
          {show("decide.accept")}
        </button>
        {(["return", "reject"] as const).map((verb) => (
          <button
            type="button"
            class={`Button ${verb === "reject" ? "danger" : ""}`}
            aria-expanded={asking === verb}
            onClick={() => setAsking(asking === verb ? null : verb)}
            key={verb}
          >
            {show(`decide.${verb}`)}
          </button>
        ))}
        <Select
          inline
          label={say("bulk.assign")}
          value=""
          choices={[
            { value: "", label: say("bulk.to") },
            ...deciders.map((each) => ({ value: `u:${each.id}`, label: each.name })),
            ...options.teams.map((each) => ({ value: `t:${each.name}`, label: each.label[lang] })),
          ]}
          onChange={(value) => {
            const [kind, id = null] = value.split(/:(.*)/s);
            onAct({ assign: { user: kind === "u" ? id : null, team: kind === "t" ? id : null } });
          }}
        />
      </p>
      {asking && (
        <Reasons
          verb={asking}
          funnels={[...new Set(picked.map((each) => each.funnel))]}
          unknown={[]}
          onPick={(reason, note) => onAct({ verb: asking, reason, note })}
          onClose={() => setAsking(null)}
        />
      )}
    </div>
  );
}

function Inbox({
  page,
  data,
  id,
  view,
  address,
}: {
  page: HandoffPage;
  data: Data<HandoffPage>;
  id: string | null;
  view: View;
  address: string;
}) {
  const { say, show } = useApp();
  const list = useMore(address, page);
  const { shown, one, many } = useDecisions(data);
  const [picked, setPicked] = useState<string[]>([]);
  const items = list.items.filter(
    (each) => view === "decided" || !(each.id in shown) || shown[each.id]!.state === "waiting",
  );
  const ids = items.map((each) => each.id);
  const current = id ?? (matchMedia("(min-width: 821px)").matches ? (ids[0] ?? null) : null);
  const open = (next: string | null) =>
    go(next === null ? `/handoffs${location.search}` : `/handoffs/${encodeURIComponent(next)}${location.search}`);
  const step = (by: number) => {
    const at = current === null ? -1 : ids.indexOf(current);
    open(ids[Math.max(0, Math.min(ids.length - 1, at + by))] ?? null);
  };
  usePageKeys({ j: () => step(1), k: () => step(-1) }, [ids.join(), current]);
  useEffect(() => setPicked((was) => was.filter((each) => ids.includes(each))), [ids.join()]);
  const onDecide = (handoff: Handoff, choice: Choice) => {
    const next = after(ids, handoff.id);
    void one(handoff, choice);
    if (view !== "decided" && id !== null) open(next);
  };
  return (
    <div class={`Inbox ${id === null ? "listing" : "reading"}`}>
      <section class="Card QueueCard" aria-label={say("handoff.queue")}>
        {picked.length > 0 && (
          <BulkBar
            picked={items.filter((each) => picked.includes(each.id))}
            onAct={(choice) => {
              void many(
                items.filter((each) => picked.includes(each.id)),
                choice,
              );
              setPicked([]);
            }}
            onClear={() => setPicked([])}
          />
        )}
        {items.length === 0 ? (
          <Nothing title={say(`handoff.none_${view}`)}>{view !== "told" && show("handoff.none_help")}</Nothing>
        ) : (
          <Queue
            items={items}
            current={current}
            picked={picked}
            onPick={(which) =>
              setPicked((was) => (was.includes(which) ? was.filter((each) => each !== which) : [...was, which]))
            }
          />
        )}
        <More list={list} />
      </section>
      {current !== null && (
        <div class="Reading">
          <p class="Back">
            <a href={`/handoffs${location.search}`}>
              <span class="flip" aria-hidden="true">
                ←
              </span>{" "}
              {show("handoff.back")}
            </a>
          </p>
          <BriefCard id={current} shown={shown[current] ?? null} onDecide={onDecide} key={current} />
        </div>
      )}
    </div>
  );
}

export function Handoffs({ place, id }: PageProps) {
  const { say, show } = useApp();
  const wanted = place.query.get("view") as View;
  const view = VIEWS.includes(wanted) ? wanted : "waiting";
  const funnel = place.query.get("funnel");
  const address = funnel === null ? asked[view] : `${asked[view]}&funnel=${encodeURIComponent(funnel)}`;
  const told = (page: HandoffPage | null) => (page === null ? 0 : page.counts.reminders + page.counts.escalations);
  const href = (name: View) => {
    const query = new URLSearchParams(name === "waiting" ? {} : { view: name });
    if (funnel !== null) query.set("funnel", funnel);
    return `/handoffs${searchOf(query)}`;
  };
  const data = useData<HandoffPage>(address, { on: ["handoff"] });
  const waiting = data.value?.counts.waiting;
  return (
    <>
      <Head
        title={waiting === undefined ? say("nav.handoffs") : say("handoff.title", { n: waiting })}
        crumb={show("handoff.crumb")}
        end={
          <>
            <FunnelSwitch query={place.query} all />
            <nav class="Segment" aria-label={say("handoff.view")}>
              {VIEWS.map((name) => (
                <a href={href(name)} aria-current={name === view ? "page" : undefined} key={name}>
                  {show(`handoff.view_${name}`)}{" "}
                  {name === "told" && told(data.value) > 0 && <Num>{format.count(told(data.value))}</Num>}
                </a>
              ))}
            </nav>
          </>
        }
      />
      <Fetched data={data} rows={10}>
        {(page) => (
          <>
            <Counts page={page} />
            <Inbox page={page} data={data} id={id} view={view} address={address} key={address} />
          </>
        )}
      </Fetched>
    </>
  );
}
