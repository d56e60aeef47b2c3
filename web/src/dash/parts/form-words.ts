// What a browser says of a field that is not filled well, in the language of the page and not of the browser.
import { useEffect } from "preact/hooks";
import type { Lang } from "../../text/format";
import { speaker } from "../app";

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
