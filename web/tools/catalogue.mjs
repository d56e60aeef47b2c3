// Writes src/dash/catalogue.ts, the words of the dashboard, from locale/dashboard.txt, so that a key that isn't there
// doesn't compile. `node tools/catalogue.mjs` after a change of the words; a test says when it was forgotten.
import { readFileSync, writeFileSync } from "node:fs";

/** key -> [he, en], in the order of the file; says the line of whatever is wrong. */
export function messagesOf(text) {
  const messages = {};
  let key = null;
  text.split("\n").forEach((line, i) => {
    const wrong = (what) => new Error(`locale/dashboard.txt:${i + 1}: ${what}`);
    if (line === "" || line.startsWith("#")) return;
    const said = /^(he|en) (.+)$/.exec(line);
    if (!said) {
      if (!/^[a-z][\w.]*$/.test(line)) throw wrong(`${line} is neither a key nor "he ..." nor "en ..."`);
      if (line in messages) throw wrong(`${line} stands twice`);
      key = line;
      messages[key] = [null, null];
      return;
    }
    if (key === null) throw wrong("words before the first key");
    messages[key][said[1] === "he" ? 0 : 1] = said[2];
  });
  for (const [name, pair] of Object.entries(messages))
    if (pair.includes(null)) throw new Error(`locale/dashboard.txt: ${name} lacks a language`);
  return messages;
}

export function moduleOf(text) {
  const rows = Object.entries(messagesOf(text)).map(
    ([key, [he, en]]) => `  ${JSON.stringify(key)}: [${JSON.stringify(he)}, ${JSON.stringify(en)}],`,
  );
  return [
    "// Written by tools/catalogue.mjs from locale/dashboard.txt. Change the words there, not here.",
    "export const catalogue = {",
    ...rows,
    "} as const;",
    "",
  ].join("\n");
}

if (process.argv[1]?.endsWith("catalogue.mjs")) {
  const at = (path) => new URL(path, import.meta.url);
  writeFileSync(at("../src/dash/catalogue.ts"), moduleOf(readFileSync(at("../../locale/dashboard.txt"), "utf8")));
}
