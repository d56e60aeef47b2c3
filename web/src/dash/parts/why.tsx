// Why a stage holds and what is missing for the next: the clauses with their values and events.
import { Num } from "../../text/rich";
import * as format from "../../text/format";
import { useApp } from "../app";
import type { Why, WhyClause } from "../api-types";
import { Panel, Stage, When } from "./basics";

const marks = { yes: "✓", no: "◆", unknown: "?" };
const signs = { yes: "tick", no: "cross", unknown: "unknown" };

export function Truth({ truth }: { truth: WhyClause["truth"] }) {
  const { say } = useApp();
  return (
    <>
      <span class={signs[truth]} aria-hidden="true">
        {marks[truth]}
      </span>
      <span class="visually-hidden">{say(`truth.${truth}`)}</span>
    </>
  );
}

/** 3 of 4, or the values that the rule read. */
function Have({ clause }: { clause: WhyClause }) {
  const { show } = useApp();
  if (clause.truth === "unknown")
    return (
      <span class="BandPill few">
        <span>{show("why.unknown")}</span>
      </span>
    );
  if (clause.have !== null && clause.need !== null) return <Num>{`${clause.have}/${clause.need}`}</Num>;
  return null;
}

function Rule({ clause }: { clause: WhyClause }) {
  if (clause.rule === null && clause.values.length === 0) return null;
  return (
    <span class="detail">
      <code class="Clause">
        {clause.rule}
        {clause.values.map(({ name, value }) => (
          <mark key={name}>
            {" "}
            {name} = {value}
          </mark>
        ))}
      </code>
    </span>
  );
}

function Events({ clause }: { clause: WhyClause }) {
  const { show, of } = useApp();
  if (clause.events.length === 0) return null;
  return (
    <details class="Events">
      <summary class="small">{show("why.events", { n: clause.events_total })}</summary>
      <ul>
        {clause.events.map((event) => (
          <li class="small" key={event.id}>
            <When at={event.at} time /> {of(event.label)}
          </li>
        ))}
      </ul>
    </details>
  );
}

export function Clauses({ clauses }: { clauses: WhyClause[] }) {
  const { of } = useApp();
  return (
    <ul class="CheckList">
      {clauses.map((clause) => (
        <li key={clause.path}>
          <Truth truth={clause.truth} />
          <span class={clause.truth === "yes" ? "" : "strong"}>{of(clause.label)}</span>
          <span>
            <Have clause={clause} />
          </span>
          {clause.would && <span class="detail">{of(clause.would)}</span>}
          <Rule clause={clause} />
          <Events clause={clause} />
          {clause.members.length > 0 && <Clauses clauses={clause.members} />}
        </li>
      ))}
    </ul>
  );
}

export function Missing({ why }: { why: Why }) {
  const { show } = useApp();
  if (why.next === null) return null;
  const { stage, missing, of, clauses } = why.next;
  const order = [...clauses].sort((a, b) => Number(a.truth === "yes") - Number(b.truth === "yes"));
  return (
    <Panel
      id="missing"
      title={show("lead.missing_for", { stage })}
      note={missing === 0 ? show("lead.missing_none") : show("lead.missing", { n: missing, of })}
    >
      {clauses.length === 0 ? <p class="soft-text">{show("lead.decided_next")}</p> : <Clauses clauses={order} />}
    </Panel>
  );
}

/** The stages that hold, the latest open, each with what let the lead in. */
export function Held({ why }: { why: Why }) {
  const { show, say } = useApp();
  const held = why.stages.filter((each) => each.state !== "ahead").reverse();
  return (
    <Panel id="why" title={show("lead.why")} note={<Asof why={why} />}>
      {held.map((each, i) => (
        <details class="Held" open={i === 0} key={each.stage}>
          <summary>
            <Stage stage={each.stage} />
            <span class="muted small">
              <When at={each.at} />
            </span>
          </summary>
          {each.decided_by && (
            <p class="small soft-text">
              {say("lead.decided_by")} <bdi>{each.decided_by.name}</bdi>
            </p>
          )}
          {each.clauses.length > 0 && <Clauses clauses={each.clauses} />}
        </details>
      ))}
    </Panel>
  );
}

function Asof({ why }: { why: Why }) {
  const { show } = useApp();
  return (
    <>
      {show("definition.one")} <bdi dir="ltr">{why.definition.slice(0, 6)}</bdi>
    </>
  );
}

export const points = (value: number) => format.signed(value, format.plain);
