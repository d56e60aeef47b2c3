// The routes beside the API itself, TLS, and every example of docs/SERVICE.md.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import https from "node:https";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { KEY, MASA, PAGE_KEY, Service, track } from "./service.mjs";

const pixel = (call) =>
  `/v1/pixel.gif?data=${encodeURIComponent(Buffer.from(JSON.stringify(call)).toString("base64"))}`;

test("pages: who may ask, and whose key is taken", async (t) => {
  const service = await Service.start(t);
  const page = (origin, key) => ({ key, headers: { Origin: origin, "Content-Type": "text/plain" } });
  const asked = await service.ask("OPTIONS", "/v1/batch", { headers: { Origin: "https://example.com" } });
  assert.equal(asked.status, 204);
  assert.equal(asked.headers["access-control-allow-origin"], "https://example.com");
  assert.match(asked.headers["access-control-allow-headers"], /Authorization/);
  const taken = await service.post("/v1/track", track("m1"), page("https://example.com", PAGE_KEY));
  assert.equal(taken.status, 200);
  assert.equal(taken.headers["access-control-allow-origin"], "https://example.com");
  assert.equal(taken.headers.vary, "Origin");
  const refused = await service.post("/v1/track", track("m2"), page("https://example.net", PAGE_KEY));
  assert.equal(refused.status, 403);
  assert.equal(refused.json.error.code, "bad_origin");
  assert.equal((await service.post("/v1/track", track("m3"), page("https://example.net", KEY))).status, 200);
  assert.equal((await service.post("/v1/track", track("m4"), { key: PAGE_KEY })).status, 200);
  await service.kill();
  assert.deepEqual(
    service.logged().map((line) => [line.messageId, line.context.masa.source]),
    [
      ["m1", "page"],
      ["m3", "web"],
      ["m4", "page"],
    ],
  );
});

test("the pixel keeps a call and is a picture", async (t) => {
  const service = await Service.start(t);
  const good = await service.get(pixel({ writeKey: KEY, event: "mail_opened", userId: "פ1" }));
  assert.equal(good.status, 200);
  assert.equal(good.headers["content-type"], "image/gif");
  assert.equal(good.headers["cache-control"], "no-store");
  assert.equal(good.bytes.subarray(0, 6).toString(), "GIF89a");
  assert.equal(good.bytes.at(-1), 0x3b);
  assert.equal((await service.get(pixel({ event: "mail_opened", userId: "p1" }))).json.error.code, "bad_key");
  assert.equal((await service.get(pixel({ writeKey: KEY, event: "e" }))).json.error.code, "bad_call");
  assert.equal((await service.get("/v1/pixel.gif?data=!!")).json.error.code, "bad_data");
  assert.equal((await service.get("/v1/pixel.gif")).json.error.code, "bad_data");
  await service.kill();
  const [line, ...rest] = service.logged();
  assert.deepEqual([line.type, line.event, line.userId, rest.length], [undefined, "mail_opened", "פ1", 0]);
});

test("links lead where they were made to lead, and nowhere else", async (t) => {
  const service = await Service.start(t, { options: ["--link-host", "example.com"] });
  const event = { type: "track", event: "mail_clicked", userId: "p1", properties: { link: "a&b" } };
  const make = (to, more = event) => service.post("/v1/links", { to, event: more });
  const made = await make("https://example.com/a?b=c&d=%20#e");
  assert.equal(made.status, 200, made.text);
  const path = made.json.url.slice(service.url.length);
  for (let i = 0; i < 2; i++) {
    const led = await service.get(path);
    assert.equal(led.status, 302);
    assert.equal(led.headers.location, "https://example.com/a?b=c&d=%20#e");
  }
  for (const broken of [
    path.replace("example.com", "example.net"),
    path.replace("data=", "data=A"),
    path.replace(/sig=.*/, "sig="),
    path.replace(/sig=../, "sig=00"),
    "/v1/r?to=https://example.com/",
  ]) {
    const led = await service.get(broken);
    assert.equal(led.status, 404, broken);
    assert.equal(led.headers.location, undefined);
  }
  const nowhere = [
    "https://example.net/",
    "https://example.com.example.net/",
    "https://example.com@example.net/",
    "https://user:x@example.com/",
    "https://example.com\\@example.net/",
    "//example.com/",
    "javascript:alert(1)",
    "https://example.com/\r\nX-Evil: 1",
    "/relative",
    "",
    7,
  ];
  for (const to of nowhere) assert.equal((await make(to)).json.error.code, "bad_target", String(to));
  assert.equal((await make("https://example.com/", { type: "track" })).json.error.code, "bad_call");
  assert.equal((await service.post("/v1/links", {}, { key: "x" })).status, 401);
  await service.kill();
  const lines = service.logged();
  assert.deepEqual(
    lines.map((line) => [line.event, line.properties.link, line.context.masa.source]),
    [
      ["mail_clicked", "a&b", "links"],
      ["mail_clicked", "a&b", "links"],
    ],
  );
  assert.notEqual(lines[0].messageId, lines[1].messageId);
  const again = await Service.start(t, { folder: service.folder, options: ["--link-host", "example.com"] });
  t.after(() => again.kill("SIGKILL"));
  assert.equal((await again.get(path)).status, 302); // the secret was kept
});

test("the numbers are for this machine, and for whom they were opened to", async (t) => {
  const service = await Service.start(t, { options: ["--proxy", "127.0.0.1", "--metrics-to", "192.0.2.8"] });
  const from = (address) => ({ headers: { "X-Forwarded-For": address } });
  assert.equal((await service.get("/metrics")).status, 200);
  assert.equal((await service.get("/metrics", from("192.0.2.7"))).status, 403);
  assert.equal((await service.get("/metrics", from("192.0.2.8"))).status, 200);
  await service.post("/v1/batch", { batch: [track("m1"), track("m2"), {}] });
  const { text } = await service.get("/metrics");
  const rows = text.split("\n").filter(Boolean);
  for (const row of rows) assert.match(row, /^(# (HELP|TYPE) |[a-z_]+(\{[^}]*\})? [0-9.e+]+$)/);
  assert.equal(new Set(rows.map((row) => (row.startsWith("#") ? row : row.split(" ")[0]))).size, rows.length);
  for (const row of [
    'masa_events_total{result="accepted"} 2',
    'masa_events_total{result="rejected"} 1',
    'masa_http_requests_total{method="POST",route="/v1/batch",status="200"} 1',
    'masa_http_requests_total{method="GET",route="/metrics",status="403"} 1',
    "masa_commit_groups_total 1",
    "masa_commit_events_total 2",
  ])
    assert.ok(rows.includes(row), `${row} is not in\n${text}`);
});

test("the script and what its page may load", async (t) => {
  const service = await Service.start(t);
  const script = await service.get("/masa.js");
  assert.equal(script.status, 200);
  assert.match(script.text, /sendBeacon/);
  assert.equal(script.headers["cross-origin-resource-policy"], "cross-origin");
  const same = await service.get("/masa.js", { headers: { "If-None-Match": script.headers.etag } });
  assert.deepEqual([same.status, same.text], [304, ""]);
  const head = await service.ask("HEAD", "/masa.js");
  assert.equal(Number(head.headers["content-length"]), script.bytes.length);
});

test("deals need no person once the definition says so, and all of it can be exported", async (t) => {
  const service = await Service.start(t);
  const deal = track("d1", { event: "deal_won", userId: undefined, properties: { deal: "d1", amount: 1000 } });
  assert.equal((await service.post("/v1/track", deal)).json.error.details.errors[0].code, "no_subject");
  const definition = fileURLToPath(new URL("../../examples/templates/b2b.yaml", import.meta.url));
  const words = ["--db", service.db, "--definition", definition];
  const input = `${JSON.stringify(track("m0"))}\n`;
  execFileSync(MASA, ["import", ...words, "-"], { input, stdio: ["pipe", "ignore", "ignore"], cwd: service.folder });
  let answer;
  do answer = await service.post("/v1/track", deal);
  while (answer.status !== 200 && answer.json.error.code === "bad_call");
  assert.equal(answer.status, 200);
  assert.equal((await service.post("/v1/track", track("m1", { userId: "p2" }))).status, 200);
  await service.kill();
  const text = execFileSync(MASA, ["export", "--events", "--db", service.db], { encoding: "utf8" });
  const lines = text.split("\n").filter(Boolean);
  const found = lines.map((line) => JSON.parse(line)).map((line) => [line.messageId, line.context?.masa?.source]);
  assert.deepEqual(found.sort(), [
    ["d1", "web"],
    ["m0", undefined],
    ["m1", "web"],
  ]);
});

test("people come in by the same server", async (t) => {
  const service = await Service.start(t);
  const session = await service.get("/api/v1/session");
  assert.equal(session.status, 401);
  assert.equal(session.json.error.code, "signed_out");
});

test("https, with security said for later visits", async (t) => {
  const folder = Service.folder();
  const [cert, key] = ["cert.pem", "key.pem"].map((name) => join(folder, name));
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"];
  const made = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  execFileSync("openssl", ["req", ...made, ...subject, "-out", cert, "-keyout", key], { stdio: "ignore" });
  const service = await Service.start(t, { folder, options: ["--tls-cert", cert, "--tls-key", key] });
  t.after(() => service.clean());
  assert.match(service.url, /^https:/);
  const get = (more) =>
    new Promise((resolve, reject) => {
      const request = https.get(`${service.url}/health`, { ca: readFileSync(cert), ...more }, (response) => {
        response.resume();
        response.on("end", () => resolve(response));
      });
      request.on("error", reject);
    });
  const answer = await get({});
  assert.equal(answer.statusCode, 200);
  assert.match(answer.headers["strict-transport-security"], /max-age/);
  await assert.rejects(get({ maxVersion: "TLSv1.1", minVersion: "TLSv1" }));
  assert.equal(await service.kill(), 0);
});

test("what cannot be started is said", async (t) => {
  const cases = [
    [["--listen", "nonsense"], 2, /is no HOST:PORT/],
    [["--listen", "127.0.0.1:0", "--tls-cert", "x"], 2, /belong together/],
    [["--listen", "127.0.0.1:0", "--tls-cert", "/nowhere", "--tls-key", "/nowhere"], 1, /cannot read/],
    [["--write-keys", "/nowhere"], 1, /cannot read/],
    [["--proxy", "somewhere"], 2, /is no address/],
    [["--workers", "none"], 2, /whole number/],
    [["--log", "loud"], 2, /error, warn or info/],
  ];
  for (const [options, code, message] of cases) {
    const folder = Service.folder();
    t.after(() => rmSync(folder, { recursive: true }));
    await assert.rejects(Service.start(t, { folder, options }), (error) => {
      assert.match(error.message, message);
      return error.message.startsWith(`ended with ${code}: `);
    });
  }
});

/** The examples of a page: each `sh` block that is a command of curl, and what the block after it shows. */
function examples(page) {
  const blocks = [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, kind, text]) => ({ kind, text }));
  return blocks.flatMap((block, i) =>
    block.kind === "sh" && /curl/.test(block.text) ? [{ command: block.text, shown: blocks[i + 1] }] : [],
  );
}

/** What is shown may leave things out with three dots. */
function fits(shown, said) {
  const pattern = shown
    .replace(/\n */g, "")
    .split("...")
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${pattern}$`, "s").test(said.replace(/\n */g, ""));
}

test("every example of docs/SERVICE.md does what the page says", async (t) => {
  const service = await Service.start(t, { options: ["--link-host", "example.com"] });
  const page = readFileSync(fileURLToPath(new URL("../../docs/SERVICE.md", import.meta.url)), "utf8");
  const list = examples(page);
  assert.ok(list.length >= 12);
  for (const { command, shown } of list) {
    const here = (text) => text.replaceAll("127.0.0.1:8080", `127.0.0.1:${service.port}`);
    const said = execFileSync("sh", ["-c", here(command)], { encoding: "utf8" });
    assert.ok(fits(here(shown.text), said), `${command}\nsays\n${said}\nand not\n${shown.text}`);
  }
});
