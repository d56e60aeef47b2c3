// One lead: its way, what is missing, why each stage holds, the score as a sum, what happened, and who else buys.
import { useState } from "preact/hooks";
import { Dotted, Num } from "../../text/rich";
import * as format from "../../text/format";
import { useApp } from "../app";
import type { LeadDetail, Member, Milestone, StageStep } from "../api";
import type { Why } from "../why-types";
import { ask } from "../data/api";
import type { Change } from "../data/live";
import { setQuery } from "../data/router";
import { useData } from "../data/use-data";
import { accountName, Fetched, Head, KeyCap, leadName, LeadLink, Nothing, Panel, Stage, When } from "../parts/basics";
import { Bant } from "../parts/bant";
import { Dialog } from "../parts/dialog";
import { Erasure } from "../parts/erasure";
import { Field, Form, Select } from "../parts/form";
import { usePageKeys } from "../parts/keys";
import { Profile, ScoreLedger } from "../parts/score";
import { SlaClock, SlaMark } from "../parts/sla";
import { Trail } from "../parts/trail";
import { Held, IfNothing, Missing } from "../parts/why";
import type { PageProps } from "../root";
import { plain } from "../text/plain";
import { PlaybookList } from "./playbooks";
import { Owner } from "./leads";

function Step({ step, funnel }: { step: StageStep; funnel: string }) {
  const { of, show, stageColor } = useApp();
  const here = step.state === "now";
  const inherited = step.state === "inherited";
  const past = inherited || step.state === "past" || step.state === "passed_through";
  return (
    <li
      class={here ? "now" : past ? "" : "todo"}
      aria-current={here ? "step" : undefined}
      style={past || here ? `--c:${stageColor(step.stage, funnel)}` : undefined}
    >
      <bdi class="code">{step.stage}</bdi> {step.label.en === step.stage ? null : of(step.label)}
      <span class="when">
        {inherited && show("lead.inherited")}
        {step.entered_at && <When at={step.entered_at} />}
        {step.days !== null && <> · {show("lead.days", { n: step.days })}</>}
        {here && step.usual_days !== null && <> · {show("lead.usual", { n: step.usual_days })}</>}
      </span>
      {step.sla && here && <SlaMark sla={step.sla} />}
    </li>
  );
}

function Seat({ member }: { member: Member }) {
  const { of, show } = useApp();
  const { lead } = member;
  return (
    <li>
      <span class={`face ${lead ? "" : "none"}`} aria-hidden="true">
        {lead ? of(member.role) && <PersonMark /> : "?"}
      </span>
      <span>
        {lead ? <LeadLink lead={lead} /> : <span class="muted">{of(member.role)}</span>}
        <span class="sub wrap">
          {lead && <>{of(member.role)} · </>}
          {show(`part.${member.part}`)}
          {member.note && <> · {of(member.note)}</>}
        </span>
      </span>
      {lead && <Stage stage={lead.stage} funnel={lead.funnel} />}
    </li>
  );
}

const PersonMark = () => (
  <svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5">
    <circle cx="8" cy="5.3" r="2.9" />
    <path d="M2.6 13.6c.6-2.6 2.7-3.7 5.4-3.7s4.8 1.1 5.4 3.7" stroke-linecap="round" />
  </svg>
);

function Group({ detail }: { detail: LeadDetail }) {
  const { show } = useApp();
  const missing = detail.group.filter((member) => member.lead === null).length;
  const account = detail.account;
  if (!account && detail.group.length === 0) return null;
  return (
    <Panel
      title={<>{show("group.title", { account: `\u2068${accountName(account?.account ?? null)}\u2069` })}</>}
      note={
        <>
          {account && show("group.people", { n: account.people })}
          {missing > 0 && <> · {show("group.missing", { n: missing })}</>}
        </>
      }
    >
      <ul class="Group">
        {detail.group.map((member) => (
          <Seat member={member} key={member.role.en} />
        ))}
      </ul>
    </Panel>
  );
}

function Milestones({ detail, onChange }: { detail: LeadDetail; onChange(): void }) {
  const { of, show, may } = useApp();
  const turn = async (milestone: Milestone) => {
    const path = `/leads/${encodeURIComponent(detail.lead.id)}/milestones/${encodeURIComponent(milestone.code)}`;
    await ask(path, { method: "PUT", body: { done_at: milestone.done_at ? null : new Date().toISOString() } });
    onChange();
  };
  if (detail.milestones.length === 0) return null;
  const done = detail.milestones.filter((each) => each.done_at).length;
  return (
    <Panel title={show("milestones.title")} note={show("milestones.done", { n: done, of: detail.milestones.length })}>
      <ul class="Rows">
        {detail.milestones.map((milestone) => (
          <li key={milestone.code}>
            <label class="Tick">
              <input
                type="checkbox"
                checked={milestone.done_at !== null}
                disabled={!may("write_about_leads")}
                onChange={() => void turn(milestone)}
              />
              {of(milestone.label)}
            </label>
            <span class="muted small">{milestone.done_at && <When at={milestone.done_at} />}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Known({ detail }: { detail: LeadDetail }) {
  const { of, say, show } = useApp();
  const words = { yes: say("answer.yes"), no: say("answer.no") };
  const told = new Set(detail.traits.map((trait) => trait.value));
  const names = detail.identities.filter((identity) => !told.has(identity.value));
  return (
    <Panel title={show("lead.known")}>
      <dl class="Known">
        {detail.traits.map((trait) => (
          <>
            <dt>{of(trait.label)}</dt>
            <dd>
              <bdi>{plain(trait.value, words)}</bdi>
            </dd>
          </>
        ))}
        <dt>{show("lead.consent")}</dt>
        <dd>
          {show(
            detail.consent.email === true
              ? "consent.yes"
              : detail.consent.email === false
                ? "consent.no"
                : "consent.unknown",
          )}
        </dd>
        {names.map((identity) => (
          <>
            <dt>{show(`identity.${identity.kind}`)}</dt>
            <dd>
              <bdi dir="ltr">{identity.value}</bdi>
            </dd>
          </>
        ))}
        {detail.merged_from.length > 0 && (
          <>
            <dt>{show("lead.merged")}</dt>
            <dd>
              <bdi dir="ltr">{detail.merged_from.join(", ")}</bdi>
            </dd>
          </>
        )}
      </dl>
    </Panel>
  );
}

function LogCall({ lead, onDone }: { lead: string; onDone(): void }) {
  const { show, say, notify } = useApp();
  const [text, setText] = useState("");
  const [kind, setKind] = useState("call");
  const send = async () => {
    await ask(`/leads/${encodeURIComponent(lead)}/notes`, { method: "POST", once: true, body: { kind, text } });
    notify({ text: show("note.saved") });
    onDone();
  };
  return (
    <Dialog title={show("note.title")} onClose={onDone}>
      <Form button={show("save")} onSubmit={send}>
        <Select
          label={say("note.kind")}
          value={kind}
          choices={(["call", "meeting", "note"] as const).map((value) => ({ value, label: say(`note.${value}`) }))}
          onChange={setKind}
        />
        <Field label={say("note.text")} value={text} onInput={setText} rows={5} required maxLength={4000} />
      </Form>
    </Dialog>
  );
}

function Assign({ detail, onDone }: { detail: LeadDetail; onDone(): void }) {
  const { show, say, options, lang } = useApp();
  const [to, setTo] = useState(detail.lead.owner ? `u:${detail.lead.owner.id}` : "");
  const send = async () => {
    const [kind, id] = to.split(/:(.*)/s);
    const body = { user: kind === "u" ? id : null, team: kind === "t" ? id : null };
    await ask(`/leads/${encodeURIComponent(detail.lead.id)}/owner`, { method: "PUT", body });
    onDone();
  };
  return (
    <Dialog title={show("lead.assign")} onClose={onDone}>
      <Form button={show("save")} onSubmit={send}>
        <Select
          label={say("lead.owner")}
          value={to}
          choices={[
            { value: "", label: say("lead.nobody") },
            ...options.people.map((each) => ({ value: `u:${each.id}`, label: each.name })),
            ...options.teams.map((each) => ({ value: `t:${each.name}`, label: each.label[lang] })),
          ]}
          onChange={setTo}
        />
      </Form>
    </Dialog>
  );
}

function Tools({ detail, onChange }: { detail: LeadDetail; onChange(): void }) {
  const { show, may } = useApp();
  const [open, setOpen] = useState<"call" | "assign" | null>(null);
  const done = () => {
    setOpen(null);
    onChange();
  };
  const writes = may("write_about_leads");
  usePageKeys(writes ? { c: () => setOpen("call") } : {}, [writes]);
  // Who has left can't be given back any more.
  const gone = ["lost", "rejected", "left"].includes(detail.lead.state);
  const handoff = gone
    ? undefined
    : detail.handoffs.find((each) => each.state === "waiting" || each.state === "accepted");
  return (
    <>
      {may("decide_handoffs") && handoff && (
        <a class="Button" href={`/handoffs/${encodeURIComponent(handoff.id)}`}>
          {show(handoff.state === "waiting" ? "lead.decide" : "lead.return")}
        </a>
      )}
      {may("assign_leads") && (
        <button type="button" class="Button" onClick={() => setOpen("assign")}>
          {show("lead.assign")}
        </button>
      )}
      {writes && (
        <button type="button" class="Button primary" onClick={() => setOpen("call")}>
          {show("note.title")} <KeyCap>C</KeyCap>
        </button>
      )}
      {open === "call" && <LogCall lead={detail.lead.id} onDone={done} />}
      {open === "assign" && <Assign detail={detail} onDone={done} />}
    </>
  );
}

function Who({ detail, onChange }: { detail: LeadDetail; onChange(): void }) {
  const { valueLabel, say, isolate, isOfPersons } = useApp();
  const { lead } = detail;
  const parts = [
    lead.title,
    accountName(lead.account),
    ...Object.entries(lead.dimensions).map(([name, value]) => valueLabel(name, value)),
  ];
  return (
    <>
      <Head
        title={leadName(lead)}
        named
        crumb={<Dotted parts={parts} />}
        end={isOfPersons(lead.funnel) && <Tools detail={detail} onChange={onChange} />}
      />
      <p class="Under">
        <span>
          {isolate(say("lead.owner"))}: <Owner lead={lead} />
        </span>
        <FunnelOf detail={detail} />
        {lead.state !== "open" && (
          <span class={`BandPill ${lead.state === "won" ? "good" : lead.state === "returned" ? "warn" : "bad"}`}>
            <span>{say(`state.${lead.state}`)}</span>
          </span>
        )}
        {lead.lap > 1 && <span class="muted">{isolate(say("lead.lap", { n: lead.lap }))}</span>}
      </p>
    </>
  );
}

/** In which funnel it is looked at, where its kind has several. */
function FunnelOf({ detail }: { detail: LeadDetail }) {
  const { options, say, lang } = useApp();
  const own = options.funnels.find((each) => each.name === detail.lead.funnel);
  const funnels = options.funnels.filter((each) => each.of === own?.of);
  if (funnels.length < 2) return null;
  return (
    <Select
      inline
      label={say("funnel.one")}
      value={detail.lead.funnel}
      choices={funnels.map((each) => ({ value: each.name, label: each.label[lang] }))}
      onChange={(funnel) => setQuery({ funnel })}
    />
  );
}

function NoLead({ id }: { id: string }) {
  const { say, show } = useApp();
  const all = (
    <a class="Button" href="/leads">
      {show("nav.all_leads")}
    </a>
  );
  return (
    <>
      <Head title={id} named />
      <Nothing title={say("lead.no_such")} action={all}>
        {show("lead.no_such_help")}
      </Nothing>
    </>
  );
}

export function LeadPage({ place, id }: PageProps) {
  const { say, options, isOfPersons } = useApp();
  const path = `/leads/${encodeURIComponent(id!)}`;
  const asked = place.query.get("funnel");
  const query = asked === null ? "" : `?funnel=${encodeURIComponent(asked)}`;
  // A newer report may hold news of this lead too.
  const mine = (change: Change) => change.kind !== "lead" || change.id === id;
  const data = useData<LeadDetail>(path + query, { on: ["lead", "report"], when: mine });
  // Without a word it is the funnel that counts the lead, which the page of it tells.
  const funnel = data.value?.lead.funnel ?? (options.funnels.length > 1 ? null : "");
  const why = useData<Why>(funnel === null ? null : `${path}/why${funnel && `?funnel=${encodeURIComponent(funnel)}`}`, {
    on: ["lead", "report", "definition"],
    when: mine,
  });
  const reload = () => {
    data.reload();
    why.reload();
  };
  return (
    <>
      <Fetched data={data} rows={14} missing={<NoLead id={id!} />}>
        {(detail) => (
          <>
            <Who detail={detail} onChange={reload} />
            <ol class="StagePath" aria-label={say("lead.path")}>
              {detail.path.map((step) => (
                <Step step={step} funnel={detail.lead.funnel} key={step.stage} />
              ))}
            </ol>
            <div class="Cols">
              <div class="Stack">
                <Fetched data={why} rows={5}>
                  {(value) => (
                    <div class="Stack">
                      <Missing why={value} />
                      {[...value.scores].reverse().map((score) => (
                        <ScoreLedger score={score} key={score.score} />
                      ))}
                      <Held why={value} />
                      {value.profiles.map((profile) => (
                        <Profile profile={profile} key={profile.profile} />
                      ))}
                      <IfNothing why={value} />
                    </div>
                  )}
                </Fetched>
              </div>
              <div class="Stack">
                <Trail lead={detail.lead.id} funnel={asked} />
                <Group detail={detail} />
                {detail.bant.map((bant) => (
                  <Bant bant={bant} lead={detail.lead.id} onChange={reload} key={bant.name} />
                ))}
                <Milestones detail={detail} onChange={reload} />
                <PlaybookList playbooks={detail.playbooks} />
                <Known detail={detail} />
                <Past detail={detail} />
              </div>
            </div>
          </>
        )}
      </Fetched>
      {(data.value === null || isOfPersons(data.value.lead.funnel)) && <Erasure id={id!} />}
    </>
  );
}

/** What was decided on this lead before. */
function Past({ detail }: { detail: LeadDetail }) {
  const { show, of } = useApp();
  if (detail.handoffs.length === 0) return null;
  return (
    <Panel title={show("lead.handoffs")} note={<Num>{format.count(detail.handoffs.length)}</Num>}>
      <ul class="Rows">
        {detail.handoffs.map((handoff) => (
          <li key={handoff.id}>
            <span>
              <a href={`/handoffs/${encodeURIComponent(handoff.id)}`}>{show(`handoff.one_${handoff.state}`)}</a>
              <span class="sub wrap">
                {handoff.decision?.reason_label && <>{of(handoff.decision.reason_label)} · </>}
                <When at={handoff.decision?.at ?? handoff.proposed_at} />
              </span>
            </span>
            {handoff.state === "waiting" && handoff.sla && <SlaClock sla={handoff.sla} />}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
