// What would have been: the whole log under another definition, with the progress of the work, who would move, and what
// the numbers become.
import { useEffect, useState } from "preact/hooks";
import { Num } from "../../text/rich";
import * as format from "../../text/format";
import { useApp } from "../app";
import type { Job } from "../api";
import type { Backtest } from "../backtest-types";
import { ask } from "../data/api";
import { Panel, Stage, useErrorText } from "./basics";
import { ofFate, Share } from "./share";

const LOOK = 250;

/** Starts the job and looks at it until it is over. */
function useJob(body: unknown) {
  const [job, setJob] = useState<Job | null>(null);
  const [error, setError] = useState<unknown>(null);
  const start = async () => {
    setError(null);
    try {
      setJob(await ask<Job>("/backtests", { method: "POST", once: true, body }));
    } catch (wrong) {
      setError(wrong);
    }
  };
  const running = job !== null && (job.state === "queued" || job.state === "running");
  useEffect(() => {
    if (!running) return;
    const timer = setTimeout(() => {
      ask<Job>(`/backtests/${encodeURIComponent(job.id)}`).then(setJob, setError);
    }, LOOK);
    return () => clearTimeout(timer);
  }, [job]);
  const cancel = () => {
    if (job) void ask(`/backtests/${encodeURIComponent(job.id)}`, { method: "DELETE" }).catch(() => {});
    setJob(null);
  };
  return { job, error, running, start: () => void start(), cancel };
}

function Progress({ job, onCancel }: { job: Job; onCancel(): void }) {
  const { show, say } = useApp();
  const { done, total, seconds_left } = job.progress;
  return (
    <div class="Progress">
      <progress value={done} max={total ?? undefined} aria-label={say("backtest.running")} />
      <p class="small muted">
        {show("backtest.events", { n: done })}
        {seconds_left !== null && <> · {show("backtest.left", { n: Math.ceil(seconds_left) })}</>}
      </p>
      <button type="button" class="Button quiet" onClick={onCancel}>
        {show("cancel")}
      </button>
    </div>
  );
}

type Row = Backtest["stages"][number];

/** How many more or fewer, with its sign; nothing where nothing moved. */
function Moved({ row }: { row: Row }) {
  const by = row.new_count - row.old_count;
  return by === 0 ? null : <Num>{format.signed(by, format.count)}</Num>;
}

function Stages({ result }: { result: Backtest }) {
  const { of, show } = useApp();
  return (
    <table class="Plain">
      <thead>
        <tr>
          <th scope="col">{show("stage.one")}</th>
          <th scope="col" class="num">
            {show("backtest.now")}
          </th>
          <th scope="col" class="num">
            {show("backtest.with")}
          </th>
          <th scope="col" class="num">
            {show("backtest.moved")}
          </th>
        </tr>
      </thead>
      <tbody>
        {result.stages.map((row) => (
          <tr key={row.stage} class={row.new_count === row.old_count ? "" : "moved"}>
            <th scope="row">
              <bdi>{row.stage}</bdi> <span class="muted hide-s">{of(row.label)}</span>
              {row.rule_changed && <span class="sub">{show("backtest.rule_changed")}</span>}
            </th>
            <td class="num">
              <Num>{format.count(row.old_count)}</Num>
            </td>
            <td class="num strong">
              <Num>{format.count(row.new_count)}</Num>
            </td>
            <td class="num">
              <Moved row={row} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What became of those whom only one of the two lets in: whether the change lets in better leads. */
function Precision({ result }: { result: Backtest }) {
  const { show } = useApp();
  const changed = result.stages.filter((row) => row.rule_changed);
  if (changed.length === 0) return null;
  return (
    <table class="Plain">
      <caption class="small soft-text">{show("backtest.precision")}</caption>
      <thead>
        <tr>
          <th scope="col">{show("stage.one")}</th>
          <th scope="col" class="num">
            {show("backtest.only_new")}
          </th>
          <th scope="col" class="num">
            {show("backtest.only_old")}
          </th>
          <th scope="col" class="hide-s">
            {show("feedback.verdict")}
          </th>
        </tr>
      </thead>
      <tbody>
        {changed.map((row) => (
          <tr key={row.stage}>
            <th scope="row">
              <bdi>{row.stage}</bdi>
            </th>
            <td class="num">
              <Share of={ofFate(row.cells.new_only, "won")} />
            </td>
            <td class="num">
              <Share of={ofFate(row.cells.old_only, "won")} />
            </td>
            <td class="hide-s muted">{show(`change.${row.old_only_against_new_only.verdict}`)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const units = { percent: "pct", count: "count", days: "days", money: "money", ratio: "ratio" } as const;

type Change = Backtest["numbers"][number];

/** What it is called; of a way from stage to stage, both. */
function NumberName({ number }: { number: Change }) {
  const { of } = useApp();
  const [from, to] = number.code.split(">");
  if (to === undefined) return <>{number.label ? of(number.label) : <bdi>{number.code}</bdi>}</>;
  return (
    <>
      <bdi>{from}</bdi>{" "}
      <span class="flip" aria-hidden="true">
        →
      </span>{" "}
      <bdi>{to}</bdi>
    </>
  );
}

/** The report's numbers that would be others, but for how many are in a stage: the table above has them. */
function Numbers({ result }: { result: Backtest }) {
  const { session } = useApp();
  const inTable = new Set(result.stages.map(({ stage }) => stage));
  const changed = result.numbers.filter(
    ({ difference, code }) => difference !== null && difference !== 0 && !inTable.has(code),
  );
  if (changed.length === 0) return null;
  const text = (value: number | null, unit: keyof typeof units) => format.inUnit(value, units[unit], session.currency);
  return (
    <dl class="Known">
      {changed.map((number) => (
        <>
          <dt>
            <NumberName number={number} />
          </dt>
          <dd>
            <Num>{text(number.old, number.unit)}</Num>{" "}
            <span class="flip" aria-hidden="true">
              →
            </span>{" "}
            <strong>
              <Num>{text(number.new, number.unit)}</Num>
            </strong>
          </dd>
        </>
      ))}
    </dl>
  );
}

function Movers({ result }: { result: Backtest }) {
  const { show } = useApp();
  if (result.move_count === 0) return <p class="soft-text">{show("backtest.nobody")}</p>;
  return (
    <details class="Held">
      <summary>
        <span>{show("backtest.movers", { n: result.move_count })}</span>
      </summary>
      <ul class="Rows">
        {result.moves.map((move) => (
          <li key={move.subject}>
            <a href={`/leads/${encodeURIComponent(move.subject)}`}>
              <bdi>{move.name ?? move.email ?? move.subject}</bdi>
            </a>
            <span>
              <Stage stage={move.old} />{" "}
              <span class="flip" aria-hidden="true">
                →
              </span>{" "}
              <Stage stage={move.new} />
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Sentences({ result }: { result: Backtest }) {
  const { of, show } = useApp();
  const list = (lines: Backtest["rules"]["only_old"], kind: "added" | "removed") =>
    [...new Map(lines.map((line) => [line.en, line])).values()].map((line) => (
      <li key={line.en} class={kind}>
        <span class="visually-hidden">{show(`diff.${kind}`)} </span>
        {of(line)}
      </li>
    ));
  return (
    <ul class="RuleChanges">
      {list(result.rules.only_old, "removed")}
      {list(result.rules.only_new, "added")}
    </ul>
  );
}

function Result({ result }: { result: Backtest }) {
  const { show } = useApp();
  const { old_per_week, new_per_week } = result.handoffs;
  return (
    <div class="BacktestResult" role="status">
      <Sentences result={result} />
      <Stages result={result} />
      {old_per_week !== null && new_per_week !== null && (
        <p class="small soft-text">
          {show("backtest.handoffs", { now: format.plain(old_per_week), then: format.plain(new_per_week) })}
        </p>
      )}
      <Precision result={result} />
      <Numbers result={result} />
      <Movers result={result} />
    </div>
  );
}

export function BacktestPanel({ body }: { body: { text: string } | { version: string } }) {
  const { show, isolate } = useApp();
  const text = useErrorText();
  const { job, error, running, start, cancel } = useJob(body);
  return (
    <Panel title={show("backtest.title")} note={show("backtest.note")} id="backtest">
      {running ? (
        <Progress job={job!} onCancel={cancel} />
      ) : (
        <p class="Buttons">
          <button type="button" class={job?.result ? "Button" : "Button primary"} onClick={start}>
            {show(job?.result ? "backtest.again" : "backtest.start")}
          </button>
        </p>
      )}
      {error !== null && (
        <p class="Wrong" role="alert">
          {isolate(text(error))}
        </p>
      )}
      {job?.error && (
        <p class="Wrong" role="alert">
          {isolate(job.error.message)}
        </p>
      )}
      {job?.result && <Result result={job.result} />}
    </Panel>
  );
}
