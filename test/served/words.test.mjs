// What people write about a lead at `masa serve` itself: notes, answers, owners, milestones.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { companyOf, masa } from "./company.mjs";
import { DEFINITION, proposed } from "./handed.mjs";

const company = companyOf({ definition: DEFINITION, events: proposed("p", 5) }, () => company.answers("/leads"));

const code = ({ status, json }) => [status, json.error?.code];
const post = (id, body, more) => company.change("POST", "/leads/{id}/notes", { params: { id }, body, ...more });
const put = (what, id, body, more = {}) =>
  company.change("PUT", `/leads/{id}/${what}`, { body, ...more, params: { id, ...more.params } });
const lead = async (id) => (await company.get("/leads/{id}", { roles: "sales", params: { id } })).json;

test("a note is written once, and stands in the timeline with its author", async () => {
  const key = randomUUID();
  const note = { kind: "call", text: "The present vendor does not answer.", minutes: 12 };
  const { status, json } = await post("p0", note, { key });
  assert.equal(status, 201);
  assert.deepEqual([json.kind, json.type, json.label.en, json.said], ["note", "call", "a call", note.text]);
  assert.equal(json.by.name, "sales@example.com");
  assert.deepEqual((await post("p0", note, { key })).json, json);
  const query = { kind: "note" };
  const { items, total } = (await company.get("/leads/{id}/timeline", { roles: "sales", params: { id: "p0" }, query }))
    .json;
  assert.deepEqual([total, items], [1, [json]]);
  assert.deepEqual(code(await post("nobody", note)), [404, "not_found"]);
  assert.deepEqual(code(await post("p0", note, { roles: "product" })), [403, "forbidden"]);
  assert.deepEqual(code(await post("p0", note, { key: "" })), [428, "idempotency_key_missing"]);
  for (const body of [{ kind: "call" }, { kind: "shout", text: "x" }, { kind: "note", text: "x".repeat(16001) }])
    assert.equal((await post("p0", body)).status, 400);
});

test("an answer reaches the facts that its question reads", async () => {
  const before_ = (await lead("p1")).bant.find(({ name }) => name === "sales");
  assert.deepEqual([before_.yes, before_.answers[0].answer], [0, "unknown"]);
  const answers = { budget: { answer: "yes", said: "Approved for the next quarter" } };
  const { status, json } = await put("answers", "p1", { model: "sales", answers });
  assert.equal(status, 200);
  assert.deepEqual([json.yes, json.answers[0].answer], [1, "yes"]);
  const value = masa("facts", "--db", company.db, "--values", "bant.sales.budget,scores.sales")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line))
    .filter(({ subject, fact }) => subject === "p1" && fact === "value");
  assert.deepEqual(Object.fromEntries(value.map(({ name, value: is }) => [name, is])), {
    "bant.sales.budget": true,
    "scores.sales": 30,
  });
  const no = await put("answers", "p1", { model: "sales", answers: { budget: { answer: "no" } } });
  assert.deepEqual([no.json.yes, no.json.answers[0].answer], [0, "no"]);
});

test("who gives an answer by hand has the word over what is worked out", async () => {
  const need = async () => (await lead("p3")).bant.find(({ name }) => name === "sales").answers[1].answer;
  await company.send("identify", { userId: "p3", traits: { answers: { need: 5 } } });
  await company.until(({ json }) => json.bant[0].answers[1].answer === "yes", "/leads/{id}", {
    roles: "sales",
    params: { id: "p3" },
  });
  const said = async (answer) =>
    put("answers", "p3", { model: "sales", answers: { need: { answer }, budget: { answer } } });
  const no = (await said("no")).json;
  assert.deepEqual([no.answers[0].answer, no.answers[1].answer, await need()], ["no", "no", "no"]);
  assert.equal((await said("yes")).json.yes, 2);
});

test("what nobody can answer is told", async () => {
  const ask = (model, answers) => put("answers", "p2", { model, answers });
  assert.deepEqual(code(await ask("sales", { size: { answer: "yes" } })), [422, "worked_out"]);
  assert.deepEqual(code(await ask("sales", { wish: { answer: "yes" } })), [422, "no_such_question"]);
  assert.deepEqual(code(await ask("none", { budget: { answer: "yes" } })), [422, "no_such_model"]);
  assert.equal((await ask("sales", { budget: { answer: "maybe" } })).status, 400);
  assert.equal((await ask("sales", { budget: { answer: "unknown" } })).status, 200);
  await ask("sales", { budget: { answer: "no" } });
  await company.send("identify", { userId: "p2", traits: { answers: { need: 5 } } });
  await company.until(({ json }) => json.bant[0].answers[1].answer === "yes", "/leads/{id}", {
    roles: "sales",
    params: { id: "p2" },
  });
  assert.deepEqual(code(await ask("sales", { need: { answer: "unknown" } })), [422, "known"]);
});

test("an answer that was given becomes unknown again, with who and when, and what stood behind it shows", async () => {
  const ask = async (answers) => (await put("answers", "p4", { model: "sales", answers })).json;
  const words = ({ answers }) => answers.map(({ answer }) => answer);
  assert.deepEqual(
    (await ask({})).answers.map(({ by_hand }) => by_hand),
    [true, true, false],
  );
  const given = words(await ask({ budget: { answer: "yes" }, need: { answer: "no" } }));
  assert.deepEqual(given.slice(0, 2), ["yes", "no"]);
  const back = await ask({ budget: { answer: "unknown" }, need: { answer: "unknown", said: "they did not say so" } });
  assert.deepEqual(words(back).slice(0, 2), ["unknown", "unknown"]);
  const { items } = (await company.get("/leads/{id}/timeline", { roles: "sales", params: { id: "p4" } })).json;
  const said = items.filter(({ kind }) => kind === "note").map(({ said: text, by }) => [text, by.id]);
  const me = (await company.get("/session", { roles: "sales" })).json.user.id;
  assert.deepEqual(said.sort(), [
    ["budget: ?", me],
    ["need: ? they did not say so", me],
  ]);
  assert.deepEqual(words(await ask({ budget: { answer: "no" }, need: { answer: "no" } })).slice(0, 2), ["no", "no"]);
  // As many at once as may be, those that were given first and last; what was unknown anyway needs no word.
  const others = Array.from({ length: 30 }, (_, i) => [`other_${i}`, { answer: "unknown" }]);
  const many = Object.fromEntries([["budget", { answer: "unknown" }], ...others, ["need", { answer: "unknown" }]]);
  assert.deepEqual(words(await ask(many)).slice(0, 2), ["unknown", "unknown"]);
  assert.equal(words(await ask({ budget: { answer: "no" } }))[0], "no");
});

test("whose a lead is", async () => {
  const me = (await company.get("/session", { roles: "sales" })).json.user.id;
  const own = (body, more) => put("owner", "p2", body, more);
  const { json } = await own({ user: me, team: null });
  assert.deepEqual([json.owner.id, json.id], [me, "p2"]);
  assert.equal((await lead("p2")).lead.owner.id, me);
  assert.equal((await own({ user: null, team: null })).json.owner, null);
  assert.deepEqual(code(await own({ user: "u99", team: null })), [422, "no_such_user"]);
  assert.deepEqual(code(await own({ user: me, team: null }, { roles: "marketing" })), [403, "forbidden"]);
});

test("what was written about a visitor goes with whoever they turn out to be", async () => {
  await company.track({ anonymousId: "v1", event: "signed_up", messageId: "v1-s" });
  await company.answers("/leads/{id}", { params: { id: "anon:v1" } });
  const note = (await post("anon:v1", { kind: "call", text: "They asked for a demo" })).json;
  const owned = await put("owner", "anon:v1", { team: "team_rest", user: null });
  assert.equal(owned.json.team.name, "team_rest");
  await company.send("identify", { userId: "known1", anonymousId: "v1", messageId: "v1-i", traits: {} });
  const timeline = { roles: "sales", params: { id: "known1" } };
  const known = await company.answers("/leads/{id}/timeline", timeline);
  assert.deepEqual(
    known.json.items.filter(({ said }) => said),
    [note],
  );
  assert.equal((await lead("known1")).lead.team.name, "team_rest");
  assert.equal((await company.get("/leads/{id}", { params: { id: "anon:v1" } })).status, 404);
  const { items } = (await company.get("/leads", { query: { q: "known1" } })).json;
  assert.deepEqual([items.length, items[0].team.name], [1, "team_rest"]);
});

test("who is no lead goes by the name they gave", async () => {
  await company.send("identify", { userId: "known2", messageId: "k2", traits: { name: "Somebody known" } });
  const { json } = await company.answers("/leads/{id}", { roles: "sales", params: { id: "known2" } });
  assert.deepEqual([json.lead.name, json.lead.email, json.lead.lap], ["Somebody known", null, 0]);
});

test("milestones of the opportunity", async () => {
  const reach = (name, body) => put("milestones/{code}", "p3", body, { params: { code: name } });
  const { json } = await reach("pilot", { done_at: "2026-04-19T12:00:00+03:00", note: "with two users" });
  assert.deepEqual([json.code, json.note, json.by.name], ["pilot", "with two users", "sales@example.com"]);
  assert.equal(Date.parse(json.done_at), Date.parse("2026-04-19T12:00:00+03:00"));
  const due = await reach("contract", { done_at: null, due: "2026-05-01" });
  assert.deepEqual([due.json.done_at, due.json.by, due.json.due], [null, null, "2026-05-01"]);
  const [pilot, contract] = (await lead("p3")).milestones;
  assert.deepEqual([pilot, contract], [json, due.json]);
  assert.equal((await reach("pilot", { done_at: null })).json.done_at, null);
  assert.deepEqual(code(await reach("party", { done_at: null })), [404, "not_found"]);
  assert.equal((await reach("pilot", { done_at: "soon" })).status, 400);
});

test("a lead's page has its handoffs; words are no unknown events, and move nobody", async () => {
  const page = await lead("p1");
  assert.deepEqual(
    page.handoffs.map(({ state, lead: { id } }) => [state, id]),
    [["waiting", "p1"]],
  );
  const printed = spawnSync(process.env.MASA, ["report", "--db", company.db, "--lang", "en"], { encoding: "utf8" });
  assert.ok(printed.stdout.length > 0);
  assert.ok(!printed.stderr.includes("does not declare"), printed.stderr);
  assert.equal(page.lead.stage, "MQL");
});
