// Taking a person out through the interface, while it serves: what would go, the confirmation, the receipt, and that
// nothing of them is left.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { companyOf, masa } from "./company.mjs";
import { DEFINITION, proposed } from "./handed.mjs";

const GONE = "gone7";
const at = (minute) => new Date(Date.UTC(2026, 0, 5, 9, minute)).toISOString();
const page = (more) => ({ type: "page", name: "pricing", timestamp: at(1), ...more });
const events = [
  ...proposed("p", 12),
  ...JSON.parse(JSON.stringify(proposed("x", 1)).replaceAll("x0", GONE)).map((each, i) => ({
    ...each,
    messageId: `m${i}`,
  })),
  page({ anonymousId: "b-own", messageId: "b1" }),
  page({ anonymousId: "b-shared", messageId: "b2" }),
  { type: "identify", userId: GONE, anonymousId: "b-own", timestamp: at(2), messageId: "i1", traits: { role: "cfo" } },
  { type: "identify", userId: GONE, anonymousId: "b-shared", timestamp: at(3), messageId: "i2", traits: {} },
  { type: "identify", userId: "p1", anonymousId: "b-shared", timestamp: at(4), messageId: "i3", traits: {} },
];

const company = companyOf({ definition: DEFINITION, events }, () => company.answers("/leads"));

const params = { id: GONE };
const look = (roles = "admin", id = GONE) => company.get("/leads/{id}/erasure", { roles, params: { id } });
const erase = (body, more) =>
  company.ask("POST", "/leads/{id}/erasure", { roles: "admin", params, body, once: true, ...more });
const exported = () =>
  masa("export", "--db", company.db)
    .split("\n")
    .filter((line) => line.includes(GONE) || line.includes("b-own"));
/** Files of the store that hold the text. */
const holding = (text) =>
  readdirSync(company.folder)
    .filter((name) => name.startsWith("a.db"))
    .filter((name) => readFileSync(join(company.folder, name)).includes(text));

test("only administrators look, and erase", async () => {
  for (const roles of ["marketing", "sales", "success", "product"]) {
    assert.equal((await look(roles)).status, 403, roles);
    assert.equal((await erase({ confirm: GONE }, { roles })).status, 403, roles);
  }
  assert.equal((await look(null)).status, 401);
  assert.equal((await look("admin", "nobody-of-that-id")).status, 404);
  assert.equal((await erase({ confirm: "p1" })).code, "not_confirmed");
  assert.equal((await erase({})).status, 400);
  assert.equal((await erase({ confirm: GONE }, { once: null })).status, 428);
});

test("what would go is what goes, and nothing of them is left", async () => {
  const noted = await company.change("POST", "/leads/{id}/notes", {
    params,
    body: { kind: "call", text: "Call again" },
  });
  assert.equal(noted.status, 201);
  const text = DEFINITION.replace("{ did: demo_booked } }\n      SAL", "{ did: signed_up } }\n      SAL");
  const begun = await company.ask("POST", "/backtests", { roles: "admin", body: { text }, once: true });
  const tried = { roles: "admin", params: { id: begun.json.id } };
  await company.until(({ json }) => json.state === "done", "/backtests/{id}", tried);
  const before = (await company.get("/leads")).json.total;
  const { json: seen } = await look();
  assert.deepEqual([seen.person, seen.user_ids, seen.anonymous_ids], [GONE, [GONE], ["b-own"]]);
  assert.ok(seen.events >= 7, `${seen.events}`);
  const theirs = exported().map((line) => JSON.parse(line));
  assert.equal(seen.events, theirs.filter(({ userId, anonymousId }) => (userId ?? anonymousId) !== "p1").length);
  assert.ok(holding(GONE).length > 0);

  const once = randomUUID();
  const { status, json } = await erase({ confirm: GONE }, { once });
  assert.equal(status, 200);
  const [receipt, ...others] = json.receipts;
  assert.deepEqual(others, []);
  assert.deepEqual([receipt.ids, receipt.kept, receipt.mentions], [2, seen.kept, seen.mentions]);
  assert.equal(receipt.events, seen.events + 1, "and that it was asked for");
  assert.ok(receipt.audit > 0, "the note in the trail");
  assert.deepEqual((await erase({ confirm: GONE }, { once })).json, json, "asked again, it is the same answer");

  assert.equal((await company.get("/leads")).json.total, before - 1, "no list shows them any more");
  assert.equal((await company.get("/leads/{id}", { params })).status, 404);
  assert.equal((await look()).status, 404);
  const waiting = (await company.get("/handoffs", { roles: "sales", query: { limit: "200" } })).json.items;
  assert.ok(waiting.length === 12 && waiting.every(({ lead }) => lead.id !== GONE));
  assert.equal((await company.get("/backtests/{id}", tried)).status, 404, "it may name them");
  assert.deepEqual(exported(), []);
  assert.ok(json.log_emptied);
  assert.deepEqual([...holding(GONE), ...holding("Call again")], []);
  const { items } = (await company.get("/audit", { roles: "admin", query: { action: "lead.erase" } })).json;
  assert.deepEqual([items.length, items[0].actor.name], [1, "admin@example.com"]);
  assert.match(items[0].text.en, /erased a lead/);
});

test("what comes again of them is not taken in", async () => {
  assert.equal((await company.track({ userId: GONE, event: "demo_booked", messageId: "again" })).status, 200);
  await company.track({ userId: "p-new", event: "signed_up", messageId: "new" });
  await company.answers("/leads/{id}", { params: { id: "p-new" } });
  assert.equal((await company.get("/leads/{id}", { params })).status, 404);
});
