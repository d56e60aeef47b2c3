// The built page: one file, one marker, nothing from the network, and a report in it that can't break out of its
// element.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { inert, inlined, MARKER } from "../tools/inline.mjs";
import { typesOf } from "../tools/types.mjs";

execFileSync(process.execPath, ["tools/build.mjs"], { stdio: "pipe" });
const template = readFileSync("dist/report.html", "utf8");

test("the types are those of the schema", () => {
  const schema = JSON.parse(readFileSync("../schema/report.schema.json", "utf8"));
  assert.equal(readFileSync("src/report.ts", "utf8"), typesOf(schema), "run node tools/types.mjs");
});

test("the marker stands once, in the script element of the report", () => {
  assert.equal(template.split(MARKER).length, 2);
  assert.ok(template.includes(`<script type="application/json" id="masa-report">${MARKER}</script>`));
});

test("the page asks nobody for anything", () => {
  assert.ok(Buffer.byteLength(template) < 400_000);
  assert.doesNotMatch(template, /<(link|img|iframe|script[^>]+src)\b/i);
  assert.doesNotMatch(template, /url\((?!"?(data:|#))/);
  assert.match(template, /default-src 'none'/);
});

test("a hostile report stays inside its element and comes back as it was", () => {
  const hostile = { name: "</script><script>alert(1)</script><!-- \u2028\u2029 $& $1" };
  const page = inlined(template, JSON.stringify(hostile));
  const inside = page.split('id="masa-report">')[1]!.split("</script>")[0]!;
  assert.deepEqual(JSON.parse(inside), hostile);
  assert.doesNotMatch(inert(JSON.stringify(hostile)), /[<\u2028\u2029]/);
});
