// Versions published over HTTP, as the two readings of the log see them (docs/SEMANTICS.md, 3): as recorded, a version
// works from its publication and takes nobody back; as if, it had always been there.
import assert from "node:assert/strict";
import { test } from "node:test";
import { companyOf, masa } from "./company.mjs";

const company = companyOf();

const AS_OF = new Date(Date.now() + 86400_000).toISOString();
const entries = (mode, stage) => {
  const facts = masa("facts", "--db", company.db, "--mode", mode, "--as-of", AS_OF)
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const held = facts.filter((each) => each.fact === "stage" && each.stage === stage);
  return new Map(held.map(({ subject, lap, entered }) => [`${subject}/${lap}`, Date.parse(entered)]));
};
const reached = () => {
  const report = JSON.parse(masa("report", "--db", company.db, "--period", "2026-01", "--format", "json"));
  return report.stages.find(({ stage }) => stage === "SQL").count;
};

async function publish(change) {
  const { version, text } = (await company.get("/definitions/{version}", { params: { version: "current" } })).json;
  const draft = (await company.ask("POST", "/definitions", { version, body: { text: change(text) } })).json;
  const params = { version: draft.version };
  for (const side of ["marketing", "sales"])
    await company.ask("POST", "/definitions/{version}/signoffs", {
      roles: side,
      params,
      body: { side, sign: true },
      once: true,
    });
  const published = await company.ask("POST", "/definitions/{version}/publish", {
    params,
    version: draft.version,
    body: {},
    once: true,
  });
  assert.equal(published.json.state, "published");
  return Date.parse(published.json.effective_from);
}

const above = (points) => (text) => text.replace(/scores\.sales > \d+/g, `scores.sales > ${points}`);

test("with one definition both readings agree", () => {
  assert.deepEqual(entries("recorded", "SQL"), entries("if", "SQL"));
});

let first, recorded;
test("a looser version lets people in from its publication; as if, it had always done so", async () => {
  first = entries("recorded", "SQL");
  const before = reached();
  const since = await publish(above(40));
  recorded = entries("recorded", "SQL");
  for (const [key, at] of first) assert.equal(recorded.get(key), at);
  const added = [...recorded].filter(([key]) => !first.has(key));
  assert.ok(added.length > 0);
  assert.ok(
    added.every(([, at]) => at >= since),
    "nobody enters before the publication",
  );
  const asIf = entries("if", "SQL");
  assert.ok(
    [...asIf].some(([key, at]) => !first.has(key) && at < since),
    "last winter is told anew",
  );
  assert.ok(reached() > before);
});

test("a stricter version takes nobody back; as if, fewer had ever come in", async () => {
  const looser = reached();
  await publish(above(90));
  const now = entries("recorded", "SQL");
  for (const [key, at] of recorded) assert.equal(now.get(key), at);
  assert.ok(entries("if", "SQL").size < first.size);
  assert.ok(reached() < looser);
});

test("why, as recorded, speaks under the version of the time", async () => {
  const [key] = [...recorded].find(([each]) => !first.has(each));
  const id = key.split("/")[0];
  await company.answers("/report");
  const why = await company.get("/leads/{id}/why", { params: { id }, query: { mode: "recorded", as_of: AS_OF } });
  assert.equal(why.status, 200);
  assert.ok(JSON.stringify(why.json).includes("SQL"));
});

test("a definition says how its report is read when nobody asks", async () => {
  const common = { period: "2026-01", as_of: AS_OF };
  const read = async (query) => (await company.get("/report", { query: { ...common, ...query } })).json;
  const words = ["--db", company.db, "--period", "2026-01", "--as-of", AS_OF, "--format", "json"];
  const printed = (...more) => JSON.parse(masa("report", ...words, ...more));
  const caughtUp = async () => {
    const { version } = printed().definition;
    while ((await read({})).definition.version !== version) await new Promise((later) => setTimeout(later, 100));
  };
  await caughtUp();
  const told = (report) => [report.mode, report.stages.map(({ count }) => count)];
  const [asIf, then] = [await read({ mode: "if" }), await read({ mode: "recorded" })];
  assert.deepEqual([asIf.mode, then.mode], ["if", "recorded"]);
  assert.notDeepEqual(told(asIf)[1], told(then)[1]);
  assert.deepEqual(told(await read({})), told(asIf));
  assert.equal((await company.get("/options")).json.mode, "if");
  await publish((text) => text.replace("report: {", "report: { mode: recorded,"));
  await caughtUp();
  assert.equal((await company.get("/options")).json.mode, "recorded");
  assert.deepEqual(told(await read({})), told(await read({ mode: "recorded" })));
  assert.equal((await read({})).mode, "recorded");
  assert.equal((await read({ mode: "if" })).mode, "if");
  assert.deepEqual(told(printed()), told(await read({})));
  assert.deepEqual(told(printed("--mode", "if")), told(await read({ mode: "if" })));
});
