// Text in which every number and every foreign name is isolated, so that a Hebrew sentence with $800 and SQL in it
// reads in order whatever stands beside them.
import type { ComponentChildren } from "preact";
import type { Lang } from "./format";

// With its hyphens: 2026-01-07, 2026-W17 and 050-1234567 turn around when their parts are isolated one by one.
const CLOCK = String.raw`\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+\-]\d\d:\d\d)?`;
const MOMENT = String.raw`\d{4}-\d\d-\d\d[T ]${CLOCK}|\d{4}-[WQ]\d+`;
const AMOUNT = String.raw`[$€£₪¥]?\d+(?:[.,:\-]\d+)*(?:[KMBT]\b)?%?(?:\s?[–\/÷×]\s?[$€£₪¥]?\d+(?:[.,]\d+)*%?)*`;
const NUMBER = `${MOMENT}|[+−~≈]?${AMOUNT}`;
const LETTER = String.raw`\p{Script=Latin}\p{M}\d_`;
// A path, an address, and page_* for every name that begins so, are words, too.
const BEFORE = String.raw`(?:(?<![\p{L}\p{N}])[\/@#])?`;
const LATIN_WORD = String.raw`${BEFORE}\p{Script=Latin}(?:(?:[${LETTER}&+.\/@’'\-]|:\/\/)*[${LETTER}+*])?`;
const HEBREW_WORD = String.raw`[\u0590-\u05ff]+(?:["'][\u0590-\u05ff]+)*`;

// A name of several words is one isolate: two isolates side by side would change places in a sentence of the other
// direction.
const names = (word: string) => `${word}(?: ${word})*`;
// What a company is by law belongs to its name.
const FORM = String.raw`(?:, (?:Inc|Ltd|LLC|LLP|Corp|Co|GmbH|PLC|Limited)\b)?`;
// Whoever wrote the sentence knew where a name in it begins and ends.
const MARKED = String.raw`\u2068[^\u2069]*\u2069`;
const tokens = {
  he: new RegExp(`(${MARKED}|${names(LATIN_WORD)}${FORM})|(${NUMBER})`, "gu"),
  en: new RegExp(`(${MARKED}|${names(HEBREW_WORD)})|(${NUMBER})`, "gu"),
};

export interface Run {
  kind: "text" | "name" | "number";
  text: string;
}

export function runs(text: string, lang: Lang): Run[] {
  const found: Run[] = [];
  let end = 0;
  for (const match of text.matchAll(tokens[lang])) {
    if (match.index > end) found.push({ kind: "text", text: text.slice(end, match.index) });
    found.push({ kind: match[1] === undefined ? "number" : "name", text: match[0] });
    end = match.index + match[0].length;
  }
  if (end < text.length) found.push({ kind: "text", text: text.slice(end) });
  return found;
}

export function Num({ children }: { children: ComponentChildren }) {
  return (
    <bdi dir="ltr" class="n">
      {children}
    </bdi>
  );
}

/** What the program says of something. What is the same in both languages is a name that somebody gave, whatever it is
 * made of. */
export function spoken(text: { he: string; en: string }, lang: Lang): ComponentChildren {
  return text.he === text.en ? <bdi>{text.he}</bdi> : isolated(text[lang], lang);
}

export function isolated(text: string, lang: Lang): ComponentChildren {
  return runs(text, lang).map((run) =>
    run.kind === "number" ? <Num>{run.text}</Num> : run.kind === "name" ? <bdi>{run.text}</bdi> : run.text,
  );
}

/** What is known of somebody or something, in a line with dots between; texts each in a direction of their own. */
export const Dotted = ({ parts }: { parts: ComponentChildren[] }) => (
  <>
    {parts
      .filter((part) => part)
      .map((part, i) => (
        <>
          {i > 0 && " · "}
          {typeof part === "string" ? <bdi>{part}</bdi> : part}
        </>
      ))}
  </>
);
