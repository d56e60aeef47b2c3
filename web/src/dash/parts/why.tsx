// Why a stage holds and what is missing for the next: the rules with what they read, as `masa why` tells them.
import { useApp } from "../app";
import type { Ahead, Clause, Event, Funnel, Input, Truth, Why } from "../why-types";
import { Num } from "../../text/rich";
import { Panel, Stage, When } from "./basics";

const marks = { true: "✓", false: "◆", unknown: "?" };
const signs = { true: "tick", false: "cross", unknown: "unknown" };

export function Sign({ truth }: { truth: Truth }) {
  const { say } = useApp();
  return (
    <span class={signs[truth]}>
      <span aria-hidden="true">{marks[truth]}</span>
      <span class="visually-hidden">{say(`truth.${truth}`)}</span>
    </span>
  );
}

/** 3 of 4, or that nobody knows. */
function Have({ clause }: { clause: Clause }) {
  const { show } = useApp();
  if (clause.truth === "unknown")
    return (
      <span class="BandPill few">
        <span>{show("why.unknown")}</span>
      </span>
    );
  if (clause.have === undefined || clause.need === undefined) return null;
  return <Num>{`${clause.have}/${clause.need}`}</Num>;
}

function Events({ events, count }: { events: Event[] | undefined; count: number | undefined }) {
  const { show, of } = useApp();
  if (!events || events.length === 0) return null;
  return (
    <details class="Events">
      <summary class="small">{show("why.events", { n: count ?? events.length })}</summary>
      <ul>
        {events.map((event) => (
          <li class="small" key={event.id ?? event.at}>
            <When at={event.at} time /> {of(event.label)}
            {event.machine && <span class="muted"> · {show("why.machine")}</span>}
          </li>
        ))}
      </ul>
    </details>
  );
}

function Read({ input }: { input: Input }) {
  const { of } = useApp();
  return (
    <span class="detail">
      {of(input.label)}: <strong>{of(input.text)}</strong>
      {input.source && <> · {of(input.source)}</>}
    </span>
  );
}

/** Those that are not met come first: they are what is to be done. */
const urgent = (clauses: Clause[]) =>
  [...clauses].sort((a, b) => Number(a.truth === "true") - Number(b.truth === "true"));

export function Clauses({ clauses, todo = false }: { clauses: Clause[]; todo?: boolean }) {
  return (
    <ul class="CheckList">
      {(todo ? urgent(clauses) : clauses).map((clause, i) => (
        <OneClause clause={clause} todo={todo} key={clause.name ?? i} />
      ))}
    </ul>
  );
}

function OneClause({ clause, todo }: { clause: Clause; todo: boolean }) {
  const { of, isolate } = useApp();
  return (
    <li>
      <Sign truth={clause.truth} />
      <span class={clause.truth === "true" ? "" : "strong"}>{of(clause.text)}</span>
      <span>
        <Have clause={clause} />
      </span>
      {clause.outcome && clause.kind !== "count" && <span class="detail">{of(clause.outcome)}</span>}
      {clause.note && <span class="detail">{isolate(clause.note)}</span>}
      {clause.truth !== "true" &&
        clause.kind === "rule" &&
        clause.inputs?.map((input) => <Read input={input} key={input.name} />)}
      <Events events={clause.events} count={clause.event_count} />
      {clause.members && <Clauses clauses={clause.members} todo={todo} />}
    </li>
  );
}

/** What is kept of who decided is an id; people go by their names. */
const withName = ({ text, by }: Funnel["stages"][number], name: string) =>
  by === null || by === name
    ? text
    : { he: text.he.replace(by, `\u2068${name}\u2069`), en: text.en.replace(by, `\u2068${name}\u2069`) };

/** The rule's own members; a rule of one clause is its own list. */
const partsOf = (clause: Clause): Clause[] => (clause.name === null && clause.members ? clause.members : [clause]);

function Waiting({ ahead }: { ahead: Ahead }) {
  const { show } = useApp();
  return (
    <>
      {ahead.decided && <p class="soft-text">{show("lead.decided_next")}</p>}
      {ahead.waits_for && (
        <p class="soft-text">
          {show(`waits.${ahead.waits_for}`)} {ahead.waits_until && <When at={ahead.waits_until} time />}
        </p>
      )}
      {ahead.due && (
        <p class="soft-text">
          {show("lead.due")} <When at={ahead.due} time />
        </p>
      )}
    </>
  );
}

export const funnelOf = (why: Why): Funnel | undefined => why.funnels[0];

/** Who has reached the end, or left: nothing is missing for a stage that is behind them. */
function Ended({ funnel }: { funnel: Funnel }) {
  const { show, of, say, reasonLabel, personName } = useApp();
  const exit = funnel.exits.filter((each) => each.lap === funnel.lap).at(-1);
  const last = funnel.stages.filter((each) => each.lap === funnel.lap).at(-1);
  const again = funnel.ahead.find((each) => each.next && !each.landing);
  const landings = funnel.ahead.filter((each) => each.landing);
  const first = funnel.stages.find((each) => each.lap === funnel.lap);
  const at = exit?.at ?? last?.entered;
  const by = exit ? exit.by : (last?.by ?? null);
  const days = first && at ? Math.round((Date.parse(at) - Date.parse(first.entered)) / 86_400_000) : null;
  return (
    <Panel
      id="ended"
      title={exit ? of(exit.exit_label) : show("lead.ended", { stage: last?.stage ?? "" })}
      note={<When at={at ?? null} />}
    >
      {exit ? (
        <p>
          {show("lead.left_from")} <Stage stage={exit.stage} funnel={funnel.funnel} />
        </p>
      ) : (
        last && <p class="soft-text">{of(withName(last, personName(last.by ?? "")))}</p>
      )}
      {exit?.reason && (
        <p>
          {show("lead.reason")} <strong>{reasonLabel(exit.reason)}</strong>
        </p>
      )}
      {by && (
        <p class="small soft-text">
          {show("by")} <bdi>{personName(by)}</bdi>
        </p>
      )}
      {exit?.clause && <Clauses clauses={partsOf(exit.clause)} />}
      {days !== null && <p class="small soft-text">{show("lead.ended_days", { n: days })}</p>}
      {again && (
        <details class="Events">
          <summary class="small">{say("lead.again", { stage: again.stage })}</summary>
          <Waiting ahead={again} />
          {again.clause && <Clauses clauses={partsOf(again.clause)} todo />}
        </details>
      )}
      {landings.map((each) => (
        <details class="Events" key={each.landing}>
          <summary class="small">
            {say("lead.lands", { stage: each.stage })} {each.landing_label && of(each.landing_label)}
          </summary>
          <Waiting ahead={each} />
          {each.clause && <Clauses clauses={partsOf(each.clause)} todo />}
        </details>
      ))}
    </Panel>
  );
}

export function Missing({ why }: { why: Why }) {
  const { show, of } = useApp();
  const funnel = funnelOf(why);
  if (funnel && funnel.lap > 0 && !funnel.open) return <Ended funnel={funnel} />;
  const ahead = funnel?.ahead.find((each) => each.next);
  if (!ahead) return null;
  const clauses = ahead.clause ? partsOf(ahead.clause) : [];
  const short = clauses.filter((clause) => clause.truth !== "true").length;
  return (
    <Panel
      id="missing"
      title={show("lead.missing_for", { stage: ahead.stage })}
      note={clauses.length > 0 && show("lead.missing", { n: short, of: clauses.length })}
    >
      <Waiting ahead={ahead} />
      {clauses.length > 0 && <Clauses clauses={clauses} todo />}
      {ahead.advice.map((advice) => (
        <p class="small soft-text" key={advice.name}>
          <Sign truth={advice.truth} /> {show("lead.advice")} {of(advice.text)}
        </p>
      ))}
    </Panel>
  );
}

/** The stages that were entered, the latest open, each with what let the lead in. */
export function Held({ why }: { why: Why }) {
  const { show, of, personName } = useApp();
  const stages = [...(funnelOf(why)?.stages ?? [])].reverse();
  if (stages.length === 0) return null;
  return (
    <Panel
      id="why"
      title={show("lead.why")}
      note={
        <>
          {show("definition.one")} <bdi dir="ltr">{why.definition.hash.slice(0, 6)}</bdi>
        </>
      }
    >
      {stages.map((stage, i) => (
        <details class="Held" open={i === 0} key={`${stage.lap} ${stage.stage} ${stage.entered}`}>
          <summary>
            <Stage stage={stage.stage} funnel={funnelOf(why)?.funnel} />
            <span class="muted small">
              <When at={stage.entered} />
            </span>
          </summary>
          <p class="small soft-text">{of(withName(stage, personName(stage.by ?? "")))}</p>
          {stage.clause && <Clauses clauses={partsOf(stage.clause)} />}
        </details>
      ))}
    </Panel>
  );
}

/** What time alone will do. */
export function IfNothing({ why }: { why: Why }) {
  const { show, exitLabel } = useApp();
  const funnel = funnelOf(why);
  const coming = funnel?.if_nothing_happens ?? [];
  if (coming.length === 0) return null;
  return (
    <Panel title={show("lead.if_nothing")}>
      <ul class="Rows">
        {coming.map((each) => (
          <li key={`${each.what} ${each.name}`}>
            <span>
              {each.what === "enters"
                ? show("lead.enters", { name: each.name })
                : show("lead.leaves", { name: exitLabel(each.name, funnel?.funnel) })}
            </span>
            <When at={each.at} time />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
