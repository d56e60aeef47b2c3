// Everything at once: events stream in, reports of all kinds are asked for, sales decides, files are imported, a
// person is erased, a definition is published, the tail is merged, and the service is stopped in the middle of it.
// Nothing that was acknowledged is lost, and what is answered afterwards is what the store says. Under the sanitizers
// it is here that threads meet.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { Company } from "./company.mjs";
import { DEFINITION, proposed } from "./handed.mjs";

const run = promisify(execFile);
const masa = async (...words) => (await run(process.env.MASA, words, { encoding: "utf8", maxBuffer: 1 << 28 })).stdout;

const RENEWALS = `  renewals:
    of: person
    stages:
      due: { owner: success, enter: { did: call_held } }
      kept: { owner: sales, decided_by: sales, sla: 5d, return_to: due, reject: [ leaves ] }
  companies:
    of: account
    stages: { known: { enter: account.contacts >= 1 }, large: { enter: account.contacts >= 3 } }
`;
const definition = DEFINITION.replace("dimensions:", `${RENEWALS}dimensions:`);
const GONE = "gone7";
const SENDERS = 3,
  BATCHES = 30,
  READERS = 5;

const company = new Company();
before(async () => {
  const events = [...proposed("p", 40), ...proposed(GONE.slice(0, -1), 8)];
  await company.begin({ definition, events, options: ["--merge-seconds", "1"] });
  for (const roles of ["admin", "marketing", "sales"]) await company.member(roles);
  await company.answers("/leads");
});
after(() => company.stop());

const moment = () => new Promise((go) => setTimeout(go, 20));
const acknowledged = new Set();
const stamp = (i) => new Date(Date.UTC(2026, i % 4, 1 + (i % 27), i % 24, i % 60)).toISOString();

/** What one sender's visitors do: they look, say who they are, join a company, sign up, book, talk. */
function* visitors(prefix) {
  for (let i = 0; ; i++) {
    const [userId, anonymousId, timestamp] = [`${prefix}${i}`, `v-${prefix}${i % 40}`, stamp(i)];
    yield { type: "page", anonymousId, name: "pricing", timestamp };
    yield { type: "identify", userId, anonymousId, timestamp, traits: { email: `${userId}@acme${i % 7}.example` } };
    yield { type: "group", userId, groupId: `a-${i % 9}`, timestamp, traits: { region: i % 3 ? "west" : "east" } };
    yield { type: "track", event: "signed_up", userId, timestamp, context: { campaign: { source: "search" } } };
    if (i % 2) yield { type: "track", event: "demo_booked", userId: `p${i % 40}`, timestamp };
    if (i % 5 === 0) yield { type: "alias", userId: `${prefix}${i}`, previousId: `${prefix}${i + 1}`, timestamp };
    yield { type: "track", event: "call_held", userId, timestamp };
  }
}

/** Sends batches until `state.stopped`, or so many; what was not taken for want of room is sent again. */
async function sender(prefix, state, batches = Infinity, size = 25) {
  const said = visitors(prefix);
  for (let n = 0; n < batches && !state.stopped; n++) {
    const batch = Array.from({ length: size }, (_, k) => ({ ...said.next().value, messageId: `${prefix}-${n}-${k}` }));
    for (let taken = false; !taken && !state.stopped;) {
      const reply = await company.send("batch", { batch }).catch((error) => ({ status: 0, error }));
      taken = reply.status === 200;
      if (taken) {
        const { accepted, errors } = await reply.json();
        assert.equal(accepted, size, JSON.stringify(errors));
        for (const { messageId } of batch) acknowledged.add(messageId);
      } else {
        assert.ok([429, 503].includes(reply.status) || state.ending, `${reply.status} ${reply.error}`);
      }
    }
  }
}

const QUERIES = [
  ["/report", {}],
  ["/report", { query: { period: "2026-01", compare: "none" } }],
  ["/report", { query: { period: "2026-Q1", compare: "previous", basis: "flow" } }],
  ["/report", { query: { period: "2026-02", compare: "2026-01", where: "source:search" } }],
  ["/report", { query: { funnel: "renewals", period: "2026" } }],
  ["/report", { query: { funnel: "companies", period: "2026-03", compare: "year" } }],
  ["/report", { query: { as_of: "2026-03-15", mode: "if" } }],
  ["/report", { query: { as_of: "2026-02-15", mode: "recorded", lang: "he" } }],
  ["/report/people", { query: { cell: "stage:MQL", period: "2026-01" } }],
  ["/leads", { query: { q: "p1", limit: "20" } }],
  ["/leads", { query: { funnel: "renewals" } }],
  ["/leads.csv", {}],
  ["/leads/{id}", { params: { id: "p3" } }],
  ["/leads/{id}/timeline", { params: { id: "p4" } }],
  ["/leads/{id}/why", { params: { id: "p5" } }],
  ["/feedback", { query: { period: "2026-01" } }],
  ["/nobody", {}],
  ["/agenda", {}],
  ["/options", {}],
  ["/handoffs", { roles: "sales" }],
  ["/definitions", {}],
  ["/audit", { roles: "admin" }],
];

/** Asks one thing after the other until `state.stopped`, each reader beginning elsewhere. */
async function reader(first, state) {
  for (let i = first; !state.stopped; i++) {
    const [path, options] = QUERIES[i % QUERIES.length];
    const reply = await company.get(path, { roles: "admin", ...options }).catch((error) => ({ status: 0, error }));
    if (reply.status === 200) state.answers++;
    else assert.ok([429, 503].includes(reply.status) || state.ending, `${path}: ${reply.status} ${reply.error}`);
  }
}

/** Sales accepts whoever waits, one after the other; another may have been quicker. */
async function decide(many) {
  const { items } = (await company.get("/handoffs", { roles: "sales", query: { limit: String(many) } })).json;
  for (const { id, version } of items) {
    const body = { decision: "accept" };
    const { status, text } = await company.change("POST", "/handoffs/{id}/decision", { params: { id }, version, body });
    assert.ok([200, 404, 409, 412].includes(status), `${status} ${text}`);
  }
  assert.ok(items.length > 0);
}

async function publish() {
  const { version, text } = (await company.get("/definitions/{version}", { params: { version: "current" } })).json;
  const body = { text: text.replace("above: 50", "above: 40") };
  const draft = (await company.ask("POST", "/definitions", { version, body })).json;
  assert.ok(draft.version, JSON.stringify(draft));
  const params = { version: draft.version };
  const asked = { params, version: draft.version, body: {}, once: true };
  assert.equal((await company.ask("POST", "/definitions/{version}/publish", asked)).status, 200);
  await company.until(({ json }) => json.version === draft.version, "/options");
}

/** Whoever meets an import or a merge on the way is told to come back, and does. */
async function patiently(act, is_done) {
  for (;;) {
    const answer = await act();
    if (is_done(answer)) return answer;
  }
}

async function erase() {
  const asked = { roles: "admin", params: { id: GONE }, body: { confirm: GONE }, once: randomUUID() };
  const ask = () => company.ask("POST", "/leads/{id}/erasure", asked);
  const { status, text } = await patiently(ask, ({ code }) => code !== "unavailable");
  assert.equal(status, 200, text);
}

/** One is left to end, unless the erasure takes it out, too; another is stopped on its way. */
async function backtest() {
  const begin = (above) => {
    const text = definition.replace("above: 50", `above: ${above}`);
    return company.ask("POST", "/backtests", { body: { text }, once: true });
  };
  const [one, other] = [(await begin(30)).json, (await begin(25)).json];
  await company.ask("DELETE", "/backtests/{id}", { params: { id: other.id } });
  const over = ({ status, json }) => status === 404 || !["queued", "running"].includes(json.state);
  const { status, json } = await company.until(over, "/backtests/{id}", { params: { id: one.id } });
  assert.ok(status === 404 || ["done", "failed"].includes(json.state), json.state);
}

/** From beside the service: a file comes in, and the store is looked at and copied. */
async function commands() {
  const log = join(company.folder, "burst.ndjson");
  const said = visitors("file");
  const lines = Array.from({ length: 3000 }, (_, k) => ({ ...said.next().value, messageId: `file-${k}` }));
  writeFileSync(log, lines.map((each) => `${JSON.stringify(each)}\n`).join(""));
  await patiently(
    () => masa("import", "--db", company.db, log).catch(({ stderr }) => stderr),
    (said) => !/at the same time; try again/.test(said),
  );
  for (const { messageId } of lines) acknowledged.add(messageId);
  await masa("backup", "--db", company.db, join(company.folder, "copy.db"));
  await masa("report", "--db", company.db, "--period", "2026-01", "--format", "json");
}

async function lost() {
  const lines = (await masa("export", "--db", company.db)).trim().split("\n");
  const kept = new Set(lines.map((line) => JSON.parse(line).messageId));
  return [...acknowledged].filter((id) => !kept.has(id));
}

test("all that people and programs do at once is done, and nothing is lost", async () => {
  const state = { stopped: false, answers: 0 };
  const ears = await Promise.all(["admin", "sales"].map((roles) => company.listen(roles)));
  const readers = Array.from({ length: READERS }, (_, i) => reader(i * 4, state));
  const senders = Array.from({ length: SENDERS }, (_, i) => sender(`s${i}x`, state, BATCHES));
  senders.push(sender("burst", state, 2, 1500));
  try {
    await Promise.all([...senders, decide(12), publish(), erase(), backtest(), commands()]);
    while (state.answers < QUERIES.length * 2) await Promise.race([...readers, moment()]);
  } finally {
    state.stopped = true;
    await Promise.all(readers);
    for (const ear of ears) ear.close();
  }
  assert.deepEqual(await lost(), []);
  assert.equal((await company.get("/leads/{id}", { params: { id: GONE } })).status, 404);
});

test("stopped in the middle, it has all that it acknowledged, and answers what the store says", async () => {
  const state = { stopped: false, answers: 0 };
  const enough = acknowledged.size + 500;
  const readers = Array.from({ length: READERS }, (_, i) => reader(i * 4, state));
  const senders = Array.from({ length: SENDERS }, (_, i) => sender(`t${i}x`, state));
  while (acknowledged.size < enough) await Promise.race([...senders, moment()]);
  state.ending = true;
  const ended = company.end();
  state.stopped = true;
  assert.equal(await ended, 0);
  await Promise.all([...readers, ...senders]);
  assert.deepEqual(await lost(), []);
  await company.serve();
  const query = { period: "2026-Q1", compare: "2026-01", as_of: "2026-05-01" };
  const { text } = await company.answers("/report", { query });
  const words = Object.entries(query).flatMap(([name, value]) => [`--${name.replace("_", "-")}`, value]);
  assert.equal(text, await masa("report", "--db", company.db, "--format", "json", ...words));
});
