// The definition: the text with its errors as it is written, its rules as sentences beside it, what would change, what
// would have been, who signed, and the versions before.
import { useEffect, useRef, useState } from "preact/hooks";
import { useApp } from "../app";
import type { Check, Definition, DefinitionPage as Versions, DefinitionShort, Problem } from "../api";
import { ask, Refused } from "../data/api";
import { go } from "../data/router";
import { useData } from "../data/use-data";
import { Fetched, Head, useErrorText, When } from "../parts/basics";
import { Begin } from "../parts/begin";
import { BacktestPanel } from "../parts/backtest";
import { DiffPanel } from "../parts/diff";
import { Editor, goTo } from "../parts/editor";
import { Field } from "../parts/form";
import { Signing } from "../parts/signing";
import type { PageProps } from "../root";

const REST = 300;
/** The version of what is not there yet, as the options of a store without a definition name it. */
const NONE = "";
const NOTHING: Definition = {
  version: NONE,
  name: "masa",
  state: "draft",
  author: null,
  created_at: "",
  effective_from: null,
  effective_to: null,
  note: null,
  based_on: null,
  signoffs: [],
  changed: [],
  text: "",
};
const lights = { published: "good", draft: "warn", retired: "plain" };

/** Checks the text once the typing rests, and again when it is to be said in another language. */
function useCheck(text: string) {
  const { lang } = useApp();
  const [check, setCheck] = useState<Check | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(() => {
      ask<Check>("/definitions/check", { method: "POST", body: { text }, signal: stop.signal }).then(
        setCheck,
        () => {},
      );
    }, REST);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [text, lang]);
  return check;
}

const jump = (line: number, column: number) => {
  const area = document.getElementById("definition-text") as HTMLTextAreaElement | null;
  if (area) goTo(area, line, column);
};

/** A sentence of the program's, in which code stands between backquotes; an example is nothing but code. */
function Told({ text }: { text: string }) {
  const { lang, isolate } = useApp();
  if (lang === "he" && !/[א-ת]/.test(text)) return <code>{text}</code>;
  return <>{text.split("`").map((part, i) => (i % 2 ? <code key={i}>{part}</code> : isolate(part)))}</>;
}

function Problems({ problems }: { problems: Problem[] }) {
  const { show } = useApp();
  return (
    <div id="definition-problems" aria-live="polite">
      {problems.length === 0 ? (
        <p class="Right">
          <span class="tick" aria-hidden="true">
            ✓
          </span>{" "}
          {show("definition.right")}
        </p>
      ) : (
        <>
          <p class="strong">{show("definition.wrong", { n: problems.length })}</p>
          <ol class="ProblemList">
            {problems.map((problem) => (
              <li key={`${problem.line}:${problem.column}:${problem.message}`}>
                <button type="button" class="open" onClick={() => jump(problem.line, problem.column)}>
                  <bdi dir="ltr">
                    {problem.line}:{problem.column}
                  </bdi>
                </button>
                <span class="said">
                  <Told text={problem.message} />
                  {problem.help && (
                    <span class="sub wrap">
                      <Told text={problem.help} />
                    </span>
                  )}
                </span>
              </li>
            ))}
          </ol>
        </>
      )}
    </div>
  );
}

function Sentences({ check }: { check: Check }) {
  const { of, show } = useApp();
  if (!check.ok) return null;
  return (
    <ul class="Sentences" aria-label={show("definition.sentences") as string}>
      {check.explain.map((each) => (
        <li key={each.path}>
          <button type="button" class="open" onClick={() => jump(each.line, 1)}>
            <bdi dir="ltr">{each.line}</bdi>
          </button>
          <span>
            <strong>{of(each.title)}</strong>
            <span class="sub wrap">{of(each.sentence)}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

function VersionList({ current }: { current: string }) {
  const { show, of } = useApp();
  const data = useData<Versions>("/definitions", { on: ["definition"] });
  return (
    <section class="Card Panel" aria-labelledby="versions">
      <header>
        <h2 id="versions">{show("definition.versions")}</h2>
      </header>
      <Fetched data={data} rows={3}>
        {({ items }) => (
          <ul class="Rows">
            {items.map((each) => (
              <li key={each.version} aria-current={each.version === current ? "true" : undefined}>
                <span>
                  <a href={`/definition/${each.version}`}>
                    <bdi dir="ltr">{each.version.slice(0, 6)}</bdi>
                  </a>{" "}
                  {each.note && <bdi>{each.note}</bdi>}
                  {each.changed.map((text, i) => (
                    <span class="sub wrap" key={i}>
                      {of(text)}
                    </span>
                  ))}
                </span>
                <span class="small">
                  <span class={`BandPill ${lights[each.state]}`}>
                    <span>{show(`definition.${each.state}`)}</span>
                  </span>
                  <span class="sub">
                    <When at={each.effective_from ?? each.created_at} />
                  </span>
                </span>
              </li>
            ))}
          </ul>
        )}
      </Fetched>
    </section>
  );
}

interface WorkProps {
  definition: Definition;
  published: string;
}

function useDraft({ definition, published }: WorkProps) {
  const { notify, show, isolate } = useApp();
  const words = useErrorText();
  const [text, setText] = useState(definition.text);
  const [note, setNote] = useState("");
  const changed = definition.version === NONE || text !== definition.text;
  const keep = async () => {
    try {
      const draft = await ask<Definition>("/definitions", {
        method: "POST",
        version: published === NONE ? "*" : published,
        body: { text, note: note || null },
      });
      notify({ text: show("definition.kept") });
      go(`/definition/${draft.version}`);
    } catch (error) {
      notify({ text: isolate(words(error)), bad: true });
    }
  };
  useEffect(() => {
    const leave = (event: BeforeUnloadEvent) => changed && event.preventDefault();
    addEventListener("beforeunload", leave);
    return () => removeEventListener("beforeunload", leave);
  }, [changed]);
  return { text, setText, note, setNote, changed, keep };
}

function Work({ definition, published }: WorkProps) {
  const { show, say, may } = useApp();
  const draft = useDraft({ definition, published });
  const check = useCheck(draft.text);
  const top = useRef<HTMLDivElement>(null);
  const ok = check?.ok === true;
  return (
    <div class="Defining" ref={top}>
      <div class="Stack">
        <Editor
          value={draft.text}
          problems={check?.problems ?? []}
          onInput={draft.setText}
          readOnly={!may("edit_definition")}
        />
        {draft.changed && (
          <div class="Card Panel Keeping">
            <Field label={say("definition.note")} value={draft.note} onInput={draft.setNote} maxLength={1000} />
            <p class="Buttons">
              <button type="button" class="Button primary" disabled={!ok} onClick={() => void draft.keep()}>
                {show("definition.keep")}
              </button>
              <button type="button" class="Button quiet" onClick={() => draft.setText(definition.text)}>
                {show("definition.discard")}
              </button>
            </p>
          </div>
        )}
        {ok && published !== NONE && (draft.changed || definition.version !== published) && (
          <BacktestPanel
            body={draft.changed ? { text: draft.text } : { version: definition.version }}
            key={draft.changed ? "text" : definition.version}
          />
        )}
        {!draft.changed && published !== NONE && definition.version !== published && (
          <DiffPanel version={definition.version} />
        )}
      </div>
      <div class="Stack">
        {!draft.changed && definition.state === "draft" && <Signing definition={definition} />}
        <section class="Card Panel" aria-label={say("definition.sentences")}>
          {check ? (
            <>
              <Problems problems={check.problems} />
              <Sentences check={check} />
            </>
          ) : (
            <p class="muted">{show("loading")}</p>
          )}
        </section>
        <VersionList current={definition.version} />
      </div>
    </div>
  );
}

const isNone = (error: unknown) => error instanceof Refused && error.status === 404;

/** Nothing is published yet, and no version was asked for. */
function First() {
  const [text, setText] = useState<string | null>(null);
  if (text === null) return <Begin onBegin={setText} />;
  return <Work definition={{ ...NOTHING, text }} published={NONE} />;
}

export function DefinitionPage({ id }: PageProps) {
  const { say, show, options } = useApp();
  const data = useData<Definition>(`/definitions/${encodeURIComponent(id ?? "current")}`, { on: ["definition"] });
  const definition: DefinitionShort | null = data.value;
  return (
    <>
      <Head
        title={say("nav.definition")}
        crumb={
          definition && (
            <>
              <bdi dir="ltr">{`${definition.name} · ${definition.version.slice(0, 6)}`}</bdi> ·{" "}
              {show(`definition.${definition.state}`)}
              {definition.note && (
                <>
                  {" "}
                  · <bdi>{definition.note}</bdi>
                </>
              )}
            </>
          )
        }
      />
      {id === null && data.value === null && isNone(data.error) ? (
        <First />
      ) : (
        <Fetched data={data} rows={14}>
          {(value) => <Work definition={value} published={options.version} key={value.version} />}
        </Fetched>
      )}
    </>
  );
}
