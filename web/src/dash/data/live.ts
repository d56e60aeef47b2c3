// What changes on the server, as it says so. One line is open for the whole page; a browser opens it again by itself.
import type { StreamEvent } from "../api-types";
import { BASE } from "./api";

export type Kind = StreamEvent["kind"];
export type Change<K extends Kind = Kind> = Extract<StreamEvent, { kind: K }>;

const KINDS: Kind[] = ["hello", "report", "lead", "handoff", "register", "definition", "job", "alert"];
type Listener = (change: Change) => void;
export type Alert = Change<"alert">;

/** After a line that was cut, what still holds is told again at once; the rest has ended meanwhile. */
const AGAIN_MS = 1500;

export class Live {
  private readonly listeners = new Set<Listener>();
  private source: EventSource | null = null;
  private met = false;
  /** What holds now, by id: told before anybody listened, too. */
  private alerts = new Map<string, Alert>();
  private again: ReturnType<typeof setTimeout> | undefined;

  start() {
    this.stop();
    this.source = new EventSource(`${BASE}/stream`);
    for (const kind of KINDS)
      this.source.addEventListener(kind, (event) => this.heard(JSON.parse((event as MessageEvent<string>).data)));
  }

  stop() {
    this.source?.close();
    this.source = null;
    this.met = false;
    this.alerts.clear();
    clearTimeout(this.again);
  }

  holding(): Alert[] {
    return [...this.alerts.values()];
  }

  /** The first hello is no news; a later one says that something may have been missed. */
  private heard(change: Change) {
    if (change.kind === "hello" && !this.met) {
      this.met = true;
      return;
    }
    if (change.kind === "hello") this.lookAgain();
    if (change.kind === "alert" && change.on) this.alerts.set(change.id, change);
    if (change.kind === "alert" && !change.on) this.alerts.delete(change.id);
    for (const listener of this.listeners) listener(change);
  }

  private lookAgain() {
    const before = this.holding();
    clearTimeout(this.again);
    this.again = setTimeout(() => {
      for (const alert of before)
        if (this.alerts.get(alert.id) === alert) this.heard({ ...alert, on: false, text: null });
    }, AGAIN_MS);
  }

  /** Gives back what ends it. */
  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }
}
