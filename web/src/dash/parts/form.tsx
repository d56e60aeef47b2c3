// Forms: a field with its name, a choice, and a button that waits for the server and says what was wrong.
import type { ComponentChildren } from "preact";
import { useEffect, useId, useState } from "preact/hooks";
import type { Lang } from "../../text/format";
import { speaker, useApp } from "../app";
import { useErrorText } from "./basics";

interface FieldProps {
  label: string;
  value: string;
  onInput(value: string): void;
  type?: "text" | "email" | "password" | "date" | "search";
  required?: boolean;
  rows?: number;
  help?: ComponentChildren;
  autocomplete?: string;
  minLength?: number;
  maxLength?: number;
}

export function Field({ label, value, onInput, rows, help, type = "text", ...more }: FieldProps) {
  const id = useId();
  const common = {
    id,
    value,
    // The direction of what is written; of nothing, that of the page.
    dir: type === "email" || type === "password" ? "ltr" : type === "date" || value === "" ? undefined : "auto",
    "aria-describedby": help ? `${id}-help` : undefined,
    onInput: (event: Event) => onInput((event.target as HTMLInputElement).value),
    ...more,
  } as const;
  return (
    <p class="Field">
      <label for={id}>{label}</label>
      {rows ? <textarea rows={rows} {...common} /> : <input {...common} {...({ type } as { type: "text" })} />}
      {help && (
        <span class="help" id={`${id}-help`}>
          {help}
        </span>
      )}
    </p>
  );
}

export interface Choice {
  value: string;
  label: string;
}

interface SelectProps {
  label: string;
  value: string;
  choices: Choice[];
  onChange(value: string): void;
  /** The name stands inside, before the value: in a row of filters. */
  inline?: boolean;
}

export function Select({ label, value, choices, onChange, inline = false }: SelectProps) {
  const id = useId();
  return (
    <span class={inline ? "Picker" : "Field"}>
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange((event.target as HTMLSelectElement).value)}>
        {choices.map((choice) => (
          <option value={choice.value} selected={choice.value === value} key={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </span>
  );
}

/** Several at once. */
export function Ticks({
  label,
  values,
  choices,
  onChange,
}: {
  label: string;
  values: string[];
  choices: Choice[];
  onChange(values: string[]): void;
}) {
  const turn = (value: string) =>
    onChange(values.includes(value) ? values.filter((each) => each !== value) : [...values, value]);
  return (
    <fieldset class="Ticks">
      <legend>{label}</legend>
      {choices.map((choice) => (
        <label class="Choice" key={choice.value}>
          <input type="checkbox" checked={values.includes(choice.value)} onChange={() => turn(choice.value)} />
          {choice.label}
        </label>
      ))}
    </fieldset>
  );
}

interface FormProps {
  children: ComponentChildren;
  button: ComponentChildren;
  /** Done when it resolves; what it throws is shown. */
  onSubmit(): Promise<unknown>;
  end?: ComponentChildren;
}

export function Form({ children, button, onSubmit, end }: FormProps) {
  const { isolate } = useApp();
  const text = useErrorText();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await onSubmit();
    } catch (wrong) {
      setError(wrong);
    }
    setBusy(false);
  };
  return (
    <form class="Form" onSubmit={submit}>
      {children}
      {error !== null && (
        <p class="Wrong" role="alert">
          {isolate(text(error))}
        </p>
      )}
      <p class="Buttons">
        <button type="submit" class="Button primary" disabled={busy}>
          {button}
        </button>
        {end}
      </p>
    </form>
  );
}

/* ---- what a browser says of a field that is not filled well: in the language of the page, not of the browser ---- */

type Entry = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

function wordsOf(field: Entry, lang: Lang): string {
  const { say } = speaker(lang);
  const { valueMissing, typeMismatch, tooShort } = field.validity;
  if (valueMissing) return say("form.missing");
  if (typeMismatch && field.type === "email") return say("form.email");
  if (tooShort) return say("form.short", { n: (field as HTMLInputElement).minLength });
  return "";
}

export function useFormWords(lang: Lang) {
  useEffect(() => {
    const wrong = (event: Event) => {
      const field = event.target as Entry;
      field.setCustomValidity(wordsOf(field, lang));
    };
    // Else it would stay wrong for ever.
    const changed = (event: Event) => (event.target as Entry).setCustomValidity?.("");
    document.addEventListener("invalid", wrong, true);
    document.addEventListener("input", changed, true);
    return () => {
      document.removeEventListener("invalid", wrong, true);
      document.removeEventListener("input", changed, true);
    };
  }, [lang]);
}
