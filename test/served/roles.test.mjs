// Who may do what, asked of the program itself: every operation of the contract, by every role, by nobody, by a key
// that only reads, and by a browser without its token. What a role may is not asked to succeed, only to get past the
// door: it comes with an empty body, or for what is not there.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { join } from "node:path";
import { companyOf } from "./company.mjs";
import { ROOT, asks } from "./contract.mjs";
import { DEFINITION, proposed } from "./handed.mjs";

const ROLES = ["marketing", "sales", "success", "product", "admin"];

/** The action that each operation is, as docs/ACCESS.md names them; `world` is for everybody. */
const ACTIONS = {
  "GET /health": "world",
  "GET /openapi.yaml": "world",
  "POST /session": "world",
  "POST /session/claim": "world",
  "POST /session/link": "world",
  "GET /session": "anybody",
  "PATCH /session": "self",
  "DELETE /session": "self",
  "POST /session/password": "self",
  "GET /stream": "report.read",
  "GET /options": "report.read",
  "GET /report": "report.read",
  "GET /report/people": "lead.read",
  "GET /report/people.csv": "export",
  "GET /leads": "lead.read",
  "GET /leads.csv": "export",
  "GET /leads/{id}": "lead.read",
  "GET /leads/{id}/events/{event}": "lead.read",
  "GET /leads/{id}/timeline": "lead.read",
  "GET /leads/{id}/why": "lead.read",
  "GET /leads/{id}/erasure": "erase",
  "POST /leads/{id}/erasure": "erase",
  "POST /leads/{id}/notes": "event.write",
  "PUT /leads/{id}/answers": "event.write",
  "PUT /leads/{id}/owner": "lead.route",
  "PUT /leads/{id}/milestones/{code}": "event.write",
  "GET /views": "anybody",
  "POST /views": "view.share",
  "PUT /views/{id}": "view.share",
  "DELETE /views/{id}": "view.share",
  "GET /handoffs": "handoff.read",
  "GET /handoffs/{id}": "handoff.read",
  "POST /handoffs/{id}/decision": "handoff.accept",
  "POST /handoffs/{id}/undo": "handoff.accept",
  "PUT /handoffs/{id}/assigned": "lead.route",
  "POST /handoffs/bulk": "handoff.read",
  "GET /playbooks": "lead.read",
  "GET /rejected": "handoff.read",
  "GET /nobody": "lead.read",
  "GET /agenda": "report.read",
  "POST /agenda/topics": "decision.write",
  "DELETE /agenda/topics/{id}": "decision.write",
  "GET /register": "report.read",
  "POST /register": "decision.write",
  "PATCH /register/{id}": "decision.write",
  "GET /feedback": "report.read",
  "GET /definitions": "definition.read",
  "POST /definitions": "definition.edit",
  "POST /definitions/check": "definition.read",
  "GET /definitions/templates": "definition.read",
  "GET /definitions/{version}": "definition.read",
  "GET /definitions/{version}/diff": "definition.read",
  "POST /definitions/{version}/signoffs": "anybody",
  "POST /definitions/{version}/publish": "definition.edit",
  "POST /backtests": "backtest",
  "GET /backtests/{id}": "backtest",
  "DELETE /backtests/{id}": "backtest",
  "GET /users": "user.read",
  "POST /users": "user.manage",
  "PATCH /users/{id}": "user.manage",
  "POST /users/{id}/invitation": "user.manage",
  "GET /users/{id}/sessions": "self",
  "DELETE /sessions/{id}": "self",
  "GET /channels": "channel.manage",
  "POST /channels": "channel.manage",
  "DELETE /channels/{id}": "channel.manage",
  "POST /channels/{id}/secret": "channel.manage",
  "POST /channels/{id}/try": "channel.manage",
  "GET /channels/{id}/sends": "channel.manage",
  "GET /keys": "key.manage",
  "POST /keys": "key.manage",
  "PATCH /keys/{id}": "key.manage",
  "DELETE /keys/{id}": "key.manage",
  "GET /audit": "audit.read",
};

/** The table of docs/ACCESS.md as text: the roles of each action. */
const may = Object.fromEntries(
  readFileSync(join(ROOT, "test/access/roles.txt"), "utf8")
    .split("\n")
    .filter((line) => line && !line.startsWith("#"))
    .map((line) => line.split(/\s+/))
    .map(([action, ...marks]) => [action, ROLES.filter((_, i) => marks[i] === "+")]),
);
may.anybody = ROLES;

const company = companyOf({ definition: DEFINITION, events: proposed("p", 1) }, async () => {
  for (const path of ["/handoffs", "/report"]) await company.answers(path, { roles: "sales" });
});

/** The status and code of an answer, without reading on where a stream goes on. */
async function asked(operation, headers) {
  const [method, path] = operation.split(" ");
  const body = method === "GET" || method === "DELETE" ? undefined : "{}";
  const stop = new AbortController();
  const reply = await fetch(`${company.url}/api/v1${path.replace(/\{\w+\}/g, "nothing")}`, {
    method,
    body,
    headers: { ...headers, ...(body && { "content-type": "application/json" }) },
    signal: stop.signal,
  });
  const isError = reply.status >= 400;
  const code = isError ? (await reply.json()).error.code : null;
  stop.abort();
  return { status: reply.status, code, said: `${reply.status} ${code}` };
}

const changes = (operation) => !operation.startsWith("GET ");

test("the table names every operation of the contract, and only those", () => {
  const contract = asks().map(({ method, path }) => `${method} ${path}`);
  assert.deepEqual(Object.keys(ACTIONS).sort(), contract.sort());
});

test("nobody in particular is asked to sign in, everywhere but at the door", async () => {
  for (const [operation, action] of Object.entries(ACTIONS)) {
    const { status, code } = await asked(operation, {});
    if (action === "world") assert.notEqual(code, "signed_out", operation);
    else assert.deepEqual([status, code], [401, "signed_out"], operation);
  }
});

for (const role of ROLES)
  test(`what ${role} may and may not`, async () => {
    for (const [operation, action] of Object.entries(ACTIONS)) {
      if (action === "world" || operation === "DELETE /session") continue;
      const { status, code, said } = await asked(operation, await company.member(role));
      if (may[action].includes(role)) {
        assert.ok(status !== 401 && status !== 403 && status !== 405 && status < 500, `${operation}: ${said}`);
      } else assert.deepEqual([status, code], [403, "forbidden"], operation);
    }
  });

test("a browser that does not show its token changes nothing", async () => {
  const { cookie } = await company.member("admin");
  for (const [operation, action] of Object.entries(ACTIONS)) {
    if (action === "world" || !changes(operation)) continue;
    const { status, code } = await asked(operation, { cookie });
    assert.deepEqual([status, code], [403, "forged"], operation);
  }
});

test("a key changes nothing unless it may, and never manages people or webhooks", async () => {
  const bearer = async (writes) => {
    const body = { kind: "api", name: `writes ${writes}`, roles: ROLES, writes };
    const { status, json } = await company.change("POST", "/keys", { roles: "admin", body });
    assert.equal(status, 201);
    return { authorization: `Bearer ${json.secret}` };
  };
  const [reads, writes] = [await bearer(false), await bearer(true)];
  const people = ["self", "user.manage", "key.manage", "channel.manage"];
  for (const [operation, action] of Object.entries(ACTIONS)) {
    if (action === "world" || action === "anybody" || operation === "POST /handoffs/bulk") continue;
    const mayNever = people.includes(action);
    const isCheck = operation === "POST /definitions/check" || action === "backtest";
    const [reading, writing] = [await asked(operation, reads), await asked(operation, writes)];
    assert.equal(writing.status === 403, mayNever, `${operation}: ${writing.said}`);
    const isChange = (changes(operation) && !isCheck) || action === "erase"; // whom it would be is asked to do it
    assert.equal(reading.status === 403, mayNever || isChange, `${operation}: ${reading.said}`);
  }
  const sign = await asked("POST /definitions/{version}/signoffs", writes);
  assert.ok(sign.status >= 400, sign.said);
});
