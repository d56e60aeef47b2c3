// A receiver of webhooks, as a company would write one: it checks signatures, and does what the test says.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Of a message as it came, what the Standard Webhooks have it signed with. */
const signatureOf = (secret, { id, timestamp, text }) => {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${text}`).digest("base64")}`;
};

const certificate = () => {
  const folder = mkdtempSync(join(tmpdir(), "masa-receiver-"));
  const [key, cert] = ["key.pem", "cert.pem"].map((each) => join(folder, each));
  const words = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  execFileSync("openssl", [...words, "-subj", "/CN=127.0.0.1", "-keyout", key, "-out", cert], { stdio: "ignore" });
  const made = { key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(folder, { recursive: true });
  return made;
};

export class Receiver {
  got = [];
  waiting = [];
  connections = 0;
  /** What it answers to a message: a status, "hold" (nothing, until it is let go), or "hang up". */
  answer = () => 204;

  static async start(t, { secure = false } = {}) {
    const receiver = new Receiver();
    const take = (request, reply) => receiver.take(request, reply);
    receiver.server = secure ? createSecureServer(certificate(), take) : createServer(take);
    receiver.server.on("connection", () => receiver.connections++);
    await receiver.listen(0);
    t.after(() => receiver.down());
    receiver.port = receiver.server.address().port;
    receiver.url = `${secure ? "https" : "http"}://127.0.0.1:${receiver.port}/masa`;
    return receiver;
  }

  listen(port) {
    return new Promise((done) => this.server.listen(port, "127.0.0.1", done));
  }

  /** Nothing listens any more. */
  down() {
    this.server.closeAllConnections?.();
    return new Promise((done) => this.server.close(done));
  }

  up() {
    return this.listen(this.port);
  }

  async take(request, reply) {
    let text = "";
    for await (const part of request) text += part;
    const header = (name) => request.headers[`webhook-${name}`];
    const message = {
      id: header("id"),
      timestamp: header("timestamp"),
      signatures: header("signature").split(" "),
      text,
    };
    Object.assign(message, { path: request.url, type: request.headers["content-type"], json: JSON.parse(text) });
    this.got.push(message);
    const answer = this.answer(message.json);
    for (const { good, found } of this.waiting) if (good(message)) found(message);
    if (answer === "hold") return;
    if (answer === "hang up") {
      request.socket.destroy();
      return;
    }
    const location = answer >= 300 && answer < 400 ? { location: "/elsewhere" } : {};
    reply.writeHead(answer, location).end("{}");
  }

  /** The first that is good, come already or yet to come. */
  until(good) {
    const before = this.got.find(good);
    return before ? Promise.resolve(before) : new Promise((found) => this.waiting.push({ good, found }));
  }

  of(handoff) {
    return this.got.filter(({ json }) => json.data.handoff === handoff);
  }
}

/** Signed with these secrets, a moment ago, and nothing else. */
export function signedBy(message, ...secrets) {
  assert.deepEqual(
    message.signatures,
    secrets.map((secret) => signatureOf(secret, message)),
  );
  assert.ok(Math.abs(Date.now() / 1000 - Number(message.timestamp)) < 300);
}
