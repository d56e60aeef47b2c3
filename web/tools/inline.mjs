// Puts a report into the built template, as the C program does: node tools/inline.mjs REPORT.json OUT.html
import { readFileSync, writeFileSync } from "node:fs";

export const MARKER = "__MASA_REPORT_JSON__";

/** JSON that can't end the script element it stands in, and that older script parsers read too. */
export function inert(json) {
  return json
    .replace(/</g, "\\u003c")
    .replace(/\u2028/g, "\\u2028")
    .replace(/\u2029/g, "\\u2029");
}

export function inlined(template, json) {
  return template.replace(MARKER, () => inert(json));
}

if (process.argv[1]?.endsWith("inline.mjs")) {
  const [report, out] = process.argv.slice(2);
  if (!report || !out) {
    console.error("usage: node tools/inline.mjs REPORT.json OUT.html");
    process.exit(2);
  }
  const template = readFileSync(new URL("../dist/report.html", import.meta.url), "utf8");
  const json = JSON.stringify(JSON.parse(readFileSync(report, "utf8")));
  writeFileSync(out, inlined(template, json));
}
