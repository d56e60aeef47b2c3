// What would have been: the whole log under another definition, with the progress of the work, who would move, and what
// the numbers become.
import { useEffect, useState } from "preact/hooks";
import { Num } from "../../text/rich";
import * as format from "../../text/format";
import { useApp } from "../app";
import type { Backtest, Job } from "../api-types";
import { ask } from "../data/api";
import { LeadLink, Panel, Stage, useErrorText } from "./basics";
import { Share } from "../pages/rejected";

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
            {show("backtest.entered")}
          </th>
          <th scope="col" class="num">
            {show("backtest.gone")}
          </th>
        </tr>
      </thead>
      <tbody>
        {result.stages.map((row) => (
          <tr key={row.stage} class={row.entered + row.left > 0 ? "moved" : ""}>
            <th scope="row">
              <bdi>{row.stage}</bdi> <span class="muted hide-s">{of(row.label)}</span>
            </th>
            <td class="num">
              <Num>{format.count(row.count)}</Num>
            </td>
            <td class="num strong">
              <Num>{format.count(row.with_count)}</Num>
            </td>
            <td class="num">{row.entered > 0 && <Num>{`+${format.count(row.entered)}`}</Num>}</td>
            <td class="num">{row.left > 0 && <Num>{`−${format.count(row.left)}`}</Num>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Movers({ result }: { result: Backtest }) {
  const { of, show } = useApp();
  return (
    <details class="Held">
      <summary>
        <span>{show("backtest.movers", { n: result.moved })}</span>
      </summary>
      <ul class="Rows">
        {result.movers.map(({ lead, from, to, because }) => (
          <li key={lead.id}>
            <span>
              <LeadLink lead={lead} />
              <span class="sub wrap">{of(because)}</span>
            </span>
            <span>
              <Stage stage={from} />{" "}
              <span class="flip" aria-hidden="true">
                →
              </span>{" "}
              <Stage stage={to} />
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Result({ result }: { result: Backtest }) {
  const { of, show } = useApp();
  const { now, with: then } = result.handoffs_a_week;
  return (
    <div class="BacktestResult" role="status">
      <ul class="Bullets">
        {result.text.map((text, i) => (
          <li key={i}>{of(text)}</li>
        ))}
      </ul>
      <Stages result={result} />
      <p class="small soft-text">{show("backtest.handoffs", { now: format.plain(now), then: format.plain(then) })}</p>
      <dl class="Known">
        <dt>{show("backtest.accepted")}</dt>
        <dd>
          <Share of={result.accepted.now} />{" "}
          <span class="flip" aria-hidden="true">
            →
          </span>{" "}
          <Share of={result.accepted.with} />
        </dd>
        <dt>{show("backtest.won")}</dt>
        <dd>
          <Share of={result.won.now} />{" "}
          <span class="flip" aria-hidden="true">
            →
          </span>{" "}
          <Share of={result.won.with} />
        </dd>
      </dl>
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
