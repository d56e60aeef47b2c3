// The built page: one file, one marker, nothing from the network, and a report in it that can't break out of its
// element.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { inert, inlined, MARKER } from "../tools/inline.mjs";
import { parse } from "yaml";
import { messagesOf, moduleOf } from "../tools/catalogue.mjs";
import { apiTypesOf, PRINTED, printedTypesOf, typesOf } from "../tools/types.mjs";

execFileSync(process.execPath, ["tools/build.mjs"], { stdio: "pipe" });
const template = readFileSync("dist/report.html", "utf8");

const read = (path: string) => readFileSync(path, "utf8");
const app = read("dist/app.html");

test("the types are those of the schemas", () => {
  const schema = (name: string) => JSON.parse(read(`../schema/${name}.schema.json`));
  const say = "run node tools/types.mjs";
  assert.equal(read("src/report.ts"), typesOf(schema("report")), say);
  const printed = printedTypesOf(Object.fromEntries(PRINTED.map((name) => [name, schema(name)])));
  for (const [name, text] of Object.entries(printed)) assert.equal(read(`src/dash/${name}-types.ts`), text, say);
  const rooms = Object.entries(apiTypesOf(parse(read("../schema/openapi.yaml"))));
  for (const [name, text] of rooms) assert.equal(read(`src/dash/api/${name}.ts`), text, say);
  assert.deepEqual(readdirSync("src/dash/api").sort(), rooms.map(([name]) => `${name}.ts`).sort(), say);
});

test("the words of the dashboard are those of the catalogue", () => {
  assert.equal(
    read("src/dash/catalogue.ts"),
    moduleOf(read("../locale/dashboard.txt")),
    "run node tools/catalogue.mjs",
  );
});

test("every word of the catalogue is used somewhere", () => {
  const all = execFileSync("grep", ["-rhoE", '["`][a-z][a-z_.]*[."`$]', "src/dash", "--include=*.tsx"], {
    encoding: "utf8",
  });
  const said = new Set(all.split("\n").map((line) => line.slice(1).replace(/["`$]$/, "")));
  const keys = Object.keys(messagesOf(read("../locale/dashboard.txt")));
  const unused = keys.filter(
    (key) => !said.has(key) && ![...said].some((part) => /[._]$/.test(part) && key.startsWith(part)),
  );
  assert.deepEqual(unused, []);
});

test("the dashboard's script is the one that its policy names, and nothing comes from elsewhere", () => {
  const script = app.split("<script>")[1]!.split("</script>")[0]!;
  const hash = createHash("sha256").update(script).digest("base64");
  assert.ok(app.includes(`script-src 'sha256-${hash}';`));
  assert.match(app, /default-src 'none'/);
  assert.match(app, /connect-src 'self'/);
  assert.doesNotMatch(app, /<(link|img|iframe|script[^>]+src)\b/i);
  assert.doesNotMatch(app, /url\((?!"?(data:|#))/);
  assert.doesNotMatch(app, /mock|correct horse/);
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
