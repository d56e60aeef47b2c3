// People over HTTP: the browser's way with cookies and token, programs with keys, and what attackers try. Over the
// server of serve.c: the real routes, a real store. Every answer is held to schema/openapi.yaml.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { request as ask } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PASSWORD = "correct horse battery";
const web = createRequire(join(ROOT, "web/package.json"));
const Ajv = web("ajv/dist/2020.js").default;
const contract = web("yaml").parse(readFileSync(join(ROOT, "schema/openapi.yaml"), "utf8"));

/* ---- the contract ---- */

const ajv = new Ajv({ allErrors: true, strict: false });
web("ajv-formats").default(ajv);
for (const file of readdirSync(join(ROOT, "schema")).filter((each) => each.endsWith(".schema.json"))) {
  const schema = JSON.parse(readFileSync(join(ROOT, "schema", file), "utf8"));
  ajv.addSchema(schema.$id ? schema : { $id: `https://masa.invalid/schema/${file}`, ...schema });
}
ajv.addSchema({ $id: "https://masa.invalid/schema/openapi.yaml", components: contract.components });

const followed = (node) =>
  node?.$ref
    ? followed(
        node.$ref
          .slice(2)
          .split("/")
          .reduce((at, part) => at[part], contract),
      )
    : node;

const placed = (schema) =>
  JSON.parse(JSON.stringify(schema), (key, value) =>
    key === "$ref" && value.startsWith("#") ? `https://masa.invalid/schema/openapi.yaml${value}` : value,
  );

function hold(method, path, reply) {
  const where = path.replace(/^\/api\/v1/, "").replace(/\?.*/, "");
  const known = Object.keys(contract.paths).find((each) =>
    new RegExp(`^${each.replaceAll(".", "\\.").replace(/\{\w+\}/g, "[^/]+")}$`).test(where),
  );
  assert.ok(known, `${where} is not in the contract`);
  const operation = contract.paths[known][method.toLowerCase()];
  assert.ok(operation, `${method} ${known} is not in the contract`);
  const response = followed(operation.responses[String(reply.status)]);
  assert.ok(response, `${method} ${known} answers ${reply.status}: ${JSON.stringify(reply.body)}`);
  const schema = response.content?.["application/json"]?.schema;
  if (!schema) return assert.equal(reply.text, "");
  const validate = ajv.compile(placed(schema));
  assert.ok(validate(reply.body), `${method} ${known} ${reply.status}: ${JSON.stringify(validate.errors)}`);
}

/* ---- the server and its clients ---- */

let server;

async function start(db) {
  const child = spawn(process.env.SERVE, [db], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async () => (await lines.next()).value;
  const url = new URL(await line());
  const link = await line();
  return {
    url,
    link,
    tell: (words) => (child.stdin.write(`${words}\n`), line()),
    stop: () => new Promise((done) => (child.on("exit", done), child.stdin.end())),
  };
}

beforeEach(async () => {
  const folder = mkdtempSync(join(tmpdir(), "masa-access-"));
  server = { folder, ...(await start(join(folder, "a.db"))) };
});
afterEach(async () => {
  await server.stop();
  rmSync(server.folder, { recursive: true });
});

/** A browser, or with a key a program. */
class Client {
  cookies = new Map();
  csrf = "";
  key = "";

  send(method, path, body, headers = {}) {
    const address = { host: server.url.hostname, port: server.url.port, method, path: `/api/v1${path}` };
    const all = { "idempotency-key": String(Math.random()), ...headers };
    if (this.cookies.size) all.cookie ??= [...this.cookies].map((pair) => pair.join("=")).join("; ");
    if (this.csrf && !("x-masa-csrf" in all)) all["x-masa-csrf"] = this.csrf;
    if (this.key) all.authorization ??= `Bearer ${this.key}`;
    const text = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
    if (text !== undefined) all["content-type"] ??= "application/json";
    for (const name in all) if (all[name] === null) delete all[name];
    return new Promise((done, failed) => {
      const out = ask({ ...address, headers: all }, (reply) => {
        let said = "";
        reply.on("data", (part) => (said += part));
        reply.on("end", () => {
          try {
            done(this.take(method, path, reply, said));
          } catch (error) {
            failed(error);
          }
        });
      });
      out.on("error", failed);
      out.end(text);
    });
  }

  take(method, path, reply, text) {
    for (const cookie of reply.headers["set-cookie"] ?? []) {
      const [, name, value] = cookie.match(/^([^=]+)=([^;]*)/);
      if (value) this.cookies.set(name, value);
      else this.cookies.delete(name);
    }
    const answer = { status: reply.statusCode, headers: reply.headers, text, body: text ? JSON.parse(text) : null };
    if (answer.body?.csrf_token) this.csrf = answer.body.csrf_token;
    hold(method, path, answer);
    return answer;
  }

  async ok(method, path, body, headers) {
    const reply = await this.send(method, path, body, headers);
    assert.ok(reply.status < 300, `${method} ${path}: ${reply.status} ${reply.text}`);
    return reply;
  }

  async refused(status, code, method, path, body, headers) {
    const reply = await this.send(method, path, body, headers);
    assert.deepEqual([reply.status, reply.body?.error?.code], [status, code], `${method} ${path}: ${reply.text}`);
    return reply;
  }
}

async function admin() {
  const client = new Client();
  const claim = { token: server.link, name: "Admin", email: "admin@example.com", password: PASSWORD };
  await client.ok("POST", "/session/claim", claim);
  return client;
}

/** Somebody who was invited and came. */
async function member(by, email, roles) {
  const { body } = await by.ok("POST", "/users", { name: email, email, roles });
  const client = new Client();
  await client.ok("POST", "/session/claim", { token: body.link.split("#")[1], password: PASSWORD });
  client.id = body.user.id;
  return client;
}

const signIn = (client, email, password = PASSWORD) => client.send("POST", "/session", { email, password });

/* ---- the browser's way ---- */

test("the first administrator comes in by the link, once", async () => {
  const other = new Client();
  const claim = { token: server.link, name: "Admin", email: "Admin@Example.com", password: PASSWORD };
  const seen = await other.ok("POST", "/session/link", { token: server.link });
  assert.equal(seen.body.purpose, "first-admin");
  await other.refused(422, "not_acceptable", "POST", "/session/claim", { ...claim, password: "password1234" });
  const first = new Client();
  const { body, status, headers } = await first.ok("POST", "/session/claim", claim);
  assert.equal(status, 201);
  assert.equal(body.user.email, "admin@example.com");
  assert.equal(body.user.lang, "he"); // the company's
  assert.deepEqual(body.user.roles, ["admin"]);
  assert.ok(body.may.includes("manage_users") && !body.may.includes("decide_handoffs"));
  const [cookie] = headers["set-cookie"];
  assert.match(cookie, /^masa_session=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/);
  await other.refused(410, "link_used", "POST", "/session/claim", claim);
  await other.refused(410, "link_used", "POST", "/session/link", { token: server.link });
  await other.refused(410, "link_used", "POST", "/session/claim", { ...claim, token: "" });
});

test("a browser signs in, changes itself, and signs out", async () => {
  await admin();
  const client = new Client();
  await client.refused(401, "signed_out", "GET", "/session");
  assert.equal((await signIn(client, " ADMIN@example.com ")).status, 200);
  await client.ok("PATCH", "/session", { name: "New name", lang: "en" });
  const me = (await client.ok("GET", "/session")).body;
  assert.deepEqual([me.user.name, me.user.lang, me.company], ["New name", "en", "example"]);
  const rows = (await client.ok("GET", `/users/${me.user.id}/sessions`)).body.items;
  assert.equal(rows.length, 2);
  assert.equal(rows.filter((row) => row.current).length, 1);
  await client.ok("DELETE", `/sessions/${rows.find((row) => !row.current).id}`);
  const cookie = client.cookies.get("masa_session");
  await client.ok("DELETE", "/session");
  assert.equal(client.cookies.get("masa_session"), undefined);
  await client.refused(401, "signed_out", "GET", "/session", undefined, { cookie: `masa_session=${cookie}` });
});

test("a password is changed by showing the old one, and other sessions end", async () => {
  const here = await admin();
  const there = new Client();
  await signIn(there, "admin@example.com");
  await here.refused(403, "wrong_password", "POST", "/session/password", { current: "wrong", new: "another horse" });
  await here.refused(422, "not_acceptable", "POST", "/session/password", { current: PASSWORD, new: "short" });
  await here.ok("POST", "/session/password", { current: PASSWORD, new: "another horse battery" });
  await here.ok("GET", "/session");
  await there.refused(401, "signed_out", "GET", "/session");
  assert.equal((await signIn(there, "admin@example.com")).status, 401);
});

/* ---- what attackers try ---- */

test("a stolen cookie without its token changes nothing", async () => {
  const client = await admin();
  const change = ["PATCH", "/session", { name: "Other" }];
  await client.refused(403, "forged", ...change, { "x-masa-csrf": null });
  await client.refused(403, "forged", ...change, { "x-masa-csrf": "A".repeat(43) });
  const other = await member(client, "sales@example.com", ["sales"]);
  await client.refused(403, "forged", ...change, { "x-masa-csrf": other.csrf });
  await client.refused(403, "forged", ...change, { origin: "https://evil.example" });
  await client.refused(403, "forged", ...change, { origin: "null" });
  await client.ok(...change, { origin: server.url.origin });
  const { items } = (await client.ok("GET", "/audit?action=request")).body;
  assert.equal(items.length, 5);
  assert.equal(items[0].details.reason, "forged");
});

test("nobody signs in from another site's page, or with a form", async () => {
  await admin();
  const client = new Client();
  const body = { email: "admin@example.com", password: PASSWORD };
  await client.refused(403, "forged", "POST", "/session", body, { origin: "https://evil.example" });
  const form = { "content-type": "application/x-www-form-urlencoded" };
  await client.refused(400, "bad_body", "POST", "/session", `email=admin@example.com&password=${PASSWORD}`, form);
  await client.refused(400, "bad_body", "POST", "/session", JSON.stringify(body), { "content-type": "text/plain" });
  await client.refused(400, "bad_body", "POST", "/session", "{");
  await client.refused(400, "bad_body", "POST", "/session", "[]");
  await client.refused(400, "bad_body", "POST", "/session", { ...body, roles: ["admin"] });
  const reply = await client.refused(400, "bad_body", "POST", "/session", { email: 1 });
  assert.deepEqual(reply.body.error.details.errors.map((each) => each.field).sort(), ["email", "password"]);
});

test("a planted cookie does not become a session", async () => {
  await admin();
  const client = new Client();
  client.cookies.set("masa_session", "A".repeat(43));
  assert.equal((await signIn(client, "admin@example.com")).status, 200);
  assert.notEqual(client.cookies.get("masa_session"), "A".repeat(43));
  const cookie = `masa_session=${client.cookies.get("masa_session")}; masa_session=${"A".repeat(43)}`;
  await client.refused(401, "signed_out", "GET", "/session", undefined, { cookie });
});

test("guessing waits, and a browser that was let in before does not wait for strangers", async () => {
  const known = await admin();
  await known.ok("DELETE", "/session");
  const stranger = new Client();
  for (let i = 0; i < 5; i++) assert.equal((await signIn(stranger, "admin@example.com", "wrong horse")).status, 401);
  const reply = await signIn(stranger, "admin@example.com");
  assert.equal(reply.status, 429);
  assert.equal(reply.body.error.code, "locked_out");
  assert.ok(Number(reply.headers["retry-after"]) >= 1);
  assert.equal((await signIn(known, "admin@example.com")).status, 200);
  assert.equal((await signIn(stranger, "nobody@example.com")).status, 401);
  await server.tell("+2");
  assert.equal((await signIn(stranger, "admin@example.com", "wrong horse")).status, 401);
  assert.equal((await signIn(stranger, "admin@example.com")).status, 429);
  await server.tell("+3");
  assert.equal((await signIn(stranger, "admin@example.com")).status, 200);
  const { items } = (await known.ok("GET", "/audit?action=session.begin")).body;
  assert.equal(items.filter((each) => each.details.reason === "locked_out").length, 2);
});

test("whoever comes in is answered, however many come", async () => {
  const boss = await admin();
  const all = await Promise.all(Array.from({ length: 80 }, () => signIn(new Client(), "admin@example.com")));
  for (const reply of all) assert.ok([200, 503].includes(reply.status), reply.text);
  assert.ok(all.filter((reply) => reply.status === 200).length >= 2);
  assert.equal((await boss.ok("GET", "/audit?action=session.begin&outcome=refused")).body.items.length, 0);
});

test("a role asking for what is not its own is refused, and the trail says so", async () => {
  const boss = await admin();
  const sales = await member(boss, "sales@example.com", ["sales"]);
  const invitation = { name: "X", email: "x@example.com", roles: ["admin"] };
  await sales.refused(403, "forbidden", "POST", "/users", invitation);
  await sales.refused(403, "forbidden", "PATCH", `/users/${sales.id}`, { roles: ["admin"] }, { "if-match": '"1"' });
  await sales.refused(403, "forbidden", "GET", "/keys");
  await sales.refused(403, "forbidden", "POST", "/keys", { kind: "api", name: "x", roles: ["admin"] });
  await sales.refused(403, "forbidden", "GET", "/audit");
  await sales.refused(403, "forbidden", "GET", "/users/u1/sessions");
  const [bossRow] = (await boss.ok("GET", "/users/u1/sessions")).body.items;
  await sales.refused(403, "forbidden", "DELETE", `/sessions/${bossRow.id}`);
  await boss.ok("GET", "/session");
  assert.equal((await sales.ok("GET", "/users")).body.items.length, 2);
  const { items } = (await boss.ok("GET", `/audit?actor=${sales.id}&outcome=refused`)).body;
  assert.equal(items.length, 7);
  assert.deepEqual(items[0].actor, { kind: "user", id: sales.id, name: "sales@example.com" });
  assert.match(items[0].text.en, /^refused: /);
  assert.equal(await server.tell("doctor").then((said) => said.split(", ")[1]), "whole");
});

test("a session ends when it is not used", async () => {
  const client = await admin();
  await server.tell(`+${23 * 3600}`);
  await client.ok("GET", "/session");
  await server.tell(`+${25 * 3600}`);
  await client.refused(401, "signed_out", "GET", "/session");
});

/* ---- people ---- */

test("people are invited, changed, switched off and let in again", async () => {
  const boss = await admin();
  const sales3 = { name: "Sales 3", email: "s3@example.com", roles: ["sales"] };
  const invited = (await boss.ok("POST", "/users", sales3)).body;
  assert.equal(invited.user.state, "invited");
  assert.match(invited.link, new RegExp(`^${server.url.origin}/claim#[\\w-]{43}$`));
  const { id } = invited.user;
  const sales = new Client();
  await sales.ok("POST", "/session/claim", { token: invited.link.split("#")[1], password: PASSWORD });
  await boss.refused(409, "exists_already", "POST", "/users", { name: "x", email: "S3@example.com", roles: ["sales"] });
  await boss.refused(422, "not_acceptable", "POST", "/users", { name: "x", email: "x", roles: ["sales"] });
  await boss.refused(422, "not_acceptable", "POST", "/users", { name: "x", email: "x@example.com", roles: [] });
  await boss.refused(428, "version_missing", "PATCH", `/users/${id}`, { roles: ["sales"] });
  const seen = { "if-match": '"1"' };
  const changed = await boss.ok("PATCH", `/users/${id}`, { roles: ["sales", "product"], teams: ["team_east"] }, seen);
  assert.equal(changed.headers.etag, '"2"');
  assert.deepEqual(changed.body.roles, ["sales", "product"]);
  assert.deepEqual(changed.body.teams, ["team_east"]);
  await sales.refused(401, "signed_out", "GET", "/session"); // new roles, new session
  await boss.refused(412, "changed_meanwhile", "PATCH", `/users/${id}`, { roles: ["sales"] }, seen);
  await signIn(sales, "s3@example.com");
  await boss.ok("PATCH", `/users/${id}`, { state: "off" }, { "if-match": '"2"' });
  await sales.refused(401, "signed_out", "GET", "/session");
  assert.equal((await signIn(sales, "s3@example.com")).status, 401);
  await boss.ok("PATCH", `/users/${id}`, { state: "active" }, { "if-match": '"3"' });
  const again = (await boss.ok("POST", `/users/${id}/invitation`)).body;
  await sales.ok("POST", "/session/claim", { token: again.link.split("#")[1], password: "another horse battery" });
  await boss.refused(404, "not_found", "PATCH", "/users/u99", { name: "x" }, { "if-match": '"1"' });
  await boss.refused(404, "not_found", "PATCH", "/users/x", { name: "x" }, { "if-match": '"1"' });
  await boss.refused(404, "not_found", "POST", "/users/u99/invitation");
  await boss.refused(404, "not_found", "DELETE", "/sessions/s99");
});

test("the last administrator stays, and one's own new roles give the session a new id", async () => {
  const boss = await admin();
  const only = { "if-match": '"1"' };
  await boss.refused(409, "last_admin", "PATCH", "/users/u1", { state: "off" }, only);
  await boss.refused(409, "last_admin", "PATCH", "/users/u1", { roles: ["sales"] }, only);
  const before = boss.cookies.get("masa_session");
  await boss.ok("PATCH", "/users/u1", { roles: ["sales", "admin"] }, only);
  assert.notEqual(boss.cookies.get("masa_session"), before);
  const old = { cookie: `masa_session=${before}` };
  await boss.refused(401, "signed_out", "GET", "/session", undefined, old);
  const me = (await boss.ok("GET", "/session")).body;
  assert.ok(me.may.includes("decide_handoffs"));
});

test("a repeated invitation gets the first answer, another with its key is refused", async () => {
  const boss = await admin();
  const key = { "idempotency-key": "one" };
  const body = { name: "Sales 3", email: "s3@example.com", roles: ["sales"] };
  await boss.refused(428, "idempotency_key_missing", "POST", "/users", body, { "idempotency-key": null });
  const first = await boss.ok("POST", "/users", body, key);
  const second = await boss.ok("POST", "/users", body, key);
  assert.equal(second.text, first.text);
  await boss.refused(409, "key_reused", "POST", "/users", { ...body, name: "Other" }, key);
  // What was refused did nothing, so its key is free.
  const free = { "idempotency-key": "two" };
  await boss.refused(422, "not_acceptable", "POST", "/users", { ...body, email: "x" }, free);
  await boss.ok("POST", "/users", { ...body, email: "s4@example.com" }, free);
});

test("of many at once with one key, one makes", async () => {
  const boss = await admin();
  const body = { name: "Sales 3", email: "s3@example.com", roles: ["sales"] };
  const all = await Promise.all(
    Array.from({ length: 8 }, () => boss.send("POST", "/users", body, { "idempotency-key": "same" })),
  );
  const made = all.filter((reply) => reply.status === 201);
  assert.ok(made.length >= 1);
  assert.equal(new Set(made.map((reply) => reply.text)).size, 1);
  for (const reply of all) if (reply.status !== 201) assert.equal(reply.body.error.code, "under_way");
  assert.equal((await boss.ok("GET", "/users")).body.items.length, 2);
});

/* ---- keys ---- */

test("an API key is shown once, reads or writes, and ends when it is revoked", async () => {
  const boss = await admin();
  const made = (await boss.ok("POST", "/keys", { kind: "api", name: "sync", roles: ["sales", "admin"] })).body;
  assert.match(made.secret, /^masa_[0-9a-f]{12}_[\w-]{43}$/);
  assert.ok(made.secret.startsWith(made.key.prefix));
  const program = new Client();
  program.key = made.secret;
  const me = (await program.ok("GET", "/session")).body;
  assert.deepEqual([me.user.id, me.csrf_token], [made.key.id, ""]);
  assert.deepEqual(me.may, ["see_leads", "see_audit", "export"]); // reads only, and never manages people
  await program.ok("GET", "/audit");
  await program.refused(403, "forbidden", "GET", "/keys");
  await program.refused(403, "forbidden", "POST", "/users", { name: "x", email: "x@example.com", roles: ["admin"] });
  const listed = (await boss.ok("GET", "/keys")).body.items;
  assert.equal(listed.length, 1);
  assert.ok(!JSON.stringify(listed).includes(made.secret));
  assert.ok(listed[0].last_used_at);
  for (const wrong of [made.secret.slice(0, -1), made.secret.slice(0, -1) + "!", "", "x", made.key.prefix]) {
    const stranger = new Client();
    await stranger.refused(401, "signed_out", "GET", "/session", undefined, { authorization: `Bearer ${wrong}` });
  }
  const basic = { authorization: `Basic ${Buffer.from(`${made.secret}:`).toString("base64")}` };
  await program.refused(401, "signed_out", "GET", "/session", undefined, basic);
  await boss.ok("DELETE", `/keys/${made.key.id}`);
  await program.refused(401, "signed_out", "GET", "/session");
  await boss.refused(404, "not_found", "DELETE", `/keys/${made.key.id}`);
  await boss.refused(404, "not_found", "DELETE", "/keys/x1");
});

test("a key can have an end", async () => {
  const boss = await admin();
  const until = new Date(Date.now() + 3600_000).toISOString();
  const body = { kind: "api", name: "sync", roles: ["sales"], writes: true, expires_at: until };
  const made = (await boss.ok("POST", "/keys", body)).body;
  const program = new Client();
  program.key = made.secret;
  assert.ok((await program.ok("GET", "/session")).body.may.includes("decide_handoffs"));
  await server.tell("+3700");
  await program.refused(401, "signed_out", "GET", "/session");
  await boss.refused(400, "bad_body", "POST", "/keys", { ...body, expires_at: "tomorrow" });
  await boss.refused(400, "bad_body", "POST", "/keys", { ...body, kind: "other" });
  await boss.refused(400, "bad_body", "POST", "/keys", { ...body, roles: ["boss"] });
});

test("a write key names its source, can be shown again, and opens nothing else", async () => {
  const boss = await admin();
  const body = { kind: "write", name: "landing page", source: "web", origins: ["https://example.com"] };
  const made = (await boss.ok("POST", "/keys", body)).body;
  assert.match(made.secret, /^wk_[0-9a-f]{12}_[\w-]{43}$/);
  const [listed] = (await boss.ok("GET", "/keys?kind=write")).body.items;
  assert.equal(listed.write_key, made.secret);
  assert.deepEqual(listed.origins, ["https://example.com"]);
  assert.equal(await server.tell(`write ${made.secret} https://example.com`), "web yes");
  assert.equal(await server.tell(`write ${made.secret} https://evil.example`), "web no");
  const program = new Client();
  program.key = made.secret;
  await program.refused(401, "signed_out", "GET", "/session");
  await boss.ok("DELETE", `/keys/${made.key.id}`);
  assert.equal(await server.tell(`write ${made.secret}`), "signed_out");
  await boss.refused(422, "not_acceptable", "POST", "/keys", { ...body, source: "<script>" });
  await boss.refused(422, "not_acceptable", "POST", "/keys", { ...body, origins: ["*"] });
});

test("a key for pages is held to what a page says", async () => {
  const boss = await admin();
  const body = { kind: "write", name: "shop", source: "shop", preset: "browser", origins: ["https://example.com"] };
  const made = (await boss.ok("POST", "/keys", { ...body, events: ["Signed Up", "page_*"] })).body.key;
  assert.deepEqual(made.calls, ["track", "identify", "page", "screen"]);
  assert.deepEqual([made.events, made.speaks_of], [["Signed Up", "page_*"], "visitors"]);
  const listed = (await boss.ok("GET", "/keys?kind=write")).body.items.find(({ id }) => id === made.id);
  assert.deepEqual([listed.calls, listed.events, listed.speaks_of], [made.calls, made.events, "visitors"]);
  const own = { ...body, preset: undefined, calls: ["page"], speaks_of: "anyone" };
  const { key } = (await boss.ok("POST", "/keys", own)).body;
  assert.deepEqual([key.calls, key.events, key.speaks_of], [["page"], [], "anyone"]);
  for (const bad of [{ origins: [] }, { preset: "server" }, { calls: ["erase"] }, { speaks_of: "nobody" }])
    await boss.refused(400, "bad_body", "POST", "/keys", { ...body, ...bad });
});

test("what a write key may send is changed, by administrators alone", async () => {
  const boss = await admin();
  const body = { kind: "write", name: "shop", source: "shop", preset: "browser", origins: ["https://example.com"] };
  const { key } = (await boss.ok("POST", "/keys", body)).body;
  const at = `/keys/${key.id}`;
  const sales = await member(boss, "limits@example.com", ["sales"]);
  const seen = ({ version }) => ({ "if-match": `"${version}"` });
  await sales.refused(403, "forbidden", "PATCH", at, { events: [] }, seen(key));
  await boss.refused(428, "version_missing", "PATCH", at, { events: [] });
  const reply = await boss.ok("PATCH", at, { origins: [], events: ["Signed Up"] }, seen(key));
  const changed = reply.body;
  assert.equal(reply.headers.etag, `"${changed.version}"`);
  assert.deepEqual([changed.origins, changed.events, changed.calls], [[], ["Signed Up"], key.calls]);
  assert.equal(changed.speaks_of, "visitors");
  assert.equal(await server.tell(`write ${key.write_key} https://evil.example`), "shop yes");
  // Two administrators had the key before them: who comes second is told, and changes nothing.
  await boss.refused(412, "changed_meanwhile", "PATCH", at, { calls: ["page"] }, seen(key));
  const [listed] = (await boss.ok("GET", "/keys?kind=write")).body.items.filter(({ id }) => id === key.id);
  assert.deepEqual([listed.version, listed.calls], [changed.version, changed.calls]);
  const all = (await boss.ok("PATCH", at, { calls: [], speaks_of: "anyone" }, seen(changed))).body;
  assert.deepEqual([all.calls, all.speaks_of, all.events], [[], "anyone", ["Signed Up"]]);
  for (const bad of [{}, { calls: ["erase"] }, { speaks_of: "nobody" }, { source: "other" }, { preset: "browser" }])
    await boss.refused(400, "bad_body", "PATCH", at, bad, seen(all));
  await boss.refused(422, "not_acceptable", "PATCH", at, { origins: ["*"] }, seen(all));
  await boss.refused(404, "not_found", "PATCH", "/keys/w999", { calls: [] }, seen(all));
  await boss.refused(404, "not_found", "PATCH", "/keys/k1", { calls: [] }, seen(all));
  const { items } = (await boss.ok("GET", `/audit?subject=${key.id}&action=write-key.change`)).body;
  assert.equal(items.length, 2);
  assert.deepEqual([items[0].actor.kind, items[0].outcome ?? "done"], ["user", "done"]);
});

/* ---- the trail ---- */

test("the trail is read by filter and page, and holds no secret", async () => {
  const boss = await admin();
  const sales = await member(boss, "sales@example.com", ["sales"]);
  const { secret } = (await boss.ok("POST", "/keys", { kind: "api", name: "sync", roles: ["sales"] })).body;
  await signIn(new Client(), "a.private@example.com", "a private password");
  const all = (await boss.ok("GET", "/audit?limit=200")).body;
  assert.equal(all.next_cursor, null);
  const text = JSON.stringify(all);
  for (const hidden of [secret, secret.split("_")[2], PASSWORD, "a private password", "a.private@", server.link])
    assert.ok(!text.includes(hidden), hidden);
  for (const cookie of boss.cookies.values()) assert.ok(!text.includes(cookie));
  let cursor = "";
  const paged = [];
  do {
    const page = (await boss.ok("GET", `/audit?limit=2${cursor && `&cursor=${cursor}`}`)).body;
    assert.ok(page.items.length <= 2);
    paged.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor);
  assert.deepEqual(paged, all.items);
  const about = (await boss.ok("GET", `/audit?subject=${sales.id}&action=user.`)).body.items;
  assert.deepEqual(
    about.map((each) => each.action),
    ["user.add"],
  );
  assert.deepEqual(about[0].details.after.roles, "sales");
  const tomorrow = new Date(Date.now() + 86400_000).toISOString().slice(0, 10);
  assert.equal((await boss.ok("GET", `/audit?from=${tomorrow}`)).body.items.length, 0);
  for (const wrong of ["limit=0", "limit=201", "limit=x", "cursor=x", "from=yesterday", "to=2026-13-01"])
    await boss.refused(400, "bad_parameter", "GET", `/audit?${wrong}`);
});

test("what a name says stays text", async () => {
  const boss = await admin();
  const name = "<script>alert(1)</script>\u202e\"'";
  await boss.ok("PATCH", "/session", { name });
  assert.equal((await boss.ok("GET", "/session")).body.user.name, name);
  await boss.refused(422, "not_acceptable", "PATCH", "/session", { name: "two\r\nSet-Cookie: x=1" });
});
