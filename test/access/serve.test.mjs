// People and keys at `masa serve` itself: the program, its store, another program beside it, and a start anew.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { request as ask } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";

const PASSWORD = "correct horse battery";
let folder, db, server;

async function start(store = db, ...more) {
  const child = spawn(process.env.MASA, ["serve", "--db", store, "--listen", "127.0.0.1:0", "--log", "error", ...more]);
  const said = [];
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => said.push(line));
  const url = await new Promise((found, failed) => {
    lines.on("line", (line) => line.startsWith("listening on ") && found(new URL(line.slice(13))));
    child.on("exit", () => failed(new Error("it did not start")));
  });
  const stop = () => new Promise((done) => (child.on("exit", done), child.kill("SIGTERM")));
  return { url, said, stop };
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "masa-serve-"));
  db = join(folder, "a.db");
  server = await start();
});
after(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

/** Status and body of an answer; cookies and token of a browser are kept in `jar`. */
function send(jar, method, path, body, headers = {}, to = server) {
  const all = { "content-type": "application/json", "idempotency-key": String(Math.random()), ...headers };
  if (jar?.cookie) all.cookie = jar.cookie;
  if (jar?.csrf) all["x-masa-csrf"] = jar.csrf;
  return new Promise((done, failed) => {
    const out = ask(new URL(path, to.url), { method, headers: all }, (reply) => {
      let text = "";
      reply.on("data", (part) => (text += part));
      reply.on("end", () => {
        const cookies = reply.headers["set-cookie"];
        if (jar && cookies) jar.cookie = cookies.map((each) => each.split(";")[0]).join("; ");
        const said = text.startsWith("{") ? JSON.parse(text) : null;
        if (jar && said?.csrf_token) jar.csrf = said.csrf_token;
        done({ status: reply.statusCode, body: said, headers: reply.headers });
      });
    });
    out.on("error", failed);
    out.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const masa = (...words) => spawnSync(process.env.MASA, ["user", ...words, "--db", db], { encoding: "utf8" });
const claimed = (jar, link) =>
  send(jar, "POST", "/api/v1/session/claim", { token: link.trim().split("#")[1], password: PASSWORD });
const basic = (key) => ({ authorization: `Basic ${Buffer.from(`${key}:`).toString("base64")}` });
const boss = {};

/** The line comes after the one that says where it listens. */
async function firstLink(of = server) {
  for (let i = 0; i < 100; i++) {
    const line = of.said.find((each) => each.startsWith("first administrator: "));
    if (line) return line;
    await new Promise((done) => setTimeout(done, 20));
  }
  return "";
}

test("the first start prints a link that makes the first administrator", async () => {
  const link = await firstLink();
  assert.match(link, /^first administrator: http:\/\/127\.0\.0\.1:\d+\/claim#[\w-]{43}$/);
  const claim = { token: link.split("#")[1], name: "Admin", email: "admin@example.com", password: PASSWORD };
  assert.equal((await send(boss, "POST", "/api/v1/session/claim", claim)).status, 201);
  assert.equal((await send(null, "POST", "/api/v1/session/claim", claim)).status, 410);
});

test("the company is that of the definition, from the moment there is one", async () => {
  const before = (await send(boss, "GET", "/api/v1/session")).body;
  assert.deepEqual([before.company, before.zone], ["", "UTC"]);
  const example = join(process.env.EXAMPLE, "masa.yaml");
  const event = '{"type":"track","event":"x","userId":"p9","messageId":"m9","timestamp":"2026-01-05T09:00:00Z"}\n';
  const words = ["import", "--db", db, "--definition", example, "-"];
  const run = spawnSync(process.env.MASA, words, { encoding: "utf8", input: event, cwd: folder });
  assert.ok([0, 3].includes(run.status), run.stderr);
  const { body } = await send(boss, "GET", "/api/v1/session");
  assert.deepEqual([body.company, body.currency, body.zone], ["Heshbonit4U", "USD", "Asia/Jerusalem"]);
  assert.match(body.expires_at, /\+0[23]:00$/);
});

test("events come with a write key, from its pages, until it is revoked", async () => {
  const made = await send(boss, "POST", "/api/v1/keys", {
    kind: "write",
    name: "landing page",
    source: "web",
    origins: ["https://example.com"],
  });
  assert.equal(made.status, 201);
  const event = { type: "track", event: "signed_up", userId: "p1", messageId: "m1" };
  const track = (key, headers = {}) => send(null, "POST", "/v1/track", event, { ...basic(key), ...headers });
  assert.equal((await track(made.body.secret)).status, 200);
  assert.equal((await track(made.body.secret, { origin: "https://example.com" })).status, 200);
  assert.equal((await track(made.body.secret, { origin: "https://evil.example" })).status, 403);
  assert.equal((await track("wk_wrong")).status, 401);
  let { version } = made.body.key;
  const limit = async (limits) => {
    const reply = await send(boss, "PATCH", `/api/v1/keys/${made.body.key.id}`, limits, { "if-match": `"${version}"` });
    version = reply.body.version;
    return reply;
  };
  assert.equal((await limit({ events: ["page_*"] })).status, 200);
  assert.deepEqual((await track(made.body.secret)).status, 403);
  assert.equal((await limit({ events: [], origins: ["https://evil.example"] })).status, 200);
  assert.equal((await track(made.body.secret, { origin: "https://evil.example" })).status, 200);
  assert.equal((await track(made.body.secret, { origin: "https://example.com" })).status, 403);
  assert.equal((await send(boss, "DELETE", `/api/v1/keys/${made.body.key.id}`)).status, 204);
  assert.equal((await track(made.body.secret)).status, 401);
});

test("what `masa user` does beside it holds at once", async () => {
  const marketing = {};
  const added = masa("add", "marketing@example.com", "--roles", "marketing", "--url", server.url.origin);
  assert.equal((await claimed(marketing, added.stdout)).status, 201);
  const refused = await send(marketing, "GET", "/api/v1/audit");
  assert.deepEqual([refused.status, refused.body.error.code], [403, "forbidden"]);
  const { body } = await send(boss, "GET", "/api/v1/audit?outcome=refused");
  assert.deepEqual([body.items[0].action, body.items[0].actor.name], ["audit.read", "marketing@example.com"]);
  assert.equal((await send(marketing, "GET", "/api/v1/session")).status, 200);
  assert.equal(masa("disable", "marketing@example.com").status, 0);
  assert.equal((await send(marketing, "GET", "/api/v1/session")).status, 401);
  assert.equal(masa("disable", "admin@example.com").status, 1); // the last one
});

test("a lost administrator is rescued from the machine", async () => {
  const again = {};
  assert.equal((await claimed(again, masa("link", "admin@example.com").stdout)).status, 201);
  assert.equal((await send(boss, "GET", "/api/v1/session")).status, 401); // the old session ended
  Object.assign(boss, again);
});

test("a start anew asks nobody to come in again, and prints no link", async () => {
  await server.stop();
  server = await start();
  assert.equal((await send(boss, "GET", "/api/v1/session")).status, 200);
  assert.equal((await send(boss, "GET", "/api/v1/users")).body.items.length, 2);
  assert.ok(!server.said.some((line) => line.includes("#")));
});

test("seen through a proxy with TLS, cookies are for TLS alone and pages are those of the outer address", async () => {
  const outer = "https://masa.example.com";
  const behind = await start(join(folder, "b.db"), "--public-url", `${outer}/`);
  const link = await firstLink(behind);
  assert.match(link, /^first administrator: https:\/\/masa\.example\.com\/claim#[\w-]{43}$/);
  const claim = { token: link.split("#")[1], name: "Admin", email: "admin@example.com", password: PASSWORD };
  const admin = {};
  const ask = (method, path, body, headers) => send(admin, method, path, body, headers, behind);
  const { headers } = await ask("POST", "/api/v1/session/claim", claim, { origin: outer });
  for (const cookie of headers["set-cookie"]) assert.match(cookie, /^__Host-masa_.*; HttpOnly; SameSite=Lax; Secure$/);
  const name = ["PATCH", "/api/v1/session", { name: "Other" }];
  assert.equal((await ask(...name, { origin: outer })).status, 200);
  assert.equal((await ask(...name, { origin: behind.url.origin })).status, 403);
  const invited = await ask("POST", "/api/v1/users", { name: "S", email: "s@example.com", roles: ["sales"] });
  assert.ok(invited.body.link.startsWith(`${outer}/claim#`));
  await behind.stop();
});
