// The timeline: stages stand out, what was not counted is faint and says why, what people wrote stands as written.
import { useState } from "preact/hooks";
import { Num } from "../../text/rich";
import * as format from "../../text/format";
import { useApp } from "../app";
import type { RawEvent, TimelineItem, TimelinePage } from "../api";
import { ask } from "../data/api";
import { searchOf } from "../data/router";
import { useData } from "../data/use-data";
import { plain } from "../text/plain";
import { Fetched, Nothing, Panel, Stage, useErrorText } from "./basics";
import { More, useMore } from "./more";

/** How many are shown before the reader asks for all. */
const FIRST = 10;
const FILTERS = ["all", "stage", "note"] as const;
const kinds = { all: [], stage: ["stage", "decision"], note: ["note", "decision"] };

/** `funnel`: in which it was asked for; null: whichever counts it. */
export function Trail({ lead, funnel }: { lead: string; funnel: string | null }) {
  const { show, say } = useApp();
  const [filter, setFilter] = useState<(typeof FILTERS)[number]>("all");
  const query = new URLSearchParams(kinds[filter].map((kind) => ["kind", kind]));
  if (funnel !== null) query.set("funnel", funnel);
  const address = `/leads/${encodeURIComponent(lead)}/timeline${searchOf(query)}`;
  const data = useData<TimelinePage>(address, {
    on: ["lead", "report"],
    when: (change) => change.kind !== "lead" || change.id === lead,
  });
  return (
    <Panel
      id="timeline"
      title={show("lead.timeline")}
      note={
        <span class="Segment" role="group" aria-label={say("lead.timeline")}>
          {FILTERS.map((name) => (
            <button type="button" aria-pressed={filter === name} onClick={() => setFilter(name)}>
              {show(`timeline.${name}`)}
            </button>
          ))}
        </span>
      }
    >
      <Fetched data={data} rows={8}>
        {(page) => <Items page={page} address={address} lead={lead} key={address} />}
      </Fetched>
    </Panel>
  );
}

function Items({ page, address, lead }: { page: TimelinePage; address: string; lead: string }) {
  const { say, show } = useApp();
  const list = useMore(address, page);
  const [all, setAll] = useState(false);
  const shown = all ? list.items : list.items.slice(0, FIRST);
  if (list.items.length === 0) return <Nothing title={say("timeline.none")}>{show("timeline.none_help")}</Nothing>;
  return (
    <>
      <ol class="Trail">
        {shown.map((item) => (
          <Item item={item} lead={lead} key={item.id} />
        ))}
      </ol>
      {all ? (
        <More list={list} />
      ) : (
        list.items.length > FIRST && (
          <p class="MoreRow">
            <button type="button" class="Button" onClick={() => setAll(true)}>
              {show("timeline.more", { n: page.total ?? list.items.length })}
            </button>
          </p>
        )
      )}
    </>
  );
}

/** So much of an event is shown; an export has all of it. */
const RAW_MOST = 8000;

/** The whole event, with what the definition does not declare of it: fetched when somebody asks. */
function AsItCame({ lead, item }: { lead: string; item: TimelineItem }) {
  const { show } = useApp();
  const text = useErrorText();
  const [raw, setRaw] = useState<string | null>(null);
  const open = async () => {
    if (raw !== null) return;
    try {
      const { event } = await ask<RawEvent>(`/leads/${encodeURIComponent(lead)}/events/${encodeURIComponent(item.id)}`);
      const whole = event === null ? format.NONE : JSON.stringify(event, null, 2);
      setRaw(whole.length > RAW_MOST ? `${whole.slice(0, RAW_MOST)}\u2026` : whole);
    } catch (error) {
      setRaw(text(error));
    }
  };
  return (
    <details class="Raw" onToggle={(event) => (event.target as HTMLDetailsElement).open && void open()}>
      <summary class="small">{show("timeline.raw")}</summary>
      {raw !== null && <pre dir="ltr">{raw}</pre>}
    </details>
  );
}

function Item({ item, lead }: { item: TimelineItem; lead: string }) {
  const { of, show, lang, session, stageColor } = useApp();
  const clock = new Intl.DateTimeFormat(lang === "he" ? "he-IL" : "en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    timeZone: session.zone,
  });
  const stage = item.stage !== null;
  const exit = item.type === "exit" && item.kind === "stage";
  return (
    <li class={`${stage ? "stage" : ""} ${item.counted ? "" : "faded"}`}>
      <time dateTime={item.at}>
        <Num>{format.day(item.at, lang)}</Num>
        <span class="sub">
          <Num>{clock.format(new Date(item.at))}</Num>
        </span>
      </time>
      <span class="dot" style={stage ? `--c:${stageColor(item.stage!)}` : undefined} />
      <span class="what">
        <span class={stage ? "strong" : ""}>{stage && !exit ? <Stage stage={item.stage} /> : of(item.label)}</span>
        {exit && (
          <span class="detail">
            {show("lead.left_from")} <Stage stage={item.stage} />
          </span>
        )}
        {item.said && (
          <q class="detail said">
            <bdi>{item.said}</bdi>
          </q>
        )}
        {item.detail && <span class="detail">{of(item.detail)}</span>}
        {item.by && (
          <span class="detail">
            {show("by")} <bdi>{item.by.name}</bdi>
          </span>
        )}
        {item.human_pct !== null && item.human_pct < 100 && (
          <span class="detail">{show("timeline.human", { n: item.human_pct })}</span>
        )}
        {item.late && <span class="detail">{show("timeline.late")}</span>}
        {item.kind !== "decision" && <Properties of={item} />}
        {(item.kind === "event" || item.kind === "identity") && <AsItCame lead={lead} item={item} />}
      </span>
    </li>
  );
}

/** What the event said besides, by the definition's names; what stands above as written is not said twice. */
function Properties({ of: item }: { of: TimelineItem }) {
  const { say, of } = useApp();
  const words = { yes: say("answer.yes"), no: say("answer.no") };
  const pairs = Object.entries(item.properties).filter(([, value]) => value !== item.said);
  if (pairs.length === 0) return null;
  return (
    <span class="detail">
      {pairs.map(([name, value], i) => {
        const label = item.labels?.[name];
        return (
          <>
            {i > 0 && ", "}
            {label ? of(label) : <bdi dir="ltr">{name}</bdi>}: <bdi>{plain(value, words)}</bdi>
          </>
        );
      })}
    </span>
  );
}
