// BANT: what is known, from whom, and what to ask. An answer that nobody gave is no "no".
import { useState } from "preact/hooks";
import { useApp } from "../app";
import type { Bant as Model } from "../api";
import { ask } from "../data/api";
import { Panel, When } from "./basics";
import { Dialog } from "./dialog";
import { Field, Form } from "./form";

type Answer = Model["answers"][number];
const kinds = { yes: "good", no: "bad", unknown: "few" };

/** A definition may call it "by sales", or say BANT itself. */
export function BantName({ bant }: { bant: Model }) {
  const { isolate, lang } = useApp();
  const name = bant.label[lang];
  return <>{isolate(name.includes("BANT") ? name : `BANT ${name}`)}</>;
}

export function AnswerPill({ answer }: { answer: Answer["answer"] }) {
  const { show } = useApp();
  return (
    <span class={`BandPill ${kinds[answer]}`}>
      <span>{show(`answer.${answer}`)}</span>
    </span>
  );
}

function OneAnswer({ answer }: { answer: Answer }) {
  const { of } = useApp();
  return (
    <div>
      <h3>
        {of(answer.label)} <AnswerPill answer={answer.answer} />
      </h3>
      <p>
        {answer.said && (
          <>
            <q>
              <bdi>{answer.said}</bdi>
            </q>{" "}
          </>
        )}
        {answer.source && (
          <>
            {of(answer.source)}, <When at={answer.at} />
          </>
        )}
        {answer.answer === "unknown" && answer.question && of(answer.question)}
      </p>
    </div>
  );
}

export function Bant({ bant, lead, onChange }: { bant: Model; lead?: string; onChange?(): void }) {
  const { show, may } = useApp();
  const [open, setOpen] = useState(false);
  return (
    <Panel
      title={<BantName bant={bant} />}
      note={show("bant.count", { yes: bant.yes, of: bant.of, need: bant.pass_at })}
    >
      <div class="Bant">
        {bant.answers.map((answer) => (
          <OneAnswer answer={answer} key={answer.code} />
        ))}
      </div>
      {lead !== undefined && may("write_about_leads") && bant.answers.some((answer) => answer.by_hand) && (
        <p class="Buttons">
          <button type="button" class="Button" onClick={() => setOpen(true)}>
            {show("bant.write")}
          </button>
        </p>
      )}
      {open && (
        <Answers
          bant={bant}
          lead={lead!}
          onDone={() => {
            setOpen(false);
            onChange?.();
          }}
        />
      )}
    </Panel>
  );
}

function Answers({ bant, lead, onDone }: { bant: Model; lead: string; onDone(): void }) {
  const { of, show, say, lang } = useApp();
  const [given, setGiven] = useState(() =>
    Object.fromEntries(bant.answers.map(({ code, answer, said }) => [code, { answer, said: said ?? "" }])),
  );
  const set = (code: string, change: Partial<{ answer: Answer["answer"]; said: string }>) =>
    setGiven((was) => ({ ...was, [code]: { ...was[code]!, ...change } }));
  const asked = bant.answers.filter((answer) => answer.by_hand);
  /** What was there already is not said again. */
  const changed = asked.filter(({ code, answer, said }) => {
    const now = given[code]!;
    return now.answer !== answer || now.said !== (said ?? "");
  });
  const send = async () => {
    const answers = Object.fromEntries(changed.map(({ code }) => [code, given[code]!]));
    if (changed.length > 0)
      await ask(`/leads/${encodeURIComponent(lead)}/answers`, { method: "PUT", body: { model: bant.name, answers } });
    onDone();
  };
  return (
    <Dialog title={<BantName bant={bant} />} onClose={onDone}>
      <Form button={show("save")} onSubmit={send}>
        {asked.map(({ code, label, question }) => (
          <fieldset class="Answering" key={code}>
            <legend>{of(label)}</legend>
            <span class="Segment">
              {(["yes", "no", "unknown"] as const).map((answer) => (
                <button
                  type="button"
                  aria-pressed={given[code]!.answer === answer}
                  onClick={() => set(code, { answer })}
                >
                  {show(`answer.${answer}`)}
                </button>
              ))}
            </span>
            <Field
              label={say("bant.said")}
              value={given[code]!.said}
              onInput={(said) => set(code, { said })}
              maxLength={1000}
              help={question && of(question)}
            />
          </fieldset>
        ))}
        {asked.length < bant.answers.length && (
          <p class="small muted">
            {show("bant.worked_out", {
              what: bant.answers
                .filter((answer) => !answer.by_hand)
                .map((answer) => answer.label[lang])
                .join(", "),
            })}
          </p>
        )}
      </Form>
    </Dialog>
  );
}
