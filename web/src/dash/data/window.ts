// A list of any length of which only what is in sight is on the page and only what was lately in sight is in memory. It
// goes on by cursors: the page after the last known one is asked for when the reader comes near it, and a page that was
// let go is asked for again by the cursor it was first found with.

export interface Slice {
  items: unknown[];
  next_cursor: string | null;
  total: number | null;
}

interface Kept {
  cursor: string;
  items: unknown[] | null;
  count: number;
}

const PAGES_KEPT = 12;

export class ListWindow<T> {
  private pages: Kept[] = [];
  private ended = false;
  private readonly asked = new Map<number, AbortController>();
  total: number | null = null;
  error: unknown = null;

  constructor(
    private readonly fetchPage: (cursor: string, signal: AbortSignal) => Promise<Slice>,
    private readonly onChange: () => void,
    private readonly size: number,
  ) {}

  /** How many rows are known to be there. */
  get length(): number {
    return this.pages.reduce((sum, page) => sum + page.count, 0);
  }

  get complete(): boolean {
    return this.ended;
  }

  /** The i-th row; null of one that is on its way. */
  row(i: number): T | null {
    const page = this.pages[Math.floor(i / this.size)];
    return (page?.items?.[i % this.size] ?? null) as T | null;
  }

  /** Sees to it that the rows from first to last, and some after them, are there. */
  show(first: number, last: number) {
    const from = Math.max(0, Math.floor(first / this.size));
    const to = Math.floor((last + this.size / 2) / this.size);
    for (let i = Math.min(from, this.pages.length); i <= Math.min(to, this.pages.length); i++) this.need(i);
    this.letGo(from, to);
  }

  stop() {
    for (const each of this.asked.values()) each.abort();
    this.asked.clear();
  }

  private cursorOf(i: number): string | null {
    if (i === 0) return "";
    return i < this.pages.length ? this.pages[i]!.cursor : this.nextCursor;
  }

  private nextCursor: string | null = null;

  private need(i: number) {
    if (this.asked.has(i) || this.pages[i]?.items || (i === this.pages.length && this.ended)) return;
    const cursor = this.cursorOf(i);
    if (cursor === null) return;
    const stop = new AbortController();
    this.asked.set(i, stop);
    this.fetchPage(cursor, stop.signal).then(
      (slice) => this.came(i, cursor, slice),
      (error: unknown) => {
        if (stop.signal.aborted) return;
        this.asked.delete(i);
        this.error = error;
        this.onChange();
      },
    );
  }

  private came(i: number, cursor: string, slice: Slice) {
    this.asked.delete(i);
    this.error = null;
    this.total = slice.total;
    const known = i < this.pages.length;
    // A row more or less than before would move all that come after; what is missing stays empty until a reload.
    this.pages[i] = { cursor, items: slice.items, count: known ? this.pages[i]!.count : slice.items.length };
    if (!known) {
      this.nextCursor = slice.next_cursor;
      this.ended = slice.next_cursor === null;
    }
    this.onChange();
  }

  private letGo(from: number, to: number) {
    const held = this.pages.flatMap((page, i) => (page.items === null ? [] : [i]));
    if (held.length <= PAGES_KEPT) return;
    const far = (i: number) => (i < from ? from - i : Math.max(0, i - to));
    for (const i of held.sort((a, b) => far(b) - far(a)).slice(0, held.length - PAGES_KEPT))
      this.pages[i]!.items = null;
  }
}
