// Every parameter and every field of the contract, given what nobody expects: a refusal of the contract or an answer of
// it, never a failure; and afterwards the store is as sound as before, and the report goes on.
import { randomUUID } from "node:crypto";
import assert from "node:assert/strict";
import { test } from "node:test";
import { companyOf, masa } from "./company.mjs";
import { answered, asks } from "./contract.mjs";
import { DEFINITION, proposed } from "./handed.mjs";

const ALL = "marketing,sales,success,product,admin";
const WORDS = [
  ["", "0", "-1", "99999999999999999999", "1e9", "null", "\u0000", "\u05d0", "a".repeat(5000), "../x", "..", ":"],
  ["2026-13-45", "2026-02-30..2026-01-01", "x:y:z", "AAAA", "MQL>SAL", "transition:MQL>SAL:went", "[]", "{}"],
  ["\u202e", "1;drop table user", "source:", "\u0663", "\uff19", "%", "\u{10ffff}"],
].flat();
const VALUES = [
  [null, true, -1, 1e300, 2 ** 53, 0.5, "", " ", "x", "\u0000", "\ud800", "\u05d0".repeat(3000), "9".repeat(400)],
  [[], [[]], [null], ["x", "x"], {}, { a: 1 }, { "": "\u0000" }, "<script>", "2026-02-30T00:00:00Z"],
].flat();
const TEXTS = ["", "[", "null", "[]", "7", '"x"', '{"a":1,"a":2}', '{"\\u0000":1}', "[".repeat(5000), "\u0000", "{}x"];
const HEADERS = [
  ["if-match", ["*", "", 'W/"1"', '"x', "1"]],
  ["idempotency-key", ["", "x".repeat(3000), "\u00e9"]],
  ["content-type", ["", "text/xml", "application/jsonp"]],
];

let member, handoff;
const company = companyOf({ definition: DEFINITION, events: proposed("p", 6) }, async () => {
  const { json } = await company.answers("/handoffs", { roles: "sales" });
  handoff = json.items[0].id;
  member = await company.member(ALL);
});

function addressOf(path, query) {
  const id = path.startsWith("/leads") ? "p1" : path.startsWith("/handoffs") ? handoff : "x1";
  const filled = path.replace("{id}", id).replace("{code}", "pilot").replace("{version}", "current");
  return `${company.url}/api/v1${filled}?${query}`;
}

async function hold({ method, path }, query, body, more = {}) {
  const type = body === undefined ? {} : { "content-type": "application/json" };
  const once = { "idempotency-key": randomUUID(), "if-match": '"1"' };
  const stop = new AbortController();
  const headers = { ...member, ...once, ...type, ...more };
  const reply = await fetch(addressOf(path, query), { method, headers, body, signal: stop.signal });
  if (path === "/stream" && reply.status === 200) return stop.abort();
  const text = await reply.text();
  const asked = `${method} ${path} ?${query.slice(0, 100)} ${body?.slice(0, 200)}`;
  assert.ok(reply.status < 500, `${asked}: ${reply.status} ${text.slice(0, 300)}`);
  const isJson = reply.headers.get("content-type")?.startsWith("application/json");
  answered(method, path, reply.status, isJson ? JSON.parse(text) : null);
}

/** Not those at the door, which would end the session or be told to wait. */
const open = asks().filter(({ method, path }) => method === "GET" || !path.startsWith("/session"));

test("whatever a parameter says", async () => {
  for (const ask of open) {
    for (const name of ask.query) for (const word of WORDS) await hold(ask, `${name}=${encodeURIComponent(word)}`);
    if (ask.method === "GET") await hold(ask, "unknown=1&limit=1&limit=2&cursor=a&cursor=b");
  }
});

test("whatever a body says", async () => {
  for (const ask of open.filter(({ example }) => example)) {
    for (const name of Object.keys(ask.example))
      for (const value of VALUES) await hold(ask, "", JSON.stringify({ ...ask.example, [name]: value }));
    const whole = JSON.stringify(ask.example);
    for (const text of [...TEXTS, whole.slice(0, -3), `${whole.slice(0, -1)},"more":1}`]) await hold(ask, "", text);
    for (const [name, values] of HEADERS) for (const value of values) await hold(ask, "", whole, { [name]: value });
  }
});

test("and then the store is sound, and the report goes on", async () => {
  await company.track({ userId: "late", event: "signed_up", messageId: "late-1" });
  const query = { q: "late" };
  const { json } = await company.until(({ json }) => json?.total === 1, "/leads", { query });
  assert.equal(json.items[0].id, "late");
  assert.match(masa("doctor", "--db", company.db), /^ok +events: /m);
});
