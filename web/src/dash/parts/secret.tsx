// Something that is shown once: a link, a key. It can be copied; after this window nobody can see it again.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { useApp } from "../app";
import { When } from "./basics";

interface SecretProps {
  text: string;
  note: ComponentChildren;
  until?: string | null;
  onDone(): void;
}

export function Secret({ text, note, until, onDone }: SecretProps) {
  const { show, say } = useApp();
  const [copied, setCopied] = useState(false);
  const copy = () =>
    void navigator.clipboard?.writeText(text).then(
      () => setCopied(true),
      () => {},
    );
  return (
    <div class="Secret">
      <p>{note}</p>
      <p class="Field">
        <input
          readOnly
          dir="ltr"
          aria-label={say("secret")}
          value={text}
          onFocus={(event) => (event.target as HTMLInputElement).select()}
        />
      </p>
      {until && (
        <p class="small muted">
          {show("until")} <When at={until} time />
        </p>
      )}
      <p class="Buttons">
        <button type="button" class="Button primary" onClick={copy}>
          {show(copied ? "copied" : "copy")}
        </button>
        <button type="button" class="Button" onClick={onDone}>
          {show("done")}
        </button>
      </p>
    </div>
  );
}
