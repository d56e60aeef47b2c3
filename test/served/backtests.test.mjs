// Another definition tried on what the store holds, at `masa serve` itself, as a job: begun, looked at, cancelled.
import { randomUUID } from "node:crypto";
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { companyOf, masa } from "./company.mjs";
import { streamEvent } from "./contract.mjs";

let current;
const company = companyOf({}, async () => {
  current = (await company.get("/definitions/{version}", { params: { version: "current" } })).json;
});

const BEFORE = "    owner: sales\n    above: 80\n";
const lower = (above) => current.text.replace(BEFORE, BEFORE.replace("80", String(above)));
const looser = () => current.text.replaceAll("scores.sales > 80", "scores.sales > 60");
const start = (body, more) => company.ask("POST", "/backtests", { body, once: true, ...more });
const look = (id, more) => company.get("/backtests/{id}", { params: { id }, ...more });
const cancel = (id, roles) => company.ask("DELETE", "/backtests/{id}", { roles, params: { id } });
const ended = (id) =>
  company.until(({ json }) => !["queued", "running"].includes(json.state), "/backtests/{id}", { params: { id } });

test("a text is tried out, and the answer is what the command line prints", async () => {
  const begun = await start({ text: looser(), period: "2026-01" }, { roles: "product" });
  assert.equal(begun.status, 202);
  assert.equal(begun.headers.get("location"), `/api/v1/backtests/${begun.json.id}`);
  assert.equal(begun.json.by.name, "product@example.com");
  const { json } = await ended(begun.json.id);
  assert.equal(json.state, "done", JSON.stringify(json.error));
  assert.ok(json.progress.total > 0);
  assert.equal(json.progress.done, json.progress.total);
  const file = join(company.folder, "masa.yaml");
  writeFileSync(file, looser());
  const words = ["--db", company.db, "--with", file, "--period", "2026-01", "--format", "json"];
  const printed = JSON.parse(masa("backtest", ...words));
  const { progress: _, ...rest } = json.result;
  assert.deepEqual(rest, printed);
  // Who may see numbers but no people sees no names, and all else.
  assert.ok(printed.moves.length > 0 && printed.moves.every(({ email }) => email));
  const seen = (await look(begun.json.id, { roles: "product" })).json.result;
  const nameless = printed.moves.map((move) => ({ ...move, name: null, email: null }));
  assert.deepEqual(seen, { ...printed, moves: nameless });
});

test("a version is tried out against another", async () => {
  const body = { text: lower(75), note: null };
  const draft = (await company.ask("POST", "/definitions", { version: current.version, body })).json;
  const one = await ended((await start({ version: draft.version })).json.id);
  assert.equal(one.json.state, "done");
  const other = await ended((await start({ version: current.version, against: draft.version })).json.id);
  assert.equal(other.json.state, "done");
  assert.deepEqual(one.json.result.old, other.json.result.new);
});

test("what cannot be tried out is said at once, or when it shows", async () => {
  const wrong = await start({ text: "masa: 2\n" });
  assert.equal(wrong.code, "definition_wrong");
  assert.ok(wrong.json.error.details.problems.length > 0);
  assert.equal((await start({ version: "0123" })).status, 404);
  assert.equal((await start({})).status, 400);
  assert.equal((await start({ text: current.text, version: current.version })).status, 400);
  assert.equal((await start({ text: current.text }, { once: false })).status, 428);
  assert.equal((await start({ text: current.text }, { roles: "success" })).status, 403);
  assert.equal((await start({ text: current.text }, { roles: null })).status, 401);
  assert.equal((await look("b999")).status, 404);
  assert.equal((await cancel("b999")).status, 404);
  const bad = await ended((await start({ text: looser(), period: "yesterday-ish" })).json.id);
  assert.deepEqual([bad.json.state, bad.json.error.code], ["failed", "bad_parameter"]);
});

test("cancelled, it stops; those that wait never begin", async () => {
  const begun = await Promise.all(Array.from({ length: 6 }, () => start({ text: looser() })));
  const ids = begun.map(({ json }) => json.id);
  assert.equal(new Set(ids).size, 6);
  for (const id of [...ids].reverse()) assert.equal((await cancel(id, "product")).status, 204);
  const states = (await Promise.all(ids.map(ended))).map(({ json }) => json.state);
  assert.ok(states.filter((each) => each === "cancelled").length >= 4, states.join());
  const { json } = await look(ids.at(-1));
  assert.deepEqual([json.state, json.result, json.error], ["cancelled", null, null]);
  assert.equal((await cancel(ids[0])).status, 204);
});

test("one key begins one job, and the last jobs are kept", async () => {
  const key = randomUUID();
  const [a, b] = [await start({ text: looser() }, { once: key }), await start({ text: looser() }, { once: key })];
  assert.equal(a.json.id, b.json.id);
  assert.equal((await start({ text: lower(75) }, { once: key })).code, "key_reused");
  await cancel(a.json.id);
  const statuses = [];
  for (let i = 0; i < 40; i++) {
    const { json, status } = await start({ text: looser() });
    statuses.push(status);
    if (status === 202) await cancel(json.id);
  }
  assert.ok(statuses.every((each) => each === 202));
  assert.equal((await look("b1")).status, 404);
});

test("the stream tells of it, and so does the trail", async () => {
  const reply = await fetch(`${company.url}/api/v1/stream`, { headers: await company.member("marketing") });
  assert.equal(reply.status, 200);
  const begun = await start({ text: looser() });
  const seen = [];
  let text = "";
  for await (const part of reply.body.pipeThrough(new TextDecoderStream())) {
    text += part;
    const found = [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data));
    seen.splice(0, seen.length, ...found.filter(({ kind, id }) => kind === "job" && id === begun.json.id));
    if (seen.some(({ state }) => state === "done")) break;
  }
  seen.forEach(streamEvent);
  assert.equal(seen[0].state, "running");
  const { json } = await company.get("/audit", { roles: "admin", query: { action: "backtest" } });
  assert.ok(json.items.some(({ subject }) => subject.id === begun.json.id));
});

test("what is done is there after the server was killed, and numbers go on", async () => {
  const { json } = await ended((await start({ text: looser() })).json.id);
  assert.equal(json.state, "done");
  const under_way = (await start({ text: looser() })).json.id;
  await company.kill();
  await company.serve();
  assert.deepEqual((await look(json.id)).json, json);
  const next = (await start({ text: looser() })).json.id;
  const number = (id) => Number(id.slice(1));
  assert.ok(number(next) > number(json.id) && number(next) > number(under_way));
  assert.equal((await ended(next)).json.state, "done");
});
