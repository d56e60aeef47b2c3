// The worked example in a store, served by the program itself, and people and programs that ask.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before } from "node:test";
import { ROOT, answered, streamEvent } from "./contract.mjs";

const MASA = process.env.MASA;
const PASSWORD = "correct horse battery";
const WRITE_KEY = "test-key-web-1";
const EXAMPLE = join(ROOT, "examples/heshbonit4u");

const running = new Set();

export const masa = (...words) => execFileSync(MASA, words, { encoding: "utf8", maxBuffer: 1 << 28 });

/** All that one listener heard, each event held to the contract. */
class Ear {
  heard = [];
  waiting = [];
  stop = new AbortController();

  async hear() {
    let text = "";
    for await (const part of this.reply.body.pipeThrough(new TextDecoderStream())) {
      text += part;
      for (let end; (end = text.indexOf("\n\n")) >= 0; text = text.slice(end + 2)) {
        const data = /^data: (.*)$/m.exec(text.slice(0, end));
        if (data) this.take(JSON.parse(data[1]));
      }
    }
  }

  take(event) {
    streamEvent(event);
    this.heard.push(event);
    for (const { good, found } of this.waiting) if (good(event)) found(event);
  }

  /** The first that is good, heard already or yet to come. */
  until(good) {
    const before = this.heard.find(good);
    return before ? Promise.resolve(before) : new Promise((found) => this.waiting.push({ good, found }));
  }

  alerts(code) {
    return this.heard.filter((each) => each.kind === "alert" && (!code || each.code === code));
  }

  close() {
    this.stop.abort();
  }
}

export class Company {
  keys = {};

  static async start(options) {
    const company = new Company();
    await company.begin(options);
    return company;
  }

  /**
   * Of the worked example, but with a `definition` of its own, or not `filled`. `under`: a command to run it under;
   * `options`: more of `masa serve`.
   */
  async begin({ definition = null, events = [], filled = definition === null, under = [], options = [] } = {}) {
    this.under = under;
    this.options = options;
    this.folder = mkdtempSync(join(tmpdir(), "masa-served-"));
    this.db = join(this.folder, "a.db");
    if (filled) {
      const files = ["events-2025.ndjson", "events-2026.ndjson", "spend.csv"];
      const paths = files.map((each) => join(EXAMPLE, "data", each));
      masa("import", "--db", this.db, "--definition", join(EXAMPLE, "masa.yaml"), ...paths);
    }
    if (definition) this.bring(definition, events);
    await this.serve();
  }

  /** A definition of the test's own, and events. */
  bring(definition, events) {
    const [rules, log] = ["masa.yaml", "events.ndjson"].map((each) => join(this.folder, each));
    writeFileSync(rules, definition);
    writeFileSync(log, events.map((each) => `${JSON.stringify(each)}\n`).join(""));
    masa("import", "--db", this.db, "--definition", rules, log);
  }

  async serve() {
    const keys = join(this.folder, "keys");
    writeFileSync(keys, `${WRITE_KEY} web\n`);
    const words = ["serve", "--db", this.db, "--listen", "127.0.0.1:0", "--write-keys", keys, "--log", "error"];
    words.push(...this.options);
    const [program, ...more] = [...this.under, MASA, ...words];
    this.process = spawn(program, more, {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const served = this.process;
    running.add(served);
    served.on("exit", () => running.delete(served));
    const lines = createInterface({ input: served.stdout });
    this.url = await new Promise((found, failed) => {
      lines.on("line", (line) => line.startsWith("listening on ") && found(line.slice(13)));
      this.process.on("exit", () => failed(new Error("it did not start")));
    });
  }

  /** Without a word of warning, as when power fails. */
  async kill() {
    const ended = new Promise((done) => this.process.on("exit", done));
    this.process.kill("SIGKILL");
    await ended;
  }

  /** Told to end, it finishes what is under way; the exit code. */
  async end() {
    const ended = new Promise((done) => this.process.on("exit", done));
    this.process.kill("SIGTERM");
    return ended;
  }

  async stop() {
    const code = await this.end();
    rmSync(this.folder, { recursive: true });
    return code;
  }

  /** The headers of somebody of these roles, who came in by an invitation. */
  async member(roles, teams = []) {
    if (this.keys[roles]) return this.keys[roles];
    const email = `${roles.replaceAll(",", "-")}@example.com`;
    const words = ["user", "add", email, "--roles", roles, "--db", this.db];
    if (teams.length) words.push("--teams", teams.join(","));
    const added = spawnSync(MASA, words, { encoding: "utf8" });
    const reply = await fetch(`${this.url}/api/v1/session/claim`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        token: added.stdout.trim().split("#")[1],
        password: PASSWORD,
      }),
    });
    // Not getSetCookie: Debian 12's node does not have it.
    const cookie = (reply.headers.get("set-cookie") ?? "")
      .split(/,\s*(?=[^\s;,=]+=)/)
      .map((each) => each.split(";")[0])
      .join("; ");
    const { csrf_token } = await reply.json();
    return (this.keys[roles] = { cookie, "x-masa-csrf": csrf_token });
  }

  /** What sales does: with a new key for each, unless one is given. */
  change(method, path, { roles = "sales", key = true, ...more } = {}) {
    return this.ask(method, path, { roles, once: key, ...more });
  }

  /** A GET whose answer is held to the contract; `path` as the contract writes it. */
  async get(path, { roles = "marketing", query = {}, params = {}, headers = {} } = {}) {
    const filled = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(params[name]));
    const who = roles ? await this.member(roles) : {};
    const url = `${this.url}/api/v1${filled}?${new URLSearchParams(query)}`;
    const reply = await fetch(url, { headers: { ...who, ...headers } });
    const text = await reply.text();
    const json = reply.headers.get("content-type")?.startsWith("application/json") ? JSON.parse(text) : null;
    answered("GET", path, reply.status, json);
    return { status: reply.status, headers: reply.headers, text, json };
  }

  /** All items of a list, page after page; as many as every page says there are. */
  async all(path, { query = {}, ...more } = {}) {
    const items = [];
    for (let cursor = null, first = true; first || cursor !== null; first = false) {
      const { json } = await this.get(path, { ...more, query: { limit: "200", ...query, ...(cursor && { cursor }) } });
      items.push(...json.items);
      cursor = json.next_cursor;
      if (json.total != null) assert.ok(cursor === null ? items.length === json.total : items.length < json.total);
    }
    return items;
  }

  /** A request that changes something, its answer held to the contract; `once`: with an Idempotency-Key of its own. */
  async ask(method, path, { roles = "marketing", params = {}, body, headers = {}, version, once } = {}) {
    const filled = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(params[name]));
    const sent = { ...(roles ? await this.member(roles) : {}), ...headers };
    if (body !== undefined) sent["content-type"] = "application/json";
    if (version != null) sent["if-match"] = `"${version}"`;
    const key = once === true ? randomUUID() : once;
    if (typeof key === "string") sent["idempotency-key"] = key;
    const init = {
      method,
      headers: sent,
      body: body === undefined ? undefined : JSON.stringify(body),
    };
    const reply = await fetch(`${this.url}/api/v1${filled}`, init);
    const text = await reply.text();
    const json = reply.headers.get("content-type")?.startsWith("application/json") ? JSON.parse(text) : null;
    answered(method, path, reply.status, json);
    return {
      status: reply.status,
      headers: reply.headers,
      text,
      json,
      code: json?.error?.code,
    };
  }

  /** The same, once the first fold is there, or whatever else is waited for. */
  async until(good, path, options) {
    for (;;) {
      const reply = await this.get(path, options);
      if (good(reply)) return reply;
      await new Promise((done) => setTimeout(done, 100));
    }
  }

  /** What it says of a path once it can. */
  answers(path, options) {
    return this.until(({ status }) => status === 200, path, options);
  }

  /** Somebody of these roles who listens to the stream from now on. */
  async listen(roles) {
    const ear = new Ear();
    const headers = await this.member(roles);
    ear.reply = await fetch(`${this.url}/api/v1/stream`, {
      headers,
      signal: ear.stop.signal,
    });
    assert.equal(ear.reply.status, 200);
    ear.hear().catch((error) => error.name === "AbortError" || Promise.reject(error));
    await ear.until(({ kind }) => kind === "hello");
    return ear;
  }

  track(event) {
    return this.send("track", event);
  }

  /** A call of the Segment API. */
  send(call, event) {
    const authorization = `Basic ${Buffer.from(`${WRITE_KEY}:`).toString("base64")}`;
    const headers = { "content-type": "application/json", authorization };
    return fetch(`${this.url}/v1/${call}`, {
      method: "POST",
      headers,
      body: JSON.stringify(event),
    });
  }
}

/**
 * The company of a file of tests: served, and `ready`, before the first; ended, and well, after the last. What failed
 * tests have left running ends then, too: the file would not.
 */
export function companyOf(options, ready = () => {}) {
  const company = new Company();
  before(async () => {
    await company.begin(options);
    await ready();
  });
  after(async () => {
    const code = await company.stop();
    running.forEach((each) => each.kill("SIGKILL"));
    assert.equal(code, 0);
  });
  return company;
}
