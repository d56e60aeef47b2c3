// What the server tells at once, above every page until it no longer holds or is put away: sources that keep failing in
// sales, handoffs past their time, a server that takes no events.
import { useEffect, useState } from "preact/hooks";
import { useApp, type App } from "../app";
import type { Alert } from "../data/live";
import { putAway, wasPutAway } from "../data/settings";
import { Icon, icons, When } from "./basics";

export function useAlerts({ live, lang, notify }: Pick<App, "live" | "lang" | "notify">) {
  const [alerts, setAlerts] = useState(live.holding());
  useEffect(() => {
    setAlerts(live.holding());
    return live.listen((change) => {
      if (change.kind !== "alert") return;
      setAlerts(live.holding());
      if (change.on) return;
      putAway(change.id, false);
      if (change.text) notify({ text: change.text[lang] });
    });
  }, [live, lang]);
  return alerts;
}

/** Of more handoffs the server tells only those that ran out last, so that their number and since when is not known. */
const LATE_MOST = 50;

interface LineProps {
  alerts: Alert[];
  onPutAway(alerts: Alert[]): void;
}

/** One, or of many handoffs how many. */
function Line({ alerts, onPutAway }: LineProps) {
  const { of, say, show } = useApp();
  const first = alerts.reduce((one, other) => (other.since < one.since ? other : one));
  const many = alerts.length > 1;
  const link = many ? "/handoffs" : first.link;
  const most = alerts.length >= LATE_MOST;
  const key = most ? "alert.late_most" : "alert.late_many";
  const words = many ? show(key, { n: alerts.length }) : first.text && of(first.text);
  const severe = first.code === "disk_full" || first.code === "intake_stopped";
  return (
    <p class={`Alert ${severe ? "severe" : ""}`}>
      <Icon path={icons.warning} />
      <span class="grow">
        {words}{" "}
        {!most && (
          <span class="since">
            <When at={first.since} time />
          </span>
        )}
      </span>
      {link && (
        <a href={link} onClick={() => onPutAway(alerts)}>
          {show(`alert.open.${first.code}`)}
        </a>
      )}
      <button
        type="button"
        class="Button quiet"
        aria-label={say("alert.put_away")}
        title={say("alert.put_away")}
        onClick={() => onPutAway(alerts)}
      >
        <Icon path={icons.close} size={12} />
      </button>
    </p>
  );
}

/** The region is there before anything is in it, so that screen readers hear what comes. */
export function Alerts({ alerts }: { alerts: Alert[] }) {
  const [, setTurn] = useState(0);
  const shown = alerts.filter(({ id }) => !wasPutAway(id));
  const late = shown.filter(({ code }) => code === "sla_late");
  const others = shown.filter(({ code }) => code !== "sla_late");
  const away = (which: Alert[]) => {
    for (const { id } of which) putAway(id, true);
    setTurn((turn) => turn + 1);
  };
  return (
    <div class="Alerts no-print" role="alert">
      {others.map((alert) => (
        <Line alerts={[alert]} onPutAway={away} key={alert.id} />
      ))}
      {late.length > 0 && <Line alerts={late} onPutAway={away} key="late" />}
    </div>
  );
}
