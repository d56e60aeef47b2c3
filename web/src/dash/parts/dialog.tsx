// Windows over the page: a drawer at the side, a box in the middle. The browser's own dialog keeps the focus inside and
// gives it back; Escape and a press outside close it.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useId, useRef } from "preact/hooks";
import { useApp } from "../app";
import { Icon, icons } from "./basics";

interface DialogProps {
  title: ComponentChildren;
  note?: ComponentChildren;
  kind?: "drawer" | "box";
  onClose(): void;
  children: ComponentChildren;
}

export function Dialog({ title, note, kind = "box", onClose, children }: DialogProps) {
  const { say } = useApp();
  const box = useRef<HTMLDialogElement>(null);
  const heading = useId();
  // With the drawing, not after it: what is typed next is the dialog's.
  useLayoutEffect(() => {
    const dialog = box.current!;
    const before = document.activeElement as HTMLElement | null;
    dialog.showModal();
    return () => {
      dialog.close();
      before?.focus?.({ preventScroll: true });
    };
  }, []);
  return (
    <dialog
      ref={box}
      class={`Dialog ${kind}`}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === box.current && onClose()}
    >
      <div class="inside">
        <header>
          <div>
            <h2 id={heading}>{title}</h2>
            {note && <p>{note}</p>}
          </div>
          <button type="button" class="Button quiet" aria-label={say("close")} onClick={onClose}>
            <Icon path={icons.close} />
          </button>
        </header>
        <div class="content">{children}</div>
      </div>
    </dialog>
  );
}
