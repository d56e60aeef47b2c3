// What a page does, told to the server: one queue, one sender. Everything of the browser comes in through `World`, so
// that the tests can be the browser.

export interface World {
  key: string;
  /** Sends one body; says whether it was kept, should be tried again, or will never be taken. */
  post(body: string): Promise<"kept" | "again" | "never">;
  /** Sends without an answer, when the page goes; false when the browser would not take it. */
  beacon(body: string): boolean;
  read(name: string): string | null;
  write(name: string, value: string | null): void;
  now(): Date;
  randomId(): string;
  later(work: () => void, milliseconds: number): void;
  page(): { path: string; url: string; search: string; title: string; referrer: string };
  /** What the browser was told by its owner. */
  refusesTracking: boolean;
  /** The page wants to be told of consent before anything is kept or sent. */
  needsConsent: boolean;
}

type Fields = Record<string, unknown>;
type Call = Fields & { type: string; messageId: string; timestamp: string };

const NAMES = { anonymous: "masa_anonymous", user: "masa_user", consent: "masa_consent", queue: "masa_queue" };
const QUEUE_MAX = 200;
const BATCH_MAX = 50;
const CALL_BYTES_MAX = 30_000;
const BATCH_BYTES_MAX = 60_000; // a beacon takes 64 kB
const SOON = 500;
const RETRY_MAX = 60_000;

export class Tracker {
  private queue: Call[] = [];
  private sending = false;
  private planned = false;
  private retry = 0;
  private asked: boolean;

  constructor(private world: World) {
    const said = world.read(NAMES.consent);
    this.asked = said === "yes" || (said !== "no" && !world.refusesTracking && !world.needsConsent);
    if (this.asked) this.takeOver();
  }

  track(event: string, properties: Fields = {}): void {
    this.add({ type: "track", event, properties });
  }

  page(name?: string, properties: Fields = {}): void {
    this.add({ type: "page", ...(name ? { name } : {}), properties: { ...this.world.page(), ...properties } });
  }

  identify(userId: string, traits: Fields = {}): void {
    if (this.asked) this.world.write(NAMES.user, userId);
    this.add({ type: "identify", userId, traits });
  }

  group(groupId: string, traits: Fields = {}): void {
    this.add({ type: "group", groupId, traits });
  }

  /** With a yes everything works, also where the browser asks not to be tracked; with a no all is forgotten. */
  consent(given: boolean): void {
    if (given) {
      this.world.write(NAMES.consent, "yes");
      if (!this.asked) this.takeOver();
      this.asked = true;
    } else {
      this.reset();
      this.queue = [];
      this.world.write(NAMES.queue, null);
      this.world.write(NAMES.consent, "no");
      this.asked = false;
    }
  }

  /** Somebody else may use this browser next. */
  reset(): void {
    this.world.write(NAMES.user, null);
    this.world.write(NAMES.anonymous, null);
  }

  /** The page goes: what waits is sent without waiting for an answer, or kept for the next page. */
  leave(): void {
    while (this.queue.length && this.asked) {
      const batch = this.nextBatch();
      if (!this.world.beacon(this.body(batch))) break;
      this.queue.splice(0, batch.length);
    }
    this.world.write(NAMES.queue, this.queue.length ? JSON.stringify(this.queue) : null);
  }

  private anonymousId(): string {
    const known = this.world.read(NAMES.anonymous);
    if (known) return known;
    const made = this.world.randomId();
    this.world.write(NAMES.anonymous, made);
    return made;
  }

  private add(fields: Fields & { type: string }): void {
    if (!this.asked) return;
    const page = this.world.page();
    const user = this.world.read(NAMES.user);
    const call: Call = {
      anonymousId: this.anonymousId(),
      ...(user ? { userId: user } : {}),
      ...fields,
      messageId: this.world.randomId(),
      timestamp: this.world.now().toISOString(),
      context: { page, library: { name: "masa.js" } },
    };
    if (JSON.stringify(call).length > CALL_BYTES_MAX) return;
    this.queue.push(call);
    if (this.queue.length > QUEUE_MAX) this.queue.shift();
    this.plan(SOON);
  }

  private takeOver(): void {
    try {
      const kept: unknown = JSON.parse(this.world.read(NAMES.queue) ?? "[]");
      if (Array.isArray(kept)) this.queue = kept.slice(-QUEUE_MAX);
    } catch {
      this.queue = [];
    }
    this.world.write(NAMES.queue, null);
    if (this.queue.length) this.plan(SOON);
  }

  private nextBatch(): Call[] {
    const batch: Call[] = [];
    let bytes = 0;
    for (const call of this.queue.slice(0, BATCH_MAX)) {
      bytes += JSON.stringify(call).length * 2; // Hebrew takes two bytes a letter
      if (batch.length && bytes > BATCH_BYTES_MAX) break;
      batch.push(call);
    }
    return batch;
  }

  private body(batch: Call[]): string {
    return JSON.stringify({ writeKey: this.world.key, sentAt: this.world.now().toISOString(), batch });
  }

  private plan(milliseconds: number): void {
    if (this.planned) return;
    this.planned = true;
    this.world.later(() => {
      this.planned = false;
      void this.flush();
    }, milliseconds);
  }

  private async flush(): Promise<void> {
    if (this.sending || !this.queue.length || !this.asked) return;
    this.sending = true;
    const batch = this.nextBatch();
    const answer = await this.world.post(this.body(batch));
    this.sending = false;
    if (answer === "again") {
      this.retry = Math.min(RETRY_MAX, Math.max(1000, this.retry * 2));
      this.plan(this.retry);
      return;
    }
    this.retry = 0;
    const sent = new Set(batch.map((call) => call.messageId));
    this.queue = this.queue.filter((call) => !sent.has(call.messageId));
    if (this.queue.length) this.plan(0);
  }
}
