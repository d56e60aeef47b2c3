// The list of leads: searched, filtered, sorted, saved as views, taken away as CSV; of a million rows only those in
// sight are on the page.
import { useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from "preact/hooks";
import * as format from "../../text/format";
import { Dotted, Num } from "../../text/rich";
import { useApp, type Key } from "../app";
import type { Lead } from "../api";
import { ask, BASE } from "../data/api";
import type { Change } from "../data/live";
import { searchOf, setQuery } from "../data/router";
import { ListWindow, type Slice } from "../data/window";
import {
  accountName,
  Failed,
  Head,
  Icon,
  icons,
  LeadLink,
  Nothing,
  ScoreMark,
  Skeleton,
  Stage,
  When,
} from "../parts/basics";
import { LeadFilters } from "../parts/lead-filters";
import { SlaMark } from "../parts/sla";
import { Views } from "../parts/views";
import { useRowKeys } from "../parts/keys";
import type { PageProps } from "../root";

const PAGE = 100;
const ROW = 58;
const ROW_PHONE = 104;
const BEFORE = 12;

/** What the server is asked; how the page looks is none of it. */
export function listQuery(query: URLSearchParams): URLSearchParams {
  const kept = new URLSearchParams(query);
  for (const name of ["lang", "theme"]) kept.delete(name);
  return kept;
}

function useList(query: string) {
  const { live } = useApp();
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const [turn, reload] = useReducer((n: number) => n + 1, 0);
  const list = useMemo(() => {
    const fetchPage = (cursor: string, signal: AbortSignal) => {
      const all = new URLSearchParams(query);
      all.set("limit", String(PAGE));
      if (cursor) all.set("cursor", cursor);
      return ask<Slice>(`/leads?${all}`, { signal });
    };
    return new ListWindow<Lead>(fetchPage, () => redraw(1), PAGE);
  }, [query, turn]);
  useEffect(() => () => list.stop(), [list]);
  useEffect(() => {
    // Rows do not move under who reads them; where there are none yet, or none have come yet, nobody reads. An answer
    // that is on its way may be of the state before.
    const shows = (change: Change) => change.kind === "hello" || (change.kind === "report" && !list.total);
    return live.listen((change) => shows(change) && reload(1));
  }, [live, list]);
  return { list, reload: () => reload(1) };
}

/** Which rows the window shows, by how far the table has been scrolled. */
function useSight(row: number) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [sight, setSight] = useState({ first: 0, last: 30 });
  useLayoutEffect(() => {
    const look = () => {
      const top = body.current?.getBoundingClientRect().top ?? 0;
      const first = Math.max(0, Math.floor(-top / row) - BEFORE);
      const last = first + Math.ceil(innerHeight / row) + 2 * BEFORE;
      setSight((was) => (was.first === first && was.last === last ? was : { first, last }));
    };
    look();
    addEventListener("scroll", look, { passive: true });
    addEventListener("resize", look);
    return () => {
      removeEventListener("scroll", look);
      removeEventListener("resize", look);
    };
  }, [row]);
  return { body, sight };
}

function usePhone() {
  const query = useMemo(() => matchMedia("(max-width: 820px)"), []);
  const [phone, setPhone] = useState(query.matches);
  useEffect(() => {
    const change = () => setPhone(query.matches);
    query.addEventListener("change", change);
    return () => query.removeEventListener("change", change);
  }, []);
  return phone;
}

const columns = [
  { key: "lead.one", sort: "name" },
  { key: "stage.one", sort: "entered" },
  { key: "score.one", sort: "score" },
  { key: "lead.owner", sort: null },
  { key: "lead.touched", sort: "touched" },
  { key: "lead.captured", sort: "captured" },
] as const;

function Heads({ sort }: { sort: string }) {
  const { show } = useApp();
  const now = sort.replace(/^-/, "");
  const down = sort.startsWith("-");
  return (
    <thead>
      <tr>
        {columns.map(({ key, sort: by }) => (
          <th
            scope="col"
            aria-sort={by === now ? (down ? "descending" : "ascending") : undefined}
            class={key === "score.one" ? "num" : undefined}
            key={key}
          >
            {by === null ? (
              show(key)
            ) : (
              <button type="button" class="Sort" onClick={() => setQuery({ sort: by === now && down ? by : `-${by}` })}>
                {show(key)}
                <span aria-hidden="true">{by === now ? (down ? " ↓" : " ↑") : ""}</span>
              </button>
            )}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function Row({ lead, place }: { lead: Lead | null; place: number }) {
  const { valueLabel } = useApp();
  if (lead === null)
    return (
      <tr class="Waiting" aria-rowindex={place + 2}>
        <td colSpan={6}>
          <i aria-hidden="true" />
        </td>
      </tr>
    );
  const source = lead.dimensions["source"];
  return (
    <tr aria-rowindex={place + 2} data-row>
      <th scope="row">
        <LeadLink lead={lead} />
        <span class="sub parts">
          <Dotted parts={[lead.title, accountName(lead.account), source && valueLabel("source", source)]} />
        </span>
      </th>
      <td class="stage">
        <Stage stage={lead.stage} funnel={lead.funnel} />
        <span class="sub">
          <When at={lead.stage_since} />
        </span>
      </td>
      <td class="num score">
        <ScoreMark score={lead.score} />
      </td>
      <td class="owner">
        <Owner lead={lead} />
        {lead.sla && <SlaMark sla={lead.sla} />}
      </td>
      <td class="hide-s">
        <When at={lead.last_touch?.at ?? null} />
      </td>
      <td class="hide-s">
        <When at={lead.captured_at} />
      </td>
    </tr>
  );
}

export function Owner({ lead }: { lead: Lead }) {
  const { show, of } = useApp();
  if (lead.owner) return <bdi>{lead.owner.name}</bdi>;
  if (lead.team) return <span class="muted">{of(lead.team.label)}</span>;
  return <span class="muted">{show("lead.nobody")}</span>;
}

function Table({ list, sort }: { list: ListWindow<Lead>; sort: string }) {
  const { say } = useApp();
  const height = usePhone() ? ROW_PHONE : ROW;
  const { body, sight } = useSight(height);
  useEffect(() => list.show(sight.first, sight.last), [list, sight, list.length]);
  const end = Math.min(sight.last, list.length + (list.complete ? 0 : BEFORE));
  const places = Array.from({ length: Math.max(0, end - sight.first) }, (_, i) => sight.first + i);
  const below = Math.max(0, list.length - end);
  return (
    <table class="Virtual" aria-rowcount={(list.total ?? list.length) + 1} aria-label={say("nav.leads")}>
      <Heads sort={sort} />
      <tbody ref={body} style={`--row:${height}px`}>
        <tr class="Gap" aria-hidden="true" style={`block-size:${sight.first * height}px`}>
          <td colSpan={6} />
        </tr>
        {places.map((place) => (
          <Row lead={list.row(place)} place={place} key={place} />
        ))}
        <tr class="Gap" aria-hidden="true" style={`block-size:${below * height}px`}>
          <td colSpan={6} />
        </tr>
      </tbody>
    </table>
  );
}

const titles: Record<string, Key> = {
  account: "leads.title_account",
  deal: "leads.title_deal",
  subscription: "leads.title_subscription",
};

export function Leads({ place }: PageProps) {
  const { say, show, may, options } = useApp();
  const asked = listQuery(place.query);
  const query = asked.toString();
  const { list, reload } = useList(query);
  useEffect(() => list.show(0, 30), [list]);
  useRowKeys();
  const sort = asked.get("sort") ?? "-captured";
  const csv = new URLSearchParams(asked);
  const listed = options.funnels.find((each) => each.name === asked.get("funnel")) ?? options.funnels[0];
  const title = titles[listed?.of ?? "person"] ?? "leads.title";
  return (
    <>
      <Head
        title={list.total === null ? say("nav.leads") : say(title, { n: list.total })}
        crumb={show("leads.crumb")}
        end={
          may("export") && (
            <a class="Button" href={`${BASE}/leads.csv${searchOf(csv)}`} download>
              <Icon path={icons.download} /> CSV
            </a>
          )
        }
      />
      <Views query={asked} />
      <LeadFilters query={asked} />
      {list.error !== null && list.length === 0 ? (
        <Failed error={list.error} onRetry={reload} />
      ) : list.length === 0 && list.complete ? (
        <NoLeads query={asked} />
      ) : (
        <div class="Card TableCard">
          {list.length === 0 ? <Skeleton rows={12} /> : <Table list={list} sort={sort} />}
          <p class="TableFoot">
            <span>
              {list.complete ? (
                show("leads.all", { n: list.length })
              ) : (
                <>
                  <Num>{format.count(list.length)}</Num> {show("leads.loaded")}
                </>
              )}
            </span>
          </p>
        </div>
      )}
    </>
  );
}

function NoLeads({ query }: { query: URLSearchParams }) {
  const { say, show } = useApp();
  const filtered = [...query.keys()].some((name) => name !== "sort" && name !== "funnel");
  if (!filtered) return <Nothing title={say("leads.none")}>{show("leads.none_help")}</Nothing>;
  return (
    <Nothing
      title={say("leads.none_match")}
      action={
        <a class="Button" href="/leads">
          {show("filter.clear")}
        </a>
      }
    >
      {show("leads.none_match_help")}
    </Nothing>
  );
}
