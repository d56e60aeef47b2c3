// What changes on the server, as it says so. One line is open for the whole page; a browser opens it again by itself.
import type { StreamEvent } from "../api-types";
import { BASE } from "./api";

export type Kind = StreamEvent["kind"];
export type Change<K extends Kind = Kind> = Extract<StreamEvent, { kind: K }>;

const KINDS: Kind[] = ["hello", "report", "lead", "handoff", "register", "definition", "job", "alert"];
type Listener = (change: Change) => void;

export class Live {
  private readonly listeners = new Set<Listener>();
  private source: EventSource | null = null;
  private met = false;

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
  }

  /** The first hello is no news; a later one says that something may have been missed. */
  private heard(change: Change) {
    if (change.kind === "hello" && !this.met) {
      this.met = true;
      return;
    }
    for (const listener of this.listeners) listener(change);
  }

  /** Gives back what ends it. */
  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }
}
