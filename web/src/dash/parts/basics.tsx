// The small words of the dashboard: waiting, failing, nothing there, a panel, a time, a stage, a lead.
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import * as format from "../../text/format";
import { Num } from "../../text/rich";
import { useApp, type Key } from "../app";
import type { Lead, ScoreShort } from "../api";
import { Refused } from "../data/api";
import { type Data, useSlow } from "../data/use-data";

export const leadName = (lead: Lead): string => lead.name ?? lead.email ?? lead.id;
export const accountName = (account: Lead["account"]): string =>
  account === null ? "" : (account.name ?? account.domain ?? account.id);

interface HeadProps {
  title: string;
  /** The title is a name that people wrote: its direction is its own. */
  named?: boolean;
  crumb?: ComponentChildren;
  end?: ComponentChildren;
}

/** The title of the page, also in the window's bar; it takes the focus when the address has changed. */
export function Head({ title, named = false, crumb, end }: HeadProps) {
  const { isolate, session } = useApp();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${session.company}`;
  }, [title, session.company]);
  useEffect(() => heading.current!.focus({ preventScroll: true }), []);
  return (
    <div class="PageHead">
      <div>
        {crumb && <p class="crumb">{crumb}</p>}
        <h1 ref={heading} tabIndex={-1}>
          {named ? <bdi>{title}</bdi> : isolate(title)}
        </h1>
      </div>
      {end && <div class="Tools no-print">{end}</div>}
    </div>
  );
}

const remedies: Record<string, Key> = {
  offline: "error.offline",
  offline_change: "error.offline_change",
  forbidden: "error.forbidden",
  changed_meanwhile: "error.changed_meanwhile",
  unavailable: "error.unavailable",
  no_definition: "error.no_definition",
  not_ready: "error.not_ready",
  not_confirmed: "error.not_confirmed",
};

/** What went wrong in the reader's language: the server's own words where the page has none. */
export function useErrorText() {
  const { say } = useApp();
  return (error: unknown): string => {
    if (!(error instanceof Refused)) return say("error.broken", { what: String(error) });
    const key = remedies[error.code];
    return key ? say(key) : error.message.replaceAll("`", ""); // who shows it isolates names itself
  };
}

export function Failed({ error, onRetry }: { error: unknown; onRetry(): void }) {
  const { show, isolate } = useApp();
  const text = useErrorText();
  return (
    <div class="Empty bad" role="alert">
      <p>{isolate(text(error))}</p>
      {!(error instanceof Refused && error.status === 403) && (
        <button type="button" class="Button" onClick={onRetry}>
          {show("retry")}
        </button>
      )}
    </div>
  );
}

export function Skeleton({ rows = 6 }: { rows?: number }) {
  const { say } = useApp();
  return (
    <div class="Skeleton" role="status">
      <span class="visually-hidden">{say("loading")}</span>
      {Array.from({ length: rows }, (_, i) => (
        <i aria-hidden="true" style={`inline-size:${92 - ((i * 37) % 41)}%`} />
      ))}
    </div>
  );
}

/** What was asked for, or the waiting, or what went wrong. */
export function Fetched<T>({
  data,
  rows,
  missing,
  children,
}: {
  data: Data<T>;
  rows?: number;
  /** Instead of an error, where there is no such thing. */
  missing?: ComponentChildren;
  children(value: T): ComponentChildren;
}) {
  const slow = useSlow(data.value === null && data.error === null);
  const absent = data.error instanceof Refused && data.error.status === 404;
  if (data.value === null && absent && missing) return <>{missing}</>;
  if (data.value === null && data.error !== null) return <Failed error={data.error} onRetry={data.reload} />;
  if (data.value === null) return slow ? <Skeleton rows={rows ?? 6} /> : <div class="Hush" />;
  return (
    <div class={data.loading ? "Stale" : undefined} aria-busy={data.loading}>
      {children(data.value)}
    </div>
  );
}

/** What is not there yet, and what would bring it. */
export function Nothing({
  title,
  children,
  action,
}: {
  title: string;
  children: ComponentChildren;
  action?: ComponentChildren;
}) {
  const { isolate } = useApp();
  return (
    <div class="Empty">
      <svg width="120" height="48" viewBox="0 0 120 48" aria-hidden="true" fill="none">
        <g stroke="var(--line-2)" stroke-width="2" stroke-dasharray="3 5" stroke-linecap="round">
          <path d="M4 38C24 34 34 22 52 24s34-4 64-18" />
        </g>
        <circle cx="116" cy="6" r="4" fill="var(--stage-5)" />
      </svg>
      <p>
        <strong>{isolate(title)}</strong>
        <br />
        {children}
      </p>
      {action}
    </div>
  );
}

interface PanelProps {
  title: ComponentChildren;
  note?: ComponentChildren;
  id?: string;
  class?: string;
  children: ComponentChildren;
}

export function Panel({ title, note, id, children, ...more }: PanelProps) {
  const heading = useId();
  return (
    <section class={`Card Panel ${more.class ?? ""}`} id={id} aria-labelledby={heading}>
      <header>
        <h2 id={heading}>{title}</h2>
        {note && <p>{note}</p>}
      </header>
      {children}
    </section>
  );
}

/** A day, with its instant under the pointer. */
export function When({ at, time = false }: { at: string | null; time?: boolean }) {
  const { day, instant, isolate } = useApp();
  if (at === null) return <span class="muted">{format.NONE}</span>;
  return (
    <time dateTime={at} title={instant(at)}>
      {time ? isolate(instant(at)) : <Num>{day(at)}</Num>}
    </time>
  );
}

export function StageDot({ stage, funnel }: { stage: string; funnel?: string | undefined }) {
  const { stageColor } = useApp();
  return <span class="StageDot" style={`background:${stageColor(stage, funnel)}`} aria-hidden="true" />;
}

export function Stage({ stage, funnel }: { stage: string | null; funnel?: string | undefined }) {
  const { stageLabel, isolate, show } = useApp();
  if (stage === null) return <span class="muted">{show("stage.none")}</span>;
  const label = stageLabel(stage, funnel);
  return (
    <span class="Stage">
      <StageDot stage={stage} funnel={funnel} />
      <bdi>{stage}</bdi> {label !== stage && <span class="muted hide-s">{isolate(label)}</span>}
    </span>
  );
}

export function LeadLink({ lead }: { lead: Lead }) {
  const { options } = useApp();
  const usual = lead.funnel === options.funnels[0]?.name;
  return (
    <a
      href={`/leads/${encodeURIComponent(lead.id)}${usual ? "" : `?funnel=${lead.funnel}`}`}
      class="LeadLink"
      dir="auto"
    >
      <bdi>{leadName(lead)}</bdi>
    </a>
  );
}

export function ScoreMark({ score }: { score: ScoreShort | null }) {
  const { show } = useApp();
  if (score === null) return <span class="muted">{format.NONE}</span>;
  return (
    <span class={`ScoreMark ${score.verdict}`}>
      <Num>{format.count(score.value)}</Num>
      {score.verdict === "borderline" && (
        <span class="BandPill warn">
          <span>{show("score.borderline")}</span>
        </span>
      )}
    </span>
  );
}

/** A key of the keyboard beside what it does. */
export function KeyCap({ children }: { children: ComponentChildren }) {
  return (
    <kbd class="key" aria-hidden="true">
      {children}
    </kbd>
  );
}

export function Icon({ path, size = 16 }: { path: string; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      <g fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round">
        <path d={path} />
      </g>
    </svg>
  );
}

export const icons = {
  search: "M7 2.4a4.6 4.6 0 1 0 0 9.2 4.6 4.6 0 0 0 0-9.2M10.6 10.6l3.4 3.4",
  warning: "M8 2.3 1.9 13.2h12.2zM8 6.6v3M8 11.4v.1",
  bell: "M8 2.3c-2.3 0-3.7 1.7-3.7 4v2.5l-1.3 2.4h10l-1.3-2.4V6.3c0-2.3-1.4-4-3.7-4M6.6 13.4h2.8",
  close: "m4 4 8 8M12 4l-8 8",
  print: "M4.5 6V2.5h7V6M4.5 11.5h-2V6h11v5.5h-2M4.5 9.5h7v4h-7z",
  person: "M8 8.2a2.9 2.9 0 1 0 0-5.8 2.9 2.9 0 0 0 0 5.8M2.6 13.6c.6-2.6 2.7-3.7 5.4-3.7s4.8 1.1 5.4 3.7",
  download: "M8 2.5v7.6M4.8 7.2 8 10.3l3.2-3.1M2.8 13.3h10.4",
};
