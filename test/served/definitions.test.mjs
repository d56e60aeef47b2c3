// A definition from a text to what is in force, at `masa serve` itself: checked, kept as a draft, compared, signed by
// both sides, published.
import { randomUUID } from "node:crypto";
import assert from "node:assert/strict";
import { test } from "node:test";
import { companyOf, masa } from "./company.mjs";

let current;
const company = companyOf({}, async () => {
  current = (await company.get("/definitions/{version}", { params: { version: "current" } })).json;
});

const check = (text, roles) => company.ask("POST", "/definitions/check", { roles, body: { text } });
const propose = (text, { version = current.version, ...more } = {}) =>
  company.ask("POST", "/definitions", { version, body: { text, note: "Threshold of the sales score to 75" }, ...more });
const sign = (version, side, roles = side, sign = true) =>
  company.ask("POST", "/definitions/{version}/signoffs", {
    roles,
    params: { version },
    body: { side, sign },
    once: true,
  });
const publish = (version, { body = {}, ...more } = {}) =>
  company.ask("POST", "/definitions/{version}/publish", { params: { version }, version, body, once: true, ...more });
const find = (version, more) => company.get("/definitions/{version}", { params: { version }, ...more });

const BEFORE = "    owner: sales\n    above: 80\n";
const lower = (text, above) => text.replace(BEFORE, BEFORE.replace("80", String(above)));

test("the published one is there, with its text", async () => {
  assert.equal(current.state, "published");
  assert.equal(current.name, "masa");
  assert.ok(current.text.startsWith("# Heshbonit4U"));
  assert.deepEqual(
    current.signoffs.map(({ side, state }) => [side, state]),
    [
      ["marketing", "missing"],
      ["sales", "missing"],
    ],
  );
  const { json } = await company.get("/definitions", { roles: "product" });
  assert.deepEqual([json.total, json.next_cursor, json.items[0].version], [1, null, current.version]);
  const { status } = await company.get("/definitions/{version}", { params: { version: "0123" } });
  assert.equal(status, 404);
  assert.equal((await company.get("/definitions", { roles: null })).status, 401);
});

test("a check says every rule as a sentence, with its place", async () => {
  const { json } = await check(current.text);
  assert.ok(json.ok);
  assert.equal(json.version, current.version);
  const lines = current.text.split("\n");
  const sal = json.explain.find(({ path }) => path === "funnels.b2b.stages.SAL");
  assert.equal(lines[sal.line - 1].trim(), "SAL:");
  assert.equal(sal.title.en, "SAL (accepted)");
  assert.match(sal.sentence.en, /SAL \(accepted\), owned by sales\. Entered only when sales accepts; /);
  assert.match(sal.sentence.en, /MQL\. Within 2 business days of entering MQL\. /);
  assert.match(sal.sentence.he, /[א-ת]/);
  const mql = json.explain.find(({ path }) => path === "funnels.b2b.stages.MQL");
  assert.match(
    mql.sentence.en,
    /Entered when all of these hold: fits the profile: .*; passed BANT: .*; score above 80: .*\./,
  );
  assert.ok(json.explain.every(({ line }) => line > 0));
});

test("a check says all that is wrong, with its place and what helps", async () => {
  const wrong = current.text
    .replace("points: signals.interest", "points: signals.intrest")
    .replace("sla: 7d", "sla: 7x");
  const { json } = await check(wrong, "product");
  assert.equal(json.ok, false);
  assert.deepEqual([json.version, json.explain], [null, []]);
  const lines = wrong.split("\n");
  const said = json.problems.map(({ line, column, end_column }) => lines[line - 1].slice(column - 1, end_column - 1));
  assert.ok(
    said.some((each) => each.includes("intrest")),
    JSON.stringify(json.problems),
  );
  assert.ok(said.includes("7x"));
  assert.match(json.problems.find(({ message }) => message.includes("intrest")).help, /interest/);
  const order = json.problems.map(({ line }) => line);
  assert.deepEqual(
    order,
    [...order].sort((a, b) => a - b),
  );
  assert.equal((await check("company: {}")).json.ok, false);
  const zone = await check(current.text.replace("Asia/Jerusalem", "Asia/Nowhere"));
  assert.match(zone.json.problems[0].message, /Nowhere/);
  assert.equal((await company.ask("POST", "/definitions/check", { body: {} })).status, 400);
});

test("what is wrong is said in the language that is asked for, at the same places", async () => {
  const text = current.text.replace("points: signals.interest", "points: signals.intrest");
  const asked = async (path, more) => {
    const { json } = await company.ask("POST", path, { body: { text }, headers: { "accept-language": "he" }, ...more });
    return json.problems ?? json.error.details.problems;
  };
  const { problems } = (await check(text)).json;
  const checked = await asked("/definitions/check", {});
  const refused = await asked("/definitions", { version: current.version, once: true });
  for (const hebrew of [checked, refused]) {
    assert.deepEqual(
      hebrew.map(({ line, column, severity }) => [line, column, severity]),
      problems.map(({ line, column, severity }) => [line, column, severity]),
    );
    assert.equal(hebrew[0].message, "אין ערך בשם `signals.intrest`");
    assert.equal(hebrew[0].help, "האם הכוונה ל־`signals.interest`?");
  }
});

test("who may not, may not; a token is needed; what one saw must still stand", async () => {
  const text = lower(current.text, 75);
  assert.equal((await propose(text, { roles: "product" })).status, 403);
  assert.equal((await propose(text, { roles: null })).status, 401);
  assert.equal((await propose(text, { headers: { "x-masa-csrf": "no" } })).status, 403);
  assert.equal((await propose(text, { version: null })).status, 428);
  assert.equal((await propose(text, { version: "0123" })).code, "changed_meanwhile");
  const wrong = await propose(text.replace("masa: 1", "masa: 2"));
  assert.equal(wrong.code, "definition_wrong");
  assert.ok(wrong.json.error.details.problems[0].line > 0);
  assert.equal((await propose(`${current.text}\n# a comment more\n`)).status, 422);
  assert.equal((await company.get("/definitions")).json.total, 1);
});

let draft;
test("a draft says what it changes, line by line and in sentences", async () => {
  const kept = await propose(lower(current.text, 75));
  draft = kept.json;
  assert.equal(kept.status, 201);
  assert.equal(kept.headers.get("etag"), `"${draft.version}"`);
  assert.deepEqual(
    [draft.state, draft.based_on, draft.author.name],
    ["draft", current.version, "marketing@example.com"],
  );
  const said = {
    he: "הסף של הניקוד sales (מכירות): מ־80 ל־75",
    en: "The threshold of the sales score goes from 80 to 75",
  };
  assert.deepEqual(draft.changed, [said]);
  const { json } = await company.get("/definitions/{version}/diff", { params: { version: draft.version } });
  assert.deepEqual([json.from, json.to, json.meaning], [current.version, draft.version, [said]]);
  const changes = json.lines.filter(({ kind }) => kind !== "same");
  assert.deepEqual(
    changes.map(({ kind, text }) => [kind, text]),
    [
      ["removed", "    above: 80"],
      ["added", "    above: 75"],
    ],
  );
  assert.equal(changes[0].old, changes[1].new);
  const back = await company.get("/definitions/{version}/diff", {
    params: { version: "current" },
    query: { against: draft.version },
  });
  assert.equal(back.json.meaning[0].en, "The threshold of the sales score goes from 75 to 80");
  const list = (await company.get("/definitions", { query: { limit: "1" } })).json;
  assert.deepEqual([list.items[0].version, list.total], [draft.version, 2]);
  const next = (await company.get("/definitions", { query: { cursor: list.next_cursor } })).json;
  assert.deepEqual([next.items[0].version, next.next_cursor], [current.version, null]);
  assert.equal((await company.get("/definitions", { query: { limit: "0" } })).status, 400);
});

test("each side signs by its role, nobody for the other, and both must", async () => {
  const { version } = draft;
  const early = await publish(version);
  assert.equal(early.code, "signoff_missing");
  assert.deepEqual(early.json.error.details.missing, ["marketing", "sales"]);
  assert.equal((await sign(version, "sales", "marketing")).status, 403);
  assert.equal((await sign(version, "sales", "admin")).status, 403);
  assert.equal((await sign("0123", "sales")).status, 404);
  const refused = await sign(version, "sales", "sales", false);
  assert.deepEqual(
    refused.json.signoffs.map(({ side, state }) => [side, state]),
    [
      ["marketing", "missing"],
      ["sales", "refused"],
    ],
  );
  const signed = await sign(version, "marketing");
  assert.equal(signed.json.signoffs[0].by.name, "marketing@example.com");
  assert.deepEqual((await publish(version)).json.error.details.missing, ["sales"]);
  await sign(version, "sales");
  assert.equal((await publish(version, { roles: "product" })).status, 403);
  assert.equal((await publish(version, { version: null })).status, 428);
  assert.equal((await publish(version, { version: current.version })).status, 412);
  assert.equal((await publish(version, { once: null })).status, 428);
  assert.equal((await publish(version, { body: { effective_from: "2026-01-01T00:00:00Z" } })).status, 422);
});

test("offered again, it has to be signed again", async () => {
  await propose(`${draft.text}\n# the same in other words\n`);
  const { json } = await find(draft.version);
  assert.ok(json.signoffs.every(({ state }) => state === "missing"));
  assert.ok(json.text.endsWith("# the same in other words\n"));
});

test("published, it is in force: the report follows by itself, and the one before is retired", async () => {
  const { version } = draft;
  await sign(version, "marketing");
  await sign(version, "sales");
  const key = randomUUID();
  const done = await publish(version, { once: key });
  assert.equal(done.status, 200);
  assert.equal(done.json.state, "published");
  assert.ok(Date.parse(done.json.effective_from) <= Date.now());
  assert.deepEqual((await publish(version, { once: key })).json, done.json);
  assert.equal((await publish(version)).code, "not_a_draft");
  assert.equal((await sign(version, "sales")).code, "not_a_draft");
  const old = (await find(current.version)).json;
  assert.deepEqual([old.state, old.effective_to], ["retired", done.json.effective_from]);
  assert.equal((await find("current")).json.version, version);
  await company.until(({ json }) => json.version === version, "/options");
  const report = await company.get("/report");
  assert.equal(report.json.definition.version, version);
  assert.equal((await propose(lower(current.text, 72))).code, "changed_meanwhile");
});

test("a version can be planned ahead, and the earlier one can come back", async () => {
  const now = (await find("current")).json.version;
  const back = (await propose(current.text, { version: now })).json;
  assert.deepEqual([back.version, back.state], [current.version, "draft"]);
  await sign(back.version, "marketing");
  await sign(back.version, "sales");
  const after = (seconds) => new Date(Math.floor(Date.now() / 1000 + seconds) * 1000).toISOString();
  const soon = after(3600);
  const planned = (await publish(back.version, { body: { effective_from: soon } })).json;
  assert.deepEqual([planned.state, Date.parse(planned.effective_from)], ["draft", Date.parse(soon)]);
  assert.equal((await find("current")).json.version, now);
  assert.equal(Date.parse((await find(now)).json.effective_to), Date.parse(soon));
  await publish(back.version, { body: { effective_from: after(2) } });
  await company.until(({ json }) => json.version === back.version, "/options");
  assert.equal((await find("current")).json.version, back.version);
});

test("all of it stands in the audit trail, and the command line agrees", async () => {
  const { json } = await company.get("/audit", { roles: "admin", query: { action: "definition." } });
  const count = (action, outcome) =>
    json.items.filter((each) => each.action === action && each.details.outcome === outcome).length;
  assert.equal(count("definition.offer", "done"), 3);
  assert.equal(count("definition.publish", "done"), 3);
  assert.ok(count("definition.sign", "done") >= 5);
  assert.ok(count("definition.sign.sales", "refused") >= 2);
  assert.ok(json.items.some(({ subject }) => subject?.id === draft.version.slice(0, 12)));
  assert.match(masa("report", "--db", company.db, "--format", "json"), new RegExp(current.version));
  assert.match(masa("doctor", "--db", company.db), /sound|whole|good/i);
});
