// Lists that go on by cursor: the first page was fetched with everything else, the others when they are asked for.
import { useEffect, useRef, useState } from "preact/hooks";
import { useApp } from "../app";
import { ask } from "../data/api";

interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export interface MoreList<T> {
  items: T[];
  more: boolean;
  busy: boolean;
  load(): void;
}

export const withCursor = (address: string, cursor: string) =>
  `${address}${address.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(cursor)}`;

export function useMore<T>(address: string, first: Page<T>): MoreList<T> {
  const [rest, setRest] = useState<Page<T>>({ items: [], next_cursor: first.next_cursor });
  const [busy, setBusy] = useState(false);
  useEffect(() => setRest({ items: [], next_cursor: first.next_cursor }), [first]);
  const load = async () => {
    if (rest.next_cursor === null || busy) return;
    setBusy(true);
    try {
      const page = await ask<Page<T>>(withCursor(address, rest.next_cursor));
      setRest((was) => ({ items: [...was.items, ...page.items], next_cursor: page.next_cursor }));
    } finally {
      setBusy(false);
    }
  };
  return { items: [...first.items, ...rest.items], more: rest.next_cursor !== null, busy, load: () => void load() };
}

/** Loads when it comes into sight; a button for those who don't scroll. */
export function More<T>({ list }: { list: MoreList<T> }) {
  const { show } = useApp();
  const foot = useRef<HTMLParagraphElement>(null);
  const load = useRef(list.load);
  load.current = list.load;
  useEffect(() => {
    if (!list.more) return;
    const watch = new IntersectionObserver((seen) => seen[0]!.isIntersecting && load.current(), {
      rootMargin: "400px",
    });
    watch.observe(foot.current!);
    return () => watch.disconnect();
  }, [list.more, list.items.length]);
  if (!list.more) return null;
  return (
    <p class="MoreRow" ref={foot}>
      <button type="button" class="Button" disabled={list.busy} onClick={list.load}>
        {show("more")}
      </button>
    </p>
  );
}
