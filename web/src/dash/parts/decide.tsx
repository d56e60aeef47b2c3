// The decision bar: accept in one press, reject or return in two, the second being the reason.
import { useLayoutEffect, useState } from "preact/hooks";
import { useApp } from "../app";
import type { Handoff, Options } from "../api";
import type { Choice, Verb } from "../data/decisions";
import { KeyCap, leadName } from "./basics";
import { typing, usePageKeys } from "./keys";
import { useLeft } from "./sla";

type Reason = Options["reasons"]["reject"][number];

interface ReasonsProps {
  /** Of what is decided on: only reasons that each of them knows. */
  funnels: string[];
  verb: "reject" | "return";
  /** BANT answers that are not known, which some reasons rest on. */
  unknown: string[];
  onPick(reason: string, note: string | null): void;
  onClose(): void;
}

export function Reasons({ verb, funnels, unknown, onPick, onClose }: ReasonsProps) {
  const { options, show, say, of } = useApp();
  const [note, setNote] = useState("");
  const reasons: Reason[] = options.reasons[verb].filter((each) => funnels.every((one) => each.funnels.includes(one)));
  const pick = (reason: Reason | undefined) => reason && onPick(reason.code, note.trim() || null);
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key === "Escape") onClose();
      else if (!typing(event) && /^[1-9]$/.test(event.key)) pick(reasons[Number(event.key) - 1]);
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  });
  const hollow = reasons.some((reason) => reason.needs && unknown.includes(reason.needs));
  return (
    <div class="ReasonPicker" role="group" aria-label={say(`decide.why_${verb}`)}>
      <p class="strong">{show(`decide.why_${verb}`)}</p>
      <p class="Reasons">
        {reasons.map((reason, i) => (
          <button type="button" class="Button" onClick={() => pick(reason)} key={reason.code}>
            {of(reason.label)} <KeyCap>{i + 1}</KeyCap>
          </button>
        ))}
      </p>
      <p class="Field">
        <label for="decide-note">{show("decide.note")}</label>
        <input
          id="decide-note"
          dir={note === "" ? undefined : "auto"}
          maxLength={4000}
          value={note}
          onInput={(event) => setNote((event.target as HTMLInputElement).value)}
        />
      </p>
      {hollow && verb === "reject" && <p class="small muted">{show("decide.unasked")}</p>}
      <p>
        <button type="button" class="Button quiet" onClick={onClose}>
          {show("cancel")}
        </button>
      </p>
    </div>
  );
}

interface DecideProps {
  handoff: Handoff;
  unknown: string[];
  onDecide(choice: Choice): void;
}

/** What may still be done with it: all three while it waits, a return after acceptance. */
const verbsOf = (handoff: Handoff): Verb[] =>
  handoff.state === "waiting" ? ["accept", "return", "reject"] : handoff.state === "accepted" ? ["return"] : [];

const KEYS: Record<Verb, string> = { accept: "a", return: "r", reject: "x" };

export function Decide({ handoff, unknown, onDecide }: DecideProps) {
  const { show, say, may, isolate } = useApp();
  const left = useLeft();
  // A question is about one handoff as it stands: with another, or another state, there is none.
  const about = `${handoff.id} ${handoff.state}`;
  const [asked, setAsked] = useState<{ about: string; verb: "reject" | "return" } | null>(null);
  const asking = asked?.about === about ? asked.verb : null;
  const setAsking = (verb: "reject" | "return" | null) => setAsked(verb && { about, verb });
  const verbs = may("decide_handoffs") ? verbsOf(handoff) : [];
  const press = (verb: Verb) => {
    if (!verbs.includes(verb)) return;
    if (verb === "accept") onDecide({ verb, reason: null, note: null });
    else setAsking(asking === verb ? null : verb);
  };
  usePageKeys({ a: () => press("accept"), r: () => press("return"), x: () => press("reject") }, [
    handoff,
    verbs.join(),
    asking,
  ]);
  if (!may("decide_handoffs")) return <p class="Notice">{show("decide.only_sales")}</p>;
  if (verbs.length === 0) return null;
  return (
    <>
      {asking && (
        <Reasons
          verb={asking}
          funnels={[handoff.funnel]}
          unknown={unknown}
          onPick={(reason, note) => onDecide({ verb: asking, reason, note })}
          onClose={() => setAsking(null)}
        />
      )}
      <div class="Decide" role="group" aria-label={say("decide.title")}>
        <span class="for">
          <bdi>{leadName(handoff.lead)}</bdi>
          {handoff.state === "waiting" && handoff.sla && <> · {isolate(left(handoff.sla))}</>}
        </span>
        {verbs.map((verb) => (
          <button
            type="button"
            class={`Button ${verb === "accept" ? "primary" : verb === "reject" ? "danger" : ""}`}
            aria-expanded={verb === "accept" ? undefined : asking === verb}
            onClick={() => press(verb)}
            key={verb}
          >
            {show(`decide.${verb}`)} <KeyCap>{KEYS[verb].toUpperCase()}</KeyCap>
          </button>
        ))}
        <span class="hint">{show(handoff.state === "waiting" ? "decide.hint" : "decide.hint_return")}</span>
      </div>
    </>
  );
}
