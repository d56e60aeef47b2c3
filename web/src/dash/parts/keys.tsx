// The keyboard's ways through a list: j and k (or the arrows in the inbox) to the next and the one before.
import { useLayoutEffect } from "preact/hooks";

/** True where letters are being typed. */
export const typing = (event: KeyboardEvent) => {
  const target = event.target as HTMLElement;
  return (
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    target.isContentEditable ||
    ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName) ||
    document.querySelector("dialog[open]") !== null
  );
};

/** The letter of a key as the page names it: on a Hebrew keyboard, what the same key says in Latin. */
export const letterOf = (event: KeyboardEvent): string =>
  /^[\x21-\x7e]$/.test(event.key) ? event.key.toLowerCase() : event.code.replace(/^Key/, "").toLowerCase();

/** Keys of the page, off while somebody types or a window is open. */
export function usePageKeys(keys: Record<string, () => void>, deps: unknown[]) {
  // Before the page is painted: a key pressed at what is seen must find its listener.
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent) => {
      const action = keys[letterOf(event)];
      if (!action || typing(event)) return;
      event.preventDefault();
      action();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, deps);
}

/** j and k move the focus along the rows of a table. */
export function useRowKeys() {
  const move = (step: number) => {
    const rows = [...document.querySelectorAll<HTMLElement>("[data-row] a")];
    const links = rows.filter(
      (link, i) => rows.findIndex((one) => one.closest("[data-row]") === link.closest("[data-row]")) === i,
    );
    const at = links.indexOf(document.activeElement as HTMLElement);
    links[Math.max(0, Math.min(links.length - 1, at + step))]?.focus();
  };
  usePageKeys({ j: () => move(1), k: () => move(-1) }, []);
}
