// What changes on the server, as it says so. One line is open for the whole page; a browser opens it again by itself.
import type { StreamEvent } from "../api";
import { BASE, whenAnswered } from "./api";

export type Kind = StreamEvent["kind"];
export type Change<K extends Kind = Kind> = Extract<StreamEvent, { kind: K }>;

const KINDS: Kind[] = ["hello", "report", "lead", "handoff", "register", "definition", "job", "alert"];
type Listener = (change: Change) => void;
export type Alert = Change<"alert">;

/** After a line that was cut, what still holds is told again at once; the rest has ended meanwhile. */
const AGAIN_MS = 1500;
const REOPEN_MS = 3000;

export class Live {
  private readonly listeners = new Set<Listener>();
  private source: EventSource | null = null;
  private met = false;
  /** The newest state the stream has told of, and the oldest that anybody was given an answer of before it began. */
  private told = 0;
  private oldest = Infinity;
  /** What holds now, by id: told before anybody listened, too. */
  private alerts = new Map<string, Alert>();
  private again: ReturnType<typeof setTimeout> | undefined;
  private reopen: ReturnType<typeof setTimeout> | undefined;

  start() {
    this.stop();
    whenAnswered((state) => this.answered(state));
    this.open();
  }

  private open() {
    const source = new EventSource(`${BASE}/stream`);
    this.source = source;
    for (const kind of KINDS)
      source.addEventListener(kind, (event) => {
        const { data, lastEventId } = event as MessageEvent<string>;
        if (kind === "hello" || kind === "report") this.told = Number(lastEventId);
        this.heard(JSON.parse(data));
      });
    // After a refusal, as of a store that nobody has begun yet, a browser does not try again by itself.
    source.addEventListener("error", () => {
      if (source.readyState === EventSource.CLOSED) this.reopen = setTimeout(() => this.open(), REOPEN_MS);
    });
  }

  /** An answer may be of a state before the stream's first: what came between was told to nobody. */
  answered(state: number) {
    if (!this.met) this.oldest = Math.min(this.oldest, state);
    else if (state < this.told) this.tell({ kind: "hello", program: "", as_of: "" });
  }

  stop() {
    this.source?.close();
    this.source = null;
    this.met = false;
    this.oldest = Infinity;
    clearTimeout(this.reopen);
    this.alerts.clear();
    clearTimeout(this.again);
  }

  holding(): Alert[] {
    return [...this.alerts.values()];
  }

  /** The first hello is news where somebody was answered of an older state; a later one always may be. */
  private heard(change: Change) {
    if (change.kind === "hello") {
      const first = !this.met;
      this.met = true;
      if (first && this.oldest >= this.told) return;
      if (!first) this.lookAgain();
    }
    if (change.kind === "alert" && change.on) this.alerts.set(change.id, change);
    if (change.kind === "alert" && !change.on) this.alerts.delete(change.id);
    this.tell(change);
  }

  private tell(change: Change) {
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
