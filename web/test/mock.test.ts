// The mock that the dashboard is developed and tested with says what schema/openapi.yaml says: every route, every role,
// every refusal.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answer, makeState } from "../mock/mock.mjs";
import { routes } from "../mock/routes.mjs";
import { operations, problemsOf, resolved } from "./contract";

type Json = any;
const PASSWORD = "correct horse battery";

class Client {
  cookie = "";
  token = "";
  constructor(readonly state: Json) {}

  ask(method: string, address: string, body: Json = {}, more: Record<string, string> = {}) {
    const [path, query] = address.split("?");
    const headers = {
      cookie: this.cookie,
      "x-masa-csrf": this.token,
      "idempotency-key": String(Math.random()),
      "if-match": '"1"',
      accept: "application/json",
      ...more,
    };
    return answer(this.state, { method, path: path!, query: new URLSearchParams(query ?? ""), headers, body });
  }

  signIn(who: string) {
    const reply = this.ask("POST", "/session", { email: `${who}@example.com`, password: PASSWORD });
    this.cookie = reply.headers["set-cookie"].split(";")[0];
    this.token = reply.body.csrf_token;
    return this;
  }
}

/** The operation that an address belongs to. */
function operationOf(method: string, address: string) {
  const path = address.split("?")[0]!;
  const found = operations.filter(
    (each) =>
      each.method === method &&
      new RegExp(`^${each.path.replaceAll(".", "\\.").replace(/\{\w+\}/g, "[^/]+")}$`).test(path),
  );
  return found.find((each) => each.path === path) ?? found[0]!;
}

function hold(reply: Json, method: string, address: string) {
  const { operation, name } = operationOf(method, address);
  const response = resolved(operation.responses[String(reply.status)]);
  assert.ok(
    response,
    `${name} answered ${reply.status}, which the document does not know: ${JSON.stringify(reply.body)}`,
  );
  const content = response.content?.[reply.csv === undefined ? "application/json" : "text/csv"];
  if (reply.status === 204 || reply.status === 304) return;
  assert.ok(content, `${name} ${reply.status} has no such content`);
  assert.deepEqual(problemsOf(content.schema, reply.csv ?? reply.body), [], `${name} ${reply.status}`);
}

const current = { "if-match": '"7c41e0d2a9b8"' };
const draft = { "if-match": '"e1b07f22c4d5"' };

/** Each route once, asked rightly, in an order in which each finds what it needs. */
const asked: [who: string, method: string, address: string, body?: Json, headers?: Record<string, string>][] = [
  ["sales", "GET", "/health"],
  ["sales", "POST", "/session", { email: "sales@example.com", password: PASSWORD }],
  ["sales", "POST", "/session/claim", { token: "first", password: PASSWORD }],
  ["sales", "POST", "/session/link", { token: "first" }],
  ["sales", "GET", "/session"],
  ["sales", "PATCH", "/session", { lang: "en" }],
  ["product", "POST", "/session/password", { current: "wrong", new: "another password" }],
  ["sales", "POST", "/session/password", { current: PASSWORD, new: PASSWORD }],
  ["sales", "GET", "/options"],
  ["sales", "GET", "/report"],
  ["sales", "GET", "/report?where=source:linkedin&compare=none"],
  ["sales", "GET", "/report/people?cell=stage:MQL"],
  ["sales", "GET", "/report/people?cell=transition:MQL>SAL:left&where=source:linkedin"],
  ["sales", "GET", "/report/people.csv?cell=stage:MQL"],
  ["sales", "GET", "/leads?q=p1&sort=-score&limit=200"],
  ["sales", "GET", "/leads.csv?stage=SQL"],
  ["sales", "GET", "/leads/p21"],
  ["sales", "GET", "/leads/p21/timeline?limit=10"],
  ["sales", "GET", "/leads/p21/events/p21-e0"],
  ["sales", "GET", "/leads/p21/why"],
  ["sales", "POST", "/leads/p21/notes", { kind: "call", text: "=1+1 <b>" }],
  ["sales", "PUT", "/leads/p21/answers", { model: "sales", answers: { budget: { answer: "no" } } }],
  ["sales", "PUT", "/leads/p21/owner", { user: "u3", team: null }],
  ["sales", "PUT", "/leads/p21/milestones/pilot", { done_at: null }],
  ["sales", "GET", "/views"],
  ["sales", "POST", "/views", { name: "mine", shared: false, query: "stage=SQL" }],
  ["sales", "PUT", "/views/v1", { name: "ours", shared: true, query: "stage=SQO" }],
  ["sales", "DELETE", "/views/v2"],
  ["sales", "GET", "/handoffs"],
  ["sales", "GET", "/handoffs?state=decided&limit=200"],
  ["sales", "GET", "/handoffs/h1"],
  ["sales", "POST", "/handoffs/h1/decision", { decision: "accept" }],
  ["sales", "POST", "/handoffs/h1/undo", {}, { "if-match": '"2"' }],
  ["sales", "PUT", "/handoffs/h2/assigned", { user: "u4", team: null }],
  [
    "sales",
    "POST",
    "/handoffs/bulk",
    {
      action: "reject",
      reason: "student",
      items: [
        { id: "h3", version: "1" },
        { id: "h4", version: "8" },
      ],
    },
  ],
  ["sales", "GET", "/playbooks"],
  ["marketing", "GET", "/rejected"],
  ["sales", "GET", "/nobody?kind=no_owner"],
  ["sales", "GET", "/agenda"],
  ["sales", "POST", "/agenda/topics", { text: "prices" }],
  ["sales", "DELETE", "/agenda/topics/t1"],
  ["sales", "GET", "/register?status=open"],
  ["sales", "POST", "/register", { text: "call sooner", side: "sales" }],
  ["sales", "PATCH", "/register/r3", { status: "done" }],
  ["sales", "GET", "/feedback"],
  ["sales", "GET", "/definitions"],
  ["sales", "POST", "/definitions", { text: "masa: 1\n" }, current],
  ["sales", "POST", "/definitions/check", { text: "masa: 1\n\tsignals.intrest" }],
  ["sales", "GET", "/definitions/templates"],
  ["sales", "GET", "/definitions/current"],
  ["sales", "GET", "/definitions/e1b07f22c4d5/diff"],
  ["sales", "POST", "/definitions/e1b07f22c4d5/signoffs", { side: "sales", sign: true }],
  ["sales", "POST", "/definitions/e1b07f22c4d5/publish", {}, draft],
  ["sales", "POST", "/backtests", { version: "e1b07f22c4d5" }],
  ["sales", "GET", "/backtests/b1"],
  ["sales", "DELETE", "/backtests/b1"],
  ["admin", "GET", "/users"],
  ["admin", "POST", "/users", { email: "new@example.com", roles: ["sales"] }],
  ["admin", "PATCH", "/users/u4", { state: "active" }],
  ["admin", "POST", "/users/u4/invitation"],
  ["admin", "GET", "/users/u1/sessions"],
  ["admin", "DELETE", "/sessions/none"],
  ["admin", "GET", "/keys"],
  ["admin", "POST", "/keys", { kind: "api", name: "sync", roles: ["sales"] }],
  ["admin", "PATCH", "/keys/k2", { events: ["signed_up"] }, { "if-match": '"1"' }],
  ["admin", "DELETE", "/keys/k1"],
  ["admin", "GET", "/channels"],
  ["admin", "POST", "/channels", { name: "room", url: "https://example.com/masa", teams: [], roles: ["sales"] }],
  ["admin", "GET", "/channels/c2/sends?limit=20"],
  ["admin", "POST", "/channels/c2/try"],
  ["admin", "POST", "/channels/c2/secret"],
  ["admin", "DELETE", "/channels/c2"],
  ["admin", "GET", "/audit?limit=20"],
  ["admin", "GET", "/leads/p31/erasure"],
  ["admin", "POST", "/leads/p31/erasure", { confirm: "p31" }],
  ["sales", "DELETE", "/session"],
];

test("every route answers as the document says", () => {
  const state = makeState();
  const clients = new Map<string, Client>();
  let job = "";
  for (const [who, method, address, body, headers] of asked) {
    if (who === "product") continue; // below, where it is refused
    if (!clients.has(who)) clients.set(who, new Client(state).signIn(who));
    const client = clients.get(who)!;
    const reply = client.ask(method, address.replace("b1", job), body, headers);
    if (address === "/backtests") job = reply.body.id;
    if (address === "/backtests/b1" && method === "GET") {
      while (client.ask(method, `/backtests/${job}`).body.state === "running");
      hold(client.ask(method, `/backtests/${job}`), method, address);
    }
    const missing = address === "/sessions/none" ? 404 : null;
    assert.ok(
      missing === null ? reply.status < 400 : reply.status === missing,
      `${method} ${address}: ${JSON.stringify(reply.body)}`,
    );
    hold(reply, method, address);
  }
});

test("the document and the mock have the same routes", () => {
  const mocked = Object.keys(routes).map((name) => name.replace(/^(open|once) /, ""));
  const streamed = ["GET /stream", "GET /openapi.yaml"]; // the first by server.mjs, the second is the document itself
  assert.deepEqual([...mocked, ...streamed].sort(), operations.map(({ name }) => name).sort());
  const tried = new Set(asked.map(([, method, address]) => operationOf(method, address).name));
  assert.deepEqual(
    operations.map(({ name }) => name).filter((name) => !tried.has(name) && !streamed.includes(name)),
    [],
  );
});

const refused: [
  who: string,
  status: number,
  code: string,
  method: string,
  address: string,
  body?: Json,
  headers?: Record<string, string>,
][] = [
  ["", 401, "signed_out", "GET", "/leads"],
  ["", 401, "wrong_credentials", "POST", "/session", { email: "sales@example.com", password: "guess" }],
  ["", 410, "link_used", "POST", "/session/claim", { token: "old", password: PASSWORD }],
  ["marketing", 403, "forbidden", "POST", "/handoffs/h1/decision", { decision: "accept" }],
  ["sales", 422, "may_not_decide", "PUT", "/handoffs/h1/assigned", { user: "u1", team: null }, { "if-match": '"1"' }],
  ["admin", 412, "changed_meanwhile", "PATCH", "/keys/k2", { events: ["signed_up"] }, { "if-match": '"9"' }],
  ["marketing", 403, "forbidden", "POST", "/handoffs/bulk", { action: "accept", items: [{ id: "h1", version: "1" }] }],
  ["sales", 422, "reason_needed", "POST", "/handoffs/h1/decision", { decision: "reject" }],
  ["sales", 412, "changed_meanwhile", "POST", "/handoffs/h1/decision", { decision: "accept" }, { "if-match": '"7"' }],
  ["sales", 409, "already_decided", "POST", "/handoffs/h14/decision", { decision: "accept" }],
  ["sales", 428, "idempotency_key_missing", "POST", "/handoffs/h1/decision", {}, { "idempotency-key": "" }],
  ["sales", 403, "csrf", "POST", "/views", {}, { "x-masa-csrf": "other" }],
  ["sales", 404, "not_found", "GET", "/leads/nobody"],
  ["sales", 404, "no_such_cell", "GET", "/report/people?cell=stage:NONE"],
  ["sales", 400, "bad_parameter", "GET", "/report?where=source:none"],
  ["sales", 400, "bad_cursor", "GET", "/leads?cursor=YWJj"],
  ["sales", 403, "forbidden", "GET", "/audit"],
  ["sales", 403, "forbidden", "GET", "/channels"],
  ["admin", 422, "not_acceptable", "POST", "/channels", { name: "n", url: "http://example.com" }],
  ["admin", 404, "not_found", "POST", "/channels/c3/try"],
  ["sales", 403, "forbidden", "GET", "/leads/p8/erasure"],
  ["admin", 422, "not_confirmed", "POST", "/leads/p8/erasure", { confirm: "p9" }],
  ["sales", 422, "definition_wrong", "POST", "/definitions", { text: "masa: 2" }, current],
  ["sales", 409, "signoff_missing", "POST", "/definitions/e1b07f22c4d5/publish", {}, draft],
  ["sales", 403, "forbidden", "POST", "/definitions/e1b07f22c4d5/signoffs", { side: "marketing", sign: true }],
  ["admin", 409, "email_taken", "POST", "/users", { email: "sales@example.com" }],
  ["admin", 409, "last_admin", "PATCH", "/users/u1", { state: "off" }],
];

for (const [who, status, code, method, address, body, headers] of refused) {
  test(`${who || "nobody"}: ${method} ${address} is refused, ${code}`, () => {
    const client = new Client(makeState());
    if (who) client.signIn(who);
    const reply = client.ask(method, address, body, headers);
    assert.deepEqual([reply.status, reply.body.error?.code], [status, code]);
    hold(reply, method, address);
  });
}

test("five wrong passwords lock out, with the time to come back", () => {
  const client = new Client(makeState());
  const wrong = () => client.ask("POST", "/session", { email: "sales@example.com", password: "guess" });
  for (let i = 0; i < 5; i++) assert.equal(wrong().status, 401);
  const reply = wrong();
  assert.equal(reply.status, 429);
  assert.equal(reply.headers["retry-after"], "900");
  hold(reply, "POST", "/session");
});

test("a repeated decision happens once", () => {
  const client = new Client(makeState()).signIn("sales");
  const once = () => client.ask("POST", "/handoffs/h1/decision", { decision: "accept" }, { "idempotency-key": "one" });
  const first = once();
  assert.deepEqual(once(), first);
  assert.equal(first.body.version, "2");
});

test("the pages of a list hold every lead once", () => {
  const client = new Client(makeState()).signIn("sales");
  const seen: string[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const reply: Json = client.ask("GET", `/leads?limit=170${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    seen.push(...reply.body.items.map((lead: { id: string }) => lead.id));
    cursor = reply.body.next_cursor;
  }
  assert.equal(seen.length, 1200);
  assert.equal(new Set(seen).size, 1200);
});

test("a report that has not changed is not sent again", () => {
  const client = new Client(makeState()).signIn("sales");
  const { etag } = client.ask("GET", "/report").headers;
  assert.equal(client.ask("GET", "/report", {}, { "if-none-match": etag }).status, 304);
});

test("the number of people is the number they stand behind", () => {
  const client = new Client(makeState()).signIn("sales");
  const report = client.ask("GET", "/report").body;
  for (const { stage, count } of report.stages)
    assert.equal(client.ask("GET", `/report/people?cell=stage:${stage}`).body.total, count);
});

test("exported cells are no formulas", () => {
  const client = new Client(makeState({ hostile: '=HYPERLINK("http://x","y")' })).signIn("sales");
  const { csv } = client.ask("GET", "/leads.csv?stage=WON");
  assert.match(csv, /"'=HYPERLINK\(""http/);
  assert.doesNotMatch(csv, /(^|,)"?[=+@]/m);
});
