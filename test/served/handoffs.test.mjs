// Handoffs at `masa serve` itself: the inbox, who may decide, what stands against what, and what is told.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { companyOf, masa } from "./company.mjs";
import { streamEvent } from "./contract.mjs";
import { DEFINITION, proposed } from "./handed.mjs";

const company = companyOf({ definition: DEFINITION, events: proposed("p", 40) }, () =>
  company.answers("/handoffs", { roles: "sales" }),
);

const inbox = async (query = {}, roles = "sales") => (await company.get("/handoffs", { roles, query })).json;
/** One that waits and that no other test takes. */
const taken = new Set();
async function waiting() {
  const { items } = await inbox({ limit: "200" });
  const found = items.find(({ id, assigned }) => !taken.has(id) && !assigned.user);
  taken.add(found.id);
  return found;
}
const decide = (handoff, body, more = {}) =>
  company.change("POST", "/handoffs/{id}/decision", {
    params: { id: handoff.id },
    version: handoff.version,
    body,
    ...more,
  });
const undo = (handoff, more = {}) =>
  company.change("POST", "/handoffs/{id}/undo", { params: { id: handoff.id }, version: handoff.version, ...more });
const code = ({ status, json }) => [status, json.error?.code];

/** What the command line says of the lead. */
const facts = (id) =>
  masa("facts", "--db", company.db)
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line))
    .filter(({ subject }) => subject === id);

test("all who were proposed wait, once each, by their clock, page by page", async () => {
  const all = await inbox({ limit: "200" });
  assert.equal(all.total, all.counts.waiting);
  assert.ok(all.items.every(({ state, stage, from_stage }) => state === "waiting" && stage === "SAL" && from_stage));
  const due = all.items.map(({ sla }) => Date.parse(sla.due_at));
  assert.deepEqual(
    due,
    [...due].sort((a, b) => a - b),
  );
  const paged = (await company.all("/handoffs", { roles: "sales", query: { limit: "7" } })).map(({ id }) => id);
  assert.deepEqual(
    paged,
    all.items.map(({ id }) => id),
  );
});

test("the route's team, and why it is that one", async () => {
  const { items } = await inbox({ limit: "200" });
  const east = items.filter(({ assigned }) => assigned.team.name === "team_east");
  assert.ok(east.length > 0 && east.length < items.length);
  assert.ok(east.every(({ assigned }) => assigned.rule.en.includes("east") && assigned.user === null));
});

test("the brief says why, what they did, what to ask, and how the clock ran", async () => {
  const { items } = await inbox({ limit: "1" });
  const { status, json, headers } = await company.get("/handoffs/{id}", {
    roles: "sales",
    params: { id: items[0].id },
  });
  assert.equal(status, 200);
  assert.equal(headers.get("etag"), `"${items[0].version}"`);
  assert.deepEqual(json.handoff.id, items[0].id);
  assert.deepEqual(
    json.did.map(({ label }) => label.en),
    ["booked a demo", "signed up"],
  );
  assert.ok(json.why.some(({ en }) => en === "BANT by sales: 0/3"));
  assert.deepEqual([json.pains[0].en, json.openers[0].en], ["Partial refunds", "The demo they booked"]);
  assert.deepEqual([json.questions[0].text.en, json.questions[0].answers], ["Is a budget set aside?", "budget"]);
  assert.equal(json.playbooks[0].id, "first_call");
  assert.deepEqual(
    json.milestones.map(({ code: each }) => each),
    ["pilot", "contract"],
  );
  // Proposed on Tuesday the sixth at 11:00 and a bit: due on Thursday at the same time, sixteen hours of work later.
  const { sla } = json.handoff;
  assert.equal(sla.due_at.slice(0, 13), "2026-01-08T11");
  assert.deepEqual([sla.total_minutes, sla.state, sla.business], [16 * 60, "late", true]);
  const used = json.sla_days.slice(0, 3).map(({ date, kind, minutes }) => [date, kind, minutes]);
  assert.deepEqual(used[1], ["2026-01-07", "used", 8 * 60]);
  assert.equal(json.sla_days.find(({ date }) => date === "2026-01-09").kind, "rest");
  assert.deepEqual(
    json.reminders.map(({ kind, at, sent }) => [kind, at.slice(0, 13), sent]),
    [
      ["reminder", "2026-01-07T15", true],
      ["escalation", "2026-01-08T13", true],
    ],
  );
  assert.deepEqual([sla.escalated_to.id, sla.escalated_to.name], ["sales_leads", "Team leads"]);
  const nobody = await company.get("/handoffs/{id}", { roles: "sales", params: { id: "h0" } });
  assert.deepEqual(code(nobody), [404, "not_found"]);
});

test("only sales decides", async () => {
  const handoff = await waiting();
  for (const roles of ["marketing", "admin", "success", "product"])
    assert.deepEqual(code(await decide(handoff, { decision: "accept" }, { roles })), [403, "forbidden"], roles);
  assert.equal((await company.get("/handoffs", { roles: "product" })).status, 403);
  const { status, json, headers } = await decide(handoff, { decision: "accept", note: "call on Sunday" });
  assert.equal(status, 200);
  assert.deepEqual([json.state, json.decision.decision, json.decision.note], ["accepted", "accept", "call on Sunday"]);
  assert.equal(json.lead.stage, "SAL");
  assert.equal(json.lead.owner.id, json.decision.by.id);
  assert.equal(headers.get("etag"), `"${json.version}"`);
  assert.equal(json.sla.state, "late");
  const said = facts(handoff.lead.id).filter(({ fact }) => fact === "handoff");
  assert.deepEqual([said.length, said[0].outcome, said[0].by], [1, "accepted", json.decision.by.id]);
});

test("a decision needs its key, its version, and a reason of the definition", async () => {
  const handoff = await waiting();
  assert.deepEqual(code(await decide(handoff, { decision: "accept" }, { key: "" })), [428, "idempotency_key_missing"]);
  assert.deepEqual(code(await decide({ ...handoff, version: undefined }, { decision: "accept" })), [
    428,
    "version_missing",
  ]);
  assert.deepEqual(code(await decide({ ...handoff, version: "99" }, { decision: "accept" })), [
    412,
    "changed_meanwhile",
  ]);
  const without = await decide(handoff, { decision: "reject" });
  assert.deepEqual(code(without), [422, "reason_needed"]);
  assert.deepEqual(without.json.error.details.reasons, ["not_relevant", "no_budget"]);
  assert.deepEqual(code(await decide(handoff, { decision: "return", reason: "no_budget" })), [422, "reason_needed"]);
  assert.deepEqual(code(await decide({ id: "h0", version: "1" }, { decision: "accept" })), [404, "not_found"]);
  assert.equal((await decide(handoff, { decision: "maybe" })).status, 400);
  const { json } = await decide(handoff, { decision: "reject", reason: "no_budget" });
  assert.deepEqual(
    [json.state, json.decision.reason, json.decision.reason_label.en],
    ["rejected", "no_budget", "no budget"],
  );
  assert.deepEqual([json.lead.stage, json.lead.state], [null, "rejected"]);
});

test("sent twice with one key it is decided once", async () => {
  const handoff = await waiting(),
    key = randomUUID();
  const body = { decision: "return", reason: "too_early" };
  const first = await decide(handoff, body, { key });
  const again = await decide(handoff, body, { key });
  assert.deepEqual([again.status, again.json], [200, first.json]);
  const other = await decide(handoff, { decision: "accept" }, { key });
  assert.deepEqual(code(other), [409, "key_reused"]);
  const stages = facts(handoff.lead.id).filter(({ how }) => how === "returned");
  assert.equal(stages.length, 1);
});

test("of many who decide at once one does", async () => {
  const handoff = await waiting();
  const replies = await Promise.all(
    Array.from({ length: 6 }, (_, i) =>
      decide(handoff, i % 2 ? { decision: "accept" } : { decision: "reject", reason: "no_budget" }),
    ),
  );
  assert.equal(replies.filter(({ status }) => status === 200).length, 1);
  assert.ok(replies.every((each) => each.status === 200 || code(each)[1] === "changed_meanwhile"));
  const said = facts(handoff.lead.id);
  assert.equal(said.filter(({ fact }) => fact === "refused").length, 0);
  const { json } = replies.find(({ status }) => status === 200);
  assert.deepEqual(code(await decide(json, { decision: "accept" })), [409, "already_decided"]);
});

test("an accepted lead can still be given back; the acceptance stays in the rate", async () => {
  const handoff = await waiting();
  const accepted = (await decide(handoff, { decision: "accept" })).json;
  const before_ = (await inbox()).accepted;
  const { json } = await decide(accepted, { decision: "return", reason: "too_early" });
  assert.deepEqual(
    [json.state, json.decision.after_acceptance, json.earlier[0].decision],
    ["returned", true, "accept"],
  );
  assert.equal(json.lead.stage, "MEL");
  assert.equal(json.lead.owner, null);
  assert.deepEqual((await inbox()).accepted, before_);
});

test("a decision is taken back by whoever made it, as if it had never been", async () => {
  const handoff = await waiting();
  const decided = (await decide(handoff, { decision: "reject", reason: "not_relevant" })).json;
  assert.ok(decided.decision.undo_until);
  assert.deepEqual(code(await undo(decided, { roles: "sales,admin" })), [403, "forbidden"]);
  assert.deepEqual(code(await undo(handoff)), [412, "changed_meanwhile"]);
  const key = randomUUID();
  const back = await undo(decided, { key });
  assert.deepEqual([back.status, back.json.state, back.json.decision], [200, "waiting", null]);
  assert.deepEqual((await undo(decided, { key })).json, back.json);
  assert.ok(Number(back.json.version) > Number(decided.version), "no two states have one version");
  assert.deepEqual([back.json.lead.stage, back.json.lead.state], ["MQL", "open"]);
  assert.deepEqual(code(await undo(back.json)), [409, "too_late"]);
  assert.deepEqual(
    facts(handoff.lead.id).filter(({ fact }) => fact === "exit"),
    [],
  );
  const { json } = await decide(back.json, { decision: "accept" });
  assert.equal(json.state, "accepted");
});

test("a handoff goes to whom sales says", async () => {
  const handoff = await waiting();
  const me = (await company.get("/session", { roles: "sales" })).json.user.id;
  const put = (body, more) =>
    company.change("PUT", "/handoffs/{id}/assigned", {
      params: { id: handoff.id },
      version: handoff.version,
      body,
      ...more,
    });
  assert.equal((await put({ user: me, team: null }, { roles: "marketing" })).status, 403);
  assert.deepEqual(code(await put({ user: "u99", team: null })), [422, "no_such_user"]);
  assert.deepEqual(code(await put({ user: null, team: "nowhere" })), [422, "no_such_team"]);
  // An administrator may give it to somebody, and decides nothing.
  for (const roles of ["marketing", "admin"]) {
    const { id, name } = (await company.get("/session", { roles })).json.user;
    const refused = await put({ user: id, team: null }, { roles: "admin", headers: { "accept-language": "he" } });
    assert.deepEqual(code(refused), [422, "may_not_decide"]);
    assert.match(refused.json.error.message, /^[א-ת]/);
    assert.ok(refused.json.error.message.includes(name));
    const items = [{ id: handoff.id, version: handoff.version }];
    const body = { items, action: "assign", assign: { user: id, team: null } };
    const [{ error }] = (await company.change("POST", "/handoffs/bulk", { body })).json.results;
    assert.equal(error.code, "may_not_decide");
  }
  const { json } = await put({ user: me, team: null });
  assert.deepEqual([json.assigned.user.id, json.assigned.team, json.assigned.rule], [me, null, null]);
  assert.deepEqual(code(await put({ user: null, team: null })), [412, "changed_meanwhile"]);
  const mine = await inbox({ assigned: "me" });
  assert.deepEqual([mine.items.map(({ id }) => id), mine.counts.mine], [[handoff.id], 1]);
  const nobody = await put({ user: null, team: null }, { version: json.version });
  assert.deepEqual([nobody.json.assigned.user, nobody.json.assigned.team], [null, null]);
  assert.deepEqual(
    (await inbox({ assigned: "none" })).items.map(({ id }) => id),
    [handoff.id],
  );
});

test("many at once: each stands alone", async () => {
  const [one, two, gone] = [await waiting(), await waiting(), await waiting()];
  await decide(gone, { decision: "accept" });
  const items = [one, two, gone, one, { id: "h0", version: "1" }].map(({ id, version }) => ({ id, version }));
  const { status, json } = await company.change("POST", "/handoffs/bulk", {
    body: { items, action: "reject", reason: "no_budget" },
  });
  assert.equal(status, 200);
  assert.deepEqual(
    json.results.map(({ handoff, error }) => handoff?.state ?? error.code),
    ["rejected", "rejected", "changed_meanwhile", "changed_meanwhile", "not_found"],
  );
  const refused = await company.change("POST", "/handoffs/bulk", {
    roles: "marketing",
    body: { items, action: "accept" },
  });
  assert.equal(refused.status, 403);
});

test("lists are narrowed by state, outcome and dimension", async () => {
  const all = await inbox({ state: "all", limit: "200" });
  assert.equal(all.total, 40);
  for (const outcome of ["accepted", "rejected", "returned"]) {
    const { items, total } = await inbox({ state: "decided", outcome, limit: "200" });
    assert.ok(items.every(({ state }) => state === outcome));
    assert.equal(total, all.counts[outcome]);
  }
  const { accepted } = all;
  assert.ok(accepted.hits > 0 && accepted.hits < accepted.n && accepted.ci95[0] < accepted.value);
  const east = await inbox({ state: "all", where: "region:east", limit: "200" });
  assert.ok(east.total > 0 && east.items.every(({ lead }) => lead.dimensions.region === "east"));
  for (const query of [{ state: "some" }, { assigned: "you" }, { outcome: "won" }, { cursor: "x" }, { color: "red" }])
    assert.deepEqual(code(await company.get("/handoffs", { roles: "sales", query })), [400, "bad_parameter"]);
});

test("what sales sent back, by reason and by source", async () => {
  const all = await inbox({ state: "all", limit: "200" });
  const today = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Jerusalem" }).format(new Date());
  const ask = (query) =>
    company.get("/rejected", { roles: "sales", query: { period: `2026-01-01..${today}`, ...query } });
  const { json } = await ask({});
  assert.equal(json.decided, all.accepted.n);
  const back = all.items.filter(({ state }) => state === "rejected" || state === "returned");
  assert.equal(json.total, back.length);
  assert.deepEqual(json.items.map(({ id }) => id).sort(), back.map(({ id }) => id).sort());
  assert.equal(
    json.reasons.reduce((sum, { count }) => sum + count, 0),
    json.total,
  );
  const no_budget = json.reasons.find(({ reason }) => reason === "no_budget");
  assert.deepEqual([no_budget.decision, no_budget.label.en, no_budget.share.n], ["reject", "no budget", json.decided]);
  const decided = json.sources.reduce((sum, each) => sum + each.decided, 0);
  assert.equal(decided, json.decided);
  const some = (await ask({ reason: "no_budget", limit: "1" })).json;
  assert.equal(some.items[0].decision.reason, "no_budget");
  const next = (await ask({ reason: "no_budget", limit: "1", cursor: some.next_cursor })).json;
  assert.notEqual(next.items[0].id, some.items[0].id);
  const january = (await ask({ period: "2026-01" })).json;
  assert.deepEqual([january.total, january.decided, january.items], [0, 0, []]);
  assert.deepEqual(code(await ask({ period: "soon" })), [400, "bad_parameter"]);
});

test("who listens hears that a handoff changed", async () => {
  const handoff = await waiting();
  const stop = new AbortController();
  const reply = await fetch(`${company.url}/api/v1/stream`, {
    headers: await company.member("marketing"),
    signal: stop.signal,
  });
  const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const heard = async (part) => {
    while (!text.includes(part)) text += (await reader.read()).value;
  };
  await heard('"hello"');
  const { json } = await decide(handoff, { decision: "accept" });
  await heard(`"id":"${handoff.id}"`);
  await heard("\n\n");
  const data = JSON.parse(
    text
      .split("\n")
      .find((line) => line.startsWith("data:") && line.includes(handoff.id))
      .slice(5),
  );
  streamEvent(data);
  assert.deepEqual([data.kind, data.version, data.state], ["handoff", json.version, "accepted"]);
  assert.equal(data.waiting, (await inbox()).counts.waiting);
  stop.abort();
});

test("what was decided is in the audit trail, with its author", async () => {
  const { items } = (await company.get("/audit", { roles: "admin", query: { action: "handoff.", limit: "200" } })).json;
  const actions = new Set(items.map(({ action }) => action));
  for (const each of ["handoff.accept", "handoff.reject", "handoff.return", "handoff.undo", "handoff.assign"])
    assert.ok(actions.has(each), each);
});
