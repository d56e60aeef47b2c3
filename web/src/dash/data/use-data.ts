// What a page shows, asked for when the page opens, again when its address or something behind it changes. What was
// shown stays until the new is there.
import { useCallback, useContext, useEffect, useRef, useState } from "preact/hooks";
import { AppContext } from "../app";
import { ask } from "./api";
import type { Change, Kind } from "./live";

export interface Data<T> {
  value: T | null;
  error: unknown;
  loading: boolean;
  reload(): void;
  /** Shows something else at once; the server's word comes later. */
  set(value: T): void;
}

interface Options {
  /** Ask again when one of these changes. */
  on?: Kind[];
  /** ... and this is true of it. */
  when?: (change: Change) => boolean;
}

const SETTLE = 400;

export function useData<T>(path: string | null, { on = [], when = () => true }: Options = {}): Data<T> {
  const { live } = useContext(AppContext);
  const [state, setState] = useState<{ value: T | null; error: unknown; path: string | null }>({
    value: null,
    error: null,
    path: null,
  });
  const [turn, setTurn] = useState(0);
  const reload = useCallback(() => setTurn((was) => was + 1), []);

  useEffect(() => {
    if (path === null) return;
    const stop = new AbortController();
    ask<T>(path, { signal: stop.signal }).then(
      (value) => setState({ value, error: null, path }),
      (error: unknown) => {
        if (!stop.signal.aborted) setState((was) => ({ value: was.path === path ? was.value : null, error, path }));
      },
    );
    return () => stop.abort();
  }, [path, turn]);

  const test = useRef(when);
  test.current = when;
  useEffect(() => {
    let timer = 0;
    const stop = live.listen((change) => {
      if (change.kind !== "hello" && !(on.includes(change.kind) && test.current(change))) return;
      clearTimeout(timer);
      timer = window.setTimeout(reload, SETTLE);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [live, on.join(), reload]);

  const set = useCallback((value: T) => setState((was) => ({ ...was, value, error: null })), []);
  return { value: state.value, error: state.error, loading: state.path !== path, reload, set };
}

/** True once something has taken longer than people notice. */
export function useSlow(waiting: boolean, after = 200): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    if (!waiting) return setSlow(false);
    const timer = setTimeout(() => setSlow(true), after);
    return () => clearTimeout(timer);
  }, [waiting, after]);
  return slow;
}
