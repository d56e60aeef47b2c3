// Saved views, the weekly meeting's agenda and the register of decisions, at `masa serve` itself.
import { randomUUID } from "node:crypto";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Company, companyOf } from "./company.mjs";
import { ROOT } from "./contract.mjs";
import { DEFINITION, proposed } from "./handed.mjs";

let people;
const company = companyOf({}, async () => {
  for (const roles of ["marketing", "sales", "product"]) await company.member(roles);
  const options = (await company.answers("/options")).json;
  people = new Map(options.people.map(({ id, name }) => [name.split("@")[0], id]));
});

/* ---- views ---- */

const view = { name: "SQL+", shared: false, query: "stage=SQL&sort=-score" };
const save = (body, more) => company.ask("POST", "/views", { body, ...more });
const change = (id, body, more) => company.ask("PUT", "/views/{id}", { params: { id }, body, ...more });
const drop = (id, more) => company.ask("DELETE", "/views/{id}", { params: { id }, ...more });
const views = async (roles) => (await company.get("/views", { roles })).json.items.map(({ name }) => name);

test("one's own views and those that others share", async () => {
  const mine = await save(view);
  assert.equal(mine.status, 201);
  assert.deepEqual([mine.json.owner.name, mine.json.version], ["marketing@example.com", "1"]);
  await save({ ...view, name: "Of sales", shared: true }, { roles: "sales" });
  assert.deepEqual(await views("marketing"), ["Of sales", "SQL+"]);
  assert.deepEqual(await views("sales"), ["Of sales"]);
  assert.equal((await company.get("/views", { roles: null })).status, 401);
});

test("a view is changed by its owner, as it was seen", async () => {
  const { json } = await save({ ...view, name: "To change" });
  const shared = { ...view, name: "Changed", shared: true };
  assert.equal((await change(json.id, shared, { version: "1", roles: "sales" })).status, 404);
  assert.equal((await change(json.id, shared)).status, 428);
  assert.equal((await change(json.id, shared, { version: "7" })).code, "changed_meanwhile");
  const changed = await change(json.id, shared, { version: json.version });
  assert.deepEqual([changed.json.version, changed.json.name, changed.headers.get("etag")], ["2", "Changed", '"2"']);
  assert.equal((await change(json.id, shared, { version: "2", roles: "sales" })).status, 403);
  assert.equal((await change(json.id, { name: " ", shared: true, query: "" }, { version: "2" })).status, 400);
  assert.equal((await change("v999", shared, { version: "1" })).status, 404);
  assert.equal((await drop(json.id, { roles: "sales" })).status, 403);
  assert.equal((await drop(json.id)).status, 204);
  assert.equal((await drop(json.id)).status, 404);
});

/* ---- the register ---- */

const enter = (body, more) => company.ask("POST", "/register", { body, once: true, ...more });
const amend = (id, body, more) => company.ask("PATCH", "/register/{id}", { params: { id }, body, ...more });
const register = async (query = {}) => (await company.get("/register", { query })).json;

test("a decision is written down, with who, until when, and what it is to change", async () => {
  const body = { text: "Call within two business days", side: "sales", due: "2026-05-01", kpi: "SAL>SQL" };
  const { status, json, headers } = await enter({ ...body, owner: people.get("sales") });
  assert.equal(status, 201);
  assert.equal(headers.get("etag"), '"1"');
  assert.deepEqual(
    [json.owner.name, json.due, json.status, json.side],
    ["sales@example.com", "2026-05-01", "open", "sales"],
  );
  assert.deepEqual(
    [json.measure.kpi, json.measure.label.en, json.measure.before, json.measure.after, json.measure.change],
    ["SAL>SQL", "SAL to SQL", null, null, null],
  );
  assert.equal((await enter({ text: "Mine" }, { roles: "product" })).json.owner.name, "product@example.com");
  assert.equal((await enter({ text: "x", owner: "u999" })).status, 422);
  assert.equal((await enter({ text: "x", kpi: "nothing" })).status, 422);
  assert.equal((await enter({ text: "x", kpi: "SQL>SAL" })).status, 422);
  assert.equal((await enter({ text: "  " })).status, 400);
  assert.equal((await enter({ text: "x", due: "soon" })).status, 400);
  assert.equal((await enter({ text: "x", side: "nobody" })).status, 400);
  assert.equal((await enter({ text: "x" }, { once: null })).status, 428);
  assert.equal((await enter({ text: "x" }, { roles: null })).status, 401);
});

test("it is closed by whoever saw it as it is", async () => {
  const { json } = await enter({ text: "To close", why: "because" });
  assert.equal((await amend(json.id, { status: "done" })).status, 428);
  const closed = await amend(json.id, { status: "done" }, { version: json.version, roles: "sales" });
  assert.deepEqual([closed.json.status, closed.json.version, closed.json.why], ["done", "2", "because"]);
  assert.equal((await amend(json.id, { status: "open" }, { version: "1" })).code, "changed_meanwhile");
  assert.equal((await amend("r999", { status: "open" }, { version: "1" })).status, 404);
  assert.equal((await amend(json.id, { status: "gone" }, { version: "2" })).status, 400);
  const cleared = await amend(json.id, { why: null, due: null }, { version: "2" });
  assert.deepEqual([cleared.json.why, cleared.json.due], [null, null]);
});

test("the register is read newest first, by status, a page at a time", async () => {
  const all = await register();
  assert.deepEqual(
    all.items.map(({ id }) => id),
    all.items.map(({ id }) => id).sort((a, b) => b.slice(1) - a.slice(1)),
  );
  const done = await register({ status: "done" });
  assert.deepEqual([done.total, done.items[0].text], [1, "To close"]);
  const page = await register({ limit: "1" });
  assert.equal(page.total, all.total);
  assert.equal((await register({ limit: "1", cursor: page.next_cursor })).items[0].id, all.items[1].id);
  assert.equal((await company.get("/register", { query: { status: "lost" } })).status, 400);
});

/* ---- the agenda ---- */

/** Those who were proposed, decided on the next day: sales takes two of the sixteen from linkedin, all others. */
const decided = () => [
  ...proposed("p", 32),
  ...Array.from({ length: 32 }, (_, i) => {
    const taken = i % 2 === 0 || i < 4;
    return {
      type: "track",
      event: taken ? "lead_accepted" : "lead_rejected",
      userId: `p${i}`,
      messageId: `p${i}-x`,
      timestamp: new Date(Date.UTC(2026, 0, 7, 9, i)).toISOString(),
      properties: { stage: "SAL", by: "u1", role: "sales", ...(taken ? {} : { reason: "not_relevant" }) },
    };
  }),
];

const agenda = (query = {}, roles = "marketing") => company.get("/agenda", { roles, query });
const rows = ({ json }, code) => json.sections.find((section) => section.code === code)?.rows;

test("a week of the example, counted once more from the leads", async () => {
  const { json } = await agenda({ week: "2026-W04" });
  assert.deepEqual([json.week, json.from, json.to], ["2026-W04", "2026-01-18", "2026-01-24"]);
  const mcl = json.numbers.find(({ code }) => code === "volume.MCL" || code === "MCL" || code.endsWith("MCL"));
  const day = (at) => new Date(Date.parse(at) + 2 * 3600_000).toISOString().slice(0, 10);
  const captured = (await company.all("/leads")).map((lead) => day(lead.captured_at));
  const within = (from, to) => captured.filter((each) => each >= from && each <= to).length;
  assert.deepEqual(
    [mcl.value, mcl.compare_value],
    [within("2026-01-18", "2026-01-24"), within("2026-01-11", "2026-01-17")],
  );
  assert.ok(mcl.value > 0 && mcl.ci95 === null);
});

test("it says what is weak, what came back and why, and what the report proposes", async () => {
  const answer = await agenda({ week: "2026-W06" });
  assert.match(rows(answer, "attention")[0].text.en, /^[A-Z]+ to [A-Z]+: \d/);
  assert.ok(rows(answer, "proposals").length > 0);
  assert.ok(rows(answer, "rejected").every(({ text }) => /: \d+$/.test(text.en) && /[א-ת]/.test(text.he)));
  assert.equal((await agenda({ week: "2026-W60" })).status, 400);
  assert.equal((await agenda({ week: "yesterday" })).status, 400);
  assert.equal((await agenda({ funnel: "other" })).status, 400);
  assert.equal((await agenda({ funnel: "b2b" })).status, 200);
});

/* p004 once more under another name, up to where sales would have decided. */
async function bringLate() {
  const lines = readFileSync(join(ROOT, "examples/heshbonit4u/data/events-2026.ndjson"), "utf8").split("\n");
  const batch = lines
    .filter((line) => line.includes("p004") && !line.includes("lead_accepted"))
    .map((line) => JSON.parse(line.replaceAll("p004", "late1")));
  assert.equal((await company.send("batch", { batch })).status, 200);
}

/** As the lists call a lead. */
async function calledIn(id) {
  const { name, email } = (await company.get("/leads/{id}", { params: { id } })).json.lead;
  return name ?? email ?? `Lead ${id}`;
}

test("who may not see people is told how many wait, not who", async () => {
  assert.equal(rows(await agenda(), "late"), undefined);
  await bringLate();
  const late = rows(await company.until((answer) => rows(answer, "late"), "/agenda"), "late");
  assert.deepEqual(
    late.map(({ text, link, owner, due }) => [text.en, link, owner.he, due]),
    [[await calledIn("late1"), "/leads/late1", "מכירות", "2026-01-26"]],
  );
  const told = rows(await agenda({}, "product"), "late");
  assert.equal(told.length, 1);
  assert.match(told[0].text.en, /^leads that wait: \d+$/);
});

test("leads that are nobody's, as their page counts them; names for who may see people", async () => {
  const { counts, items } = (await company.get("/nobody", { query: { limit: "5" } })).json;
  const shown = rows(await agenda(), "nobody");
  const kinds = Object.entries(counts).filter(([, n]) => n > 0);
  assert.ok(kinds.length > 0);
  assert.deepEqual(
    shown.slice(0, kinds.length).map(({ text, link }) => [Number(text.en.split(": ")[1]), link]),
    kinds.map(([kind, n]) => [n, `/nobody?kind=${kind}`]),
  );
  const longest = await Promise.all(
    items.map(async ({ lead }) => [`\u2068${await calledIn(lead.id)}\u2069`, `/leads/${lead.id}`]),
  );
  assert.deepEqual(
    shown.slice(kinds.length).map(({ text, link }) => [text.en.replace(/: (untouched|never).*/, ""), link]),
    longest,
  );
  assert.ok(shown.every(({ text }) => /[א-ת]/.test(text.he)));
  assert.equal(rows(await agenda({}, "product"), "nobody").length, kinds.length);
});

test("sources that fail in sales, with the numbers of the page they lead to", async () => {
  const handed = await Company.start({ definition: DEFINITION, events: decided() });
  const ask = (week) => handed.get("/agenda", { query: { week } });
  const answer = await handed.answers("/agenda", { query: { week: "2026-W03" } });
  const [row, ...more] = rows(answer, "channels");
  assert.deepEqual(more, []);
  assert.equal(row.text.en, "\u2068linkedin\u2069: 2 of 16 accepted; of all sources 18 of 32");
  assert.match(row.text.he, /התקבלו 2 מתוך 16/);
  assert.equal(row.owner.he, "שיווק");
  const period = new URL(row.link, handed.url).searchParams.get("period");
  const { sources } = (await handed.get("/rejected", { query: { period } })).json;
  assert.deepEqual(
    sources.filter(({ failing }) => failing).map(({ value, decided, accepted }) => [value, decided, accepted.hits]),
    [["linkedin", 16, 2]],
  );
  assert.equal(rows(await ask("2026-W01"), "channels"), undefined, "the week before they were decided");
  assert.equal(await handed.stop(), 0);
});

test("a topic is raised once, by whom, and dropped", async () => {
  const once = randomUUID();
  const raise = () =>
    company.ask("POST", "/agenda/topics", { body: { text: "Partial refunds?" }, once, roles: "product" });
  const raised = await raise();
  assert.equal(raised.status, 201);
  await raise();
  const topics = rows(await agenda(), "topics");
  assert.deepEqual(
    topics.map(({ said, owner }) => [said, owner.en]),
    [["Partial refunds?", "product@example.com"]],
  );
  const gone = (id) => company.ask("DELETE", "/agenda/topics/{id}", { params: { id } });
  assert.equal((await gone(topics[0].id)).status, 204);
  assert.equal((await gone(topics[0].id)).status, 404);
  assert.deepEqual(rows(await agenda(), "topics"), []);
  assert.equal((await company.ask("POST", "/agenda/topics", { body: { text: "" }, once: true })).status, 400);
});

test("what falls due is spoken of", async () => {
  await enter({ text: "An old promise", due: "2026-04-01", owner: people.get("marketing") });
  const due = rows(await agenda(), "due");
  assert.ok(due.some(({ said, owner, due }) => said === "An old promise" && owner.en && due === "2026-04-01"));
});

test("all of it stands in the trail", async () => {
  for (const action of [
    "view.save",
    "view.change",
    "view.drop",
    "register.enter",
    "register.amend",
    "topic.raise",
    "topic.drop",
  ]) {
    const { json } = await company.get("/audit", { roles: "admin", query: { action } });
    assert.ok(json.items.length > 0, action);
  }
});
