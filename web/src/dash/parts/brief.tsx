// The brief of a handoff: why it came, what they did, how to open the call, what to find out.
import type { ComponentChildren } from "preact";
import { Dotted, Num } from "../../text/rich";
import * as format from "../../text/format";
import { useApp } from "../app";
import type { Brief, Handoff } from "../api";
import { assign, type Choice } from "../data/decisions";
import { useData } from "../data/use-data";
import { PlaybookList } from "../pages/playbooks";
import { accountName, Fetched, leadName, useErrorText, When } from "./basics";
import { AnswerPill, BantName } from "./bant";
import { Decide } from "./decide";
import { Select } from "./form";
import { SlaBand, SlaClock } from "./sla";

function Part({ title, children, ask = false }: { title: string; children: ComponentChildren; ask?: boolean }) {
  const { isolate } = useApp();
  return (
    <div>
      <h3>{isolate(title)}</h3>
      <ul class={`Bullets ${ask ? "ask" : ""}`}>{children}</ul>
    </div>
  );
}

function Why({ brief }: { brief: Brief }) {
  const { of, say, show, isolate, valueLabel } = useApp();
  const { source } = brief.handoff.lead.dimensions;
  return (
    <Part title={say("brief.why")}>
      {brief.why.map((line, i) => (
        <li key={i}>{of(line)}</li>
      ))}
      {brief.fit.map((fit) => (
        <li key={fit.name}>
          {of(fit.label)}: {show("fit.match", { match: fit.match_pct ?? 0, needed: fit.needed_pct })}
        </li>
      ))}
      {source && <li>{isolate(say("brief.source", { source: valueLabel("source", source) }))}</li>}
      {brief.handoff.assigned.rule && <li>{of(brief.handoff.assigned.rule)}</li>}
    </Part>
  );
}

function Did({ brief }: { brief: Brief }) {
  const { of, say } = useApp();
  return (
    <Part title={say("brief.did")}>
      {brief.did.map((each, i) => (
        <li key={i}>
          {of(each.label)}
          {each.times > 1 && (
            <>
              {" "}
              <Num>{`×${each.times}`}</Num>
            </>
          )}
          , <When at={each.at} />
          {each.said && (
            <q class="said">
              <bdi>{each.said}</bdi>
            </q>
          )}
        </li>
      ))}
    </Part>
  );
}

function Answers({ brief }: { brief: Brief }) {
  const { of } = useApp();
  return (
    <>
      {brief.bant.map((bant) => (
        <div class="AnswerRow" key={bant.name}>
          <h3>
            <BantName bant={bant} />
          </h3>
          <ul>
            {bant.answers.map((answer) => (
              <li key={answer.code}>
                {of(answer.label)} <AnswerPill answer={answer.answer} />
              </li>
            ))}
          </ul>
        </div>
      ))}
    </>
  );
}

function Parts({ brief }: { brief: Brief }) {
  const { of, say } = useApp();
  const lines = (texts: Brief["pains"]) => texts.map((text, i) => <li key={i}>{of(text)}</li>);
  return (
    <div class="parts">
      <Why brief={brief} />
      <Did brief={brief} />
      {brief.pains.length > 0 && <Part title={say("brief.pains")}>{lines(brief.pains)}</Part>}
      {brief.openers.length > 0 && <Part title={say("brief.openers")}>{lines(brief.openers)}</Part>}
      {brief.questions.length > 0 && (
        <Part title={say("brief.questions")} ask>
          {brief.questions.map((question, i) => (
            <li key={i}>{of(question.text)}</li>
          ))}
        </Part>
      )}
      {brief.group.length > 0 && (
        <Part title={say("brief.group")}>
          {brief.group.map((member) => (
            <li key={member.role.en}>
              {of(member.role)}:{" "}
              {member.lead ? <bdi>{leadName(member.lead)}</bdi> : <span class="muted">{say("group.nobody")}</span>}
            </li>
          ))}
        </Part>
      )}
    </div>
  );
}

function Assigned({ handoff, onChange }: { handoff: Handoff; onChange(): void }) {
  const { say, options, lang, may, notify, isolate, deciders } = useApp();
  const text = useErrorText();
  const { user, team } = handoff.assigned;
  const given = !user || deciders.some(({ id }) => id === user.id) ? deciders : [...deciders, user];
  if (!may("assign_leads")) return <bdi>{user?.name ?? team?.label[lang] ?? say("lead.nobody")}</bdi>;
  const change = async (value: string) => {
    const [kind, id = null] = value.split(/:(.*)/s);
    try {
      await assign(handoff, { user: kind === "u" ? id : null, team: kind === "t" ? id : null });
    } catch (error) {
      notify({ text: isolate(text(error)), bad: true });
    }
    onChange();
  };
  return (
    <Select
      inline
      label={say("handoff.assigned")}
      value={user ? `u:${user.id}` : team ? `t:${team.name}` : ""}
      choices={[
        { value: "", label: say("lead.nobody") },
        ...given.map((each) => ({ value: `u:${each.id}`, label: each.name })),
        ...options.teams.map((each) => ({ value: `t:${each.name}`, label: each.label[lang] })),
      ]}
      onChange={(value) => void change(value)}
    />
  );
}

export function Decided({ handoff }: { handoff: Handoff }) {
  const { of, show, isolate } = useApp();
  const { decision } = handoff;
  if (!decision) return null;
  return (
    <p class={`Notice ${handoff.state}`}>
      <strong>{show(`handoff.one_${handoff.state}`)}</strong>
      {decision.reason_label && <> · {of(decision.reason_label)}</>} · <bdi>{decision.by.name}</bdi> ·{" "}
      <When at={decision.at} time />
      {decision.after_acceptance && <> · {show("decide.after")}</>}
      {decision.note && (
        <q class="said">
          <bdi>{isolate(decision.note)}</bdi>
        </q>
      )}
    </p>
  );
}

function BriefHead({ brief, onChange }: { brief: Brief; onChange(): void }) {
  const { handoff } = brief;
  const { lead, score } = handoff;
  const { valueLabel } = useApp();
  const facts = [
    lead.title,
    accountName(lead.account),
    lead.dimensions["region"] && valueLabel("region", lead.dimensions["region"]),
  ];
  return (
    <div class="BriefHead">
      {score && (
        <span class={`Seal ${score.verdict}`} aria-hidden="true">
          <Num>{format.count(score.value)}</Num>
        </span>
      )}
      <div>
        <p class="crumb">
          <Dotted parts={facts} />
        </p>
        <h2>
          <a href={`/leads/${encodeURIComponent(lead.id)}`}>
            <bdi>{leadName(lead)}</bdi>
          </a>
        </h2>
      </div>
      <Assigned handoff={handoff} onChange={onChange} />
    </div>
  );
}

function Reminders({ brief }: { brief: Brief }) {
  const { of, show } = useApp();
  if (brief.reminders.length === 0 || brief.handoff.state !== "waiting") return null;
  return (
    <p class="small muted">
      <Dotted
        parts={brief.reminders.map((each) => (
          <>
            {show(each.kind === "reminder" ? "sla.reminder" : "sla.escalation")} {of(each.to)}:{" "}
            <When at={each.at} time />
          </>
        ))}
      />
    </p>
  );
}

interface BriefProps {
  id: string;
  /** What the reader has just decided, before the server knows. */
  shown: Handoff | null;
  onDecide(handoff: Handoff, choice: Choice): void;
}

export function BriefCard({ id, shown, onDecide }: BriefProps) {
  const { say } = useApp();
  const data = useData<Brief>(`/handoffs/${encodeURIComponent(id)}`, {
    on: ["handoff", "lead", "report"],
    when: (change) => ("id" in change ? change.id === id || change.kind === "lead" : true),
  });
  return (
    <section class="Card Brief" aria-label={say("brief.title")}>
      <Fetched data={data} rows={12}>
        {(brief) => {
          const handoff = shown ?? brief.handoff;
          const unknown = brief.bant.flatMap((bant) =>
            bant.answers.filter((answer) => answer.answer === "unknown").map(({ code }) => code),
          );
          return (
            <>
              <BriefHead brief={brief} onChange={data.reload} />
              <Decided handoff={handoff} />
              {handoff.state === "waiting" && handoff.sla && (
                <div class="Clock">
                  <SlaClock sla={handoff.sla} />
                  <SlaBand days={brief.sla_days} />
                  <Reminders brief={brief} />
                </div>
              )}
              <Answers brief={brief} />
              <Parts brief={brief} />
              <PlaybookList playbooks={brief.playbooks} />
              <Decide handoff={handoff} unknown={unknown} onDecide={(choice) => onDecide(handoff, choice)} />
            </>
          );
        }}
      </Fetched>
    </section>
  );
}
