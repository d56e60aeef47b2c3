// A masa of the test's own: a fresh store, a free port, two write keys, and what the test asks for besides.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export const MASA = process.env.MASA;
export const KEY = "test-key-web-1";
export const PAGE_KEY = "test-key-page-1"; // only for pages of https://example.com
export const SHOP_KEY = "test-key-shop-1"; // as a page's, and for few events

const READ_TAIL = `
import sqlite3, sys
for (lines,) in sqlite3.connect(sys.argv[1]).execute("SELECT lines FROM tail ORDER BY id"):
    sys.stdout.write(lines.decode())
`;

/** Everything that stands in a store's log, in order; a copy has it all in one file. */
export function logged(db) {
  const copy = `${db}.${process.hrtime.bigint()}.copy`;
  execFileSync(MASA, ["backup", "--db", db, copy]);
  const text = execFileSync("python3", ["-c", READ_TAIL, copy], {
    encoding: "utf8",
    maxBuffer: 1 << 30,
  });
  rmSync(copy);
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

export class Service {
  /** The folder outlives a killed service, so that another can go on with it. */
  static folder() {
    const folder = mkdtempSync(join(tmpdir(), "masa-http-"));
    const keys = [
      "# keys of the test",
      `${KEY} web`,
      `${PAGE_KEY} page https://example.com`,
      `${SHOP_KEY} shop browser events=signed_up,page_* https://example.com`,
    ];
    writeFileSync(join(folder, "keys"), `${keys.join("\n")}\n`);
    return folder;
  }

  static async start(test, { folder, options = [], under = [] } = {}) {
    const service = new Service();
    service.folder = folder ?? Service.folder();
    service.db = join(service.folder, "store.db");
    const keys = ["--write-keys", join(service.folder, "keys")];
    service.errors = "";
    const serve = [MASA, "serve", "--db", service.db, "--listen", "127.0.0.1:0", ...keys, ...options];
    const [program, ...words] = [...under, ...serve];
    service.process = spawn(program, words, {
      stdio: ["ignore", "pipe", "pipe"],
    });
    service.ended = once(service.process, "exit");
    service.process.stderr.setEncoding("utf8").on("data", (text) => (service.errors += text));
    if (!folder) test.after(() => service.clean());
    const said = createInterface({ input: service.process.stdout });
    service.links = new Promise((found) =>
      said.on("line", (line) => /^first administrator: /.test(line) && found(line.split(": ")[1])),
    );
    const first = await Promise.race([
      once(said, "line"),
      service.ended.then(([code]) => [`ended with ${code}: ${service.errors}`]),
    ]);
    const found = /^listening on (\S+)$/.exec(first[0]);
    if (!found) throw new Error(first[0]);
    service.url = found[1];
    service.port = Number(new URL(service.url).port);
    return service;
  }

  /** The one-time link of the first administrator; of a store that has one already it never comes. */
  firstLink() {
    return this.links;
  }

  async clean() {
    await this.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Ends it; the exit code. */
  async kill(signal = "SIGTERM") {
    this.process.kill(signal);
    return (await this.ended)[0];
  }

  logged() {
    return logged(this.db);
  }

  /** The lines it wrote about itself. */
  log() {
    return this.errors
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }

  /** One request: status, headers, body as text, and as JSON where it is JSON. */
  ask(method, path, { body, headers = {}, key, agent } = {}) {
    const auth = key ? { Authorization: `Basic ${Buffer.from(`${key}:`).toString("base64")}` } : {};
    const json = body !== undefined && typeof body !== "string" && !Buffer.isBuffer(body);
    const text = json ? JSON.stringify(body) : body;
    const type = body === undefined ? {} : { "Content-Type": "application/json" };
    return new Promise((resolve, reject) => {
      const request = http.request(
        {
          host: "127.0.0.1",
          port: this.port,
          method,
          path,
          agent,
          headers: { ...type, ...auth, ...headers },
        },
        (response) => {
          const parts = [];
          response.on("data", (part) => parts.push(part));
          response.on("error", reject);
          response.on("end", () => {
            const bytes = Buffer.concat(parts);
            const answer = {
              status: response.statusCode,
              headers: response.headers,
              bytes,
              text: bytes.toString(),
            };
            if (/json/.test(response.headers["content-type"] ?? "")) answer.json = JSON.parse(answer.text);
            resolve(answer);
          });
        },
      );
      request.on("error", reject);
      request.end(text);
    });
  }

  post(path, body, more = {}) {
    return this.ask("POST", path, { key: KEY, ...more, body });
  }

  get(path, more = {}) {
    return this.ask("GET", path, more);
  }

  async metric(name) {
    const { text } = await this.get("/metrics");
    const line = text.split("\n").find((one) => one.startsWith(`${name} `) || one.startsWith(`${name}{`));
    return line ? Number(line.slice(line.lastIndexOf(" ") + 1)) : 0;
  }

  /** Raw bytes in, everything that comes back until the end. `write`: called with the socket when it is connected. */
  raw(write) {
    return new Promise((resolve) => {
      const socket = net.connect(this.port, "127.0.0.1");
      let heard = "";
      socket.setEncoding("latin1");
      socket.on("connect", () => (typeof write === "string" ? socket.write(write, "latin1") : write(socket)));
      socket.on("data", (text) => (heard += text));
      socket.on("error", () => {});
      socket.on("close", () => resolve(heard));
    });
  }
}

export const track = (id, more = {}) => ({
  type: "track",
  event: "page_viewed",
  userId: "p1",
  messageId: id,
  timestamp: "2026-01-05T09:00:00Z",
  ...more,
});

export const text = (path) => readFileSync(path, "utf8");
