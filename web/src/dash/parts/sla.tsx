// The clock: how much is left, and how it was spent day by day.
import { useApp } from "../app";
import type { Role, Sla, SlaDay } from "../api";
import { leftWords } from "../text/left";
import { ROLES } from "./keeping";

/** Blocks that stand beside each other in a row: of more days the first are shown. */
const BLOCKS = 14;
/** ... and on a phone. */
const BLOCKS_PHONE = 7;

export function useLeft() {
  const { say, instant } = useApp();
  /** `dated`: how a day that is long past is written. */
  return (sla: Sla, dated: (iso: string) => string = instant): string => {
    if (sla.state === "paused") return say("sla.paused");
    if (sla.state === "met") return say("sla.met");
    const left = leftWords(sla);
    return left === null ? say("sla.late_since", { at: dated(sla.due_at!) }) : say(left.key, { n: left.n });
  };
}

const kindOf = (sla: Sla) => (sla.state === "ok" || sla.state === "met" ? "" : sla.state);

export function SlaMark({ sla }: { sla: Sla }) {
  const { isolate, day } = useApp();
  const left = useLeft();
  return <span class={`SlaMark ${kindOf(sla)}`}>{isolate(left(sla, day))}</span>;
}

export function SlaClock({ sla }: { sla: Sla }) {
  const { isolate, of, show, soon, instant, options, say, teamLabel } = useApp();
  const left = useLeft();
  /** A team or a role, in the reader's language. */
  const escalatedTo = ({ id, name }: { id: string; name: string }) => {
    if (options.teams.some((team) => team.name === id)) return teamLabel(id);
    return ROLES.includes(id as Role) ? say(`role.${id as Role}`) : name;
  };
  const used = sla.total_minutes === 0 ? 100 : (100 * (sla.total_minutes - sla.left_minutes)) / sla.total_minutes;
  return (
    <span class={`SlaClock ${kindOf(sla)}`}>
      <span class="top">
        <span class="left">{isolate(left(sla))}</span>
        <span class="muted micro">
          {sla.paused ? (
            of(sla.paused)
          ) : sla.escalated_at ? (
            <>
              {show("sla.escalated")} <bdi>{sla.escalated_to && escalatedTo(sla.escalated_to)}</bdi>
            </>
          ) : (
            sla.due_at && <span title={instant(sla.due_at)}>{isolate(soon(sla.due_at))}</span>
          )}
        </span>
      </span>
      <span class="well" aria-hidden="true">
        <i style={`inline-size:${Math.max(2, Math.min(100, used)).toFixed(0)}%`} />
      </span>
    </span>
  );
}

/** One block a day, as wide as its hours; resting days are hatched and count nothing. Of what waits for months it shows
 * how it began. */
export function SlaBand({ days }: { days: SlaDay[] }) {
  const { say, lang } = useApp();
  if (days.length === 0) return null;
  const name = (date: string) =>
    new Intl.DateTimeFormat(lang === "he" ? "he-IL" : "en-GB", { weekday: "short", timeZone: "UTC" }).format(
      new Date(`${date}T12:00:00Z`),
    );
  const rest = Math.max(60, Math.max(...days.map((day) => day.minutes)) / 5);
  const shown = days.slice(0, BLOCKS);
  const label = shown
    .map((day) => `${name(day.date)}: ${say(`sla.${day.kind}`, { n: Math.round(day.minutes / 60) })}`)
    .join("; ");
  return (
    <div class="SlaBand" role="img" aria-label={label}>
      {shown.map((day, i) => (
        <span
          class={i < BLOCKS_PHONE ? day.kind : `${day.kind} hide-s`}
          style={`flex:${day.kind === "rest" ? rest : day.minutes}`}
          key={`${day.date}${day.kind}`}
        >
          <i />
          {name(day.date)}
        </span>
      ))}
      {days.length > BLOCKS_PHONE && <span class={shown.length < days.length ? "more" : "more only-s"}>…</span>}
    </div>
  );
}
