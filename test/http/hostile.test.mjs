// Whatever comes over the wire: a clear refusal, nothing lost, and the server goes on.
import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { KEY, Service, track } from "./service.mjs";

const AUTH = `Authorization: Basic ${Buffer.from(`${KEY}:`).toString("base64")}\r\n`;
const HEAD = `Host: a\r\n${AUTH}Content-Type: application/json\r\n`;
const CLOSE = "Connection: close\r\n";

/** The server still works, and this is all that it has kept. */
async function assertKept(service, ids) {
  assert.equal((await service.post("/v1/track", track("last"))).status, 200);
  assert.equal(await service.kill(), 0);
  assert.deepEqual(
    service.logged().map((line) => line.messageId),
    [...ids, "last"],
  );
}

function assertError(answer, status, code) {
  assert.equal(answer.status, status, answer.text);
  assert.deepEqual(Object.keys(answer.json), ["error"]);
  assert.equal(answer.json.error.code, code);
  assert.ok(answer.json.error.message.length > 0);
}

test("a valid body broken at every byte is refused, or its good calls are kept", async (t) => {
  const service = await Service.start(t);
  const body = JSON.stringify({ batch: [track("m1", { properties: { a: [1, null, "x\n"] } })], context: { ip: "x" } });
  let accepted = 0;
  for (let i = 0; i <= body.length; i++) {
    const cut = await service.post("/v1/batch", body.slice(0, i));
    assert.equal(cut.status, i < body.length ? 400 : 200, body.slice(0, i));
    accepted += cut.json.accepted ?? 0;
    for (const other of ['"', "{", "]", "\u0001", "\\"]) {
      const answer = await service.post("/v1/batch", body.slice(0, i) + other + body.slice(i + 1));
      assert.ok(answer.status === 200 || answer.status === 400, `${answer.status}`);
      if (answer.status === 400) assertError(answer, 400, "bad_json");
      accepted += answer.json.accepted ?? 0;
    }
  }
  assert.ok(accepted > 0);
  await service.kill();
  assert.equal(service.logged().length, accepted);
});

test("nesting, length and emptiness", async (t) => {
  const service = await Service.start(t);
  const deep = (n) => `{"type":"track","event":"e","userId":"p1","properties":${"[".repeat(n)}${"]".repeat(n)}}`;
  assertError(await service.post("/v1/track", deep(10000)), 400, "bad_json");
  assertError(await service.post("/v1/track", "[".repeat(200000)), 400, "bad_json");
  assertError(await service.post("/v1/track", ""), 400, "bad_json");
  assertError(await service.post("/v1/track", "null"), 400, "bad_json");
  assertError(await service.post("/v1/track", '{"event":"e","event":"f"}'), 400, "bad_json");
  assertError(await service.post("/v1/track", Buffer.from([0x22, 0xff, 0x22])), 400, "bad_json");
  /* Before any of it is read: whoever sends all at once may find the connection closed before the answer is seen. */
  const announced = `POST /v1/track HTTP/1.1\r\n${HEAD}Content-Length: ${600 * 1024}\r\n\r\n`;
  const [head, refusal] = (await service.raw(announced)).split("\r\n\r\n");
  assertError({ status: Number(head.split(" ")[1]), text: refusal, json: JSON.parse(refusal) }, 413, "too_large");
  const long = await service.post("/v1/track", track("m1", { event: "e".repeat(33 * 1024) }));
  assertError(long, 400, "bad_call");
  assert.equal(long.json.error.details.errors[0].code, "too_large");
  const mixed = await service.post("/v1/batch", { batch: [track("m2"), { type: "track" }, 7, track("m3")] });
  assert.equal(mixed.status, 200);
  assert.deepEqual([mixed.json.accepted, mixed.json.rejected], [2, 2]);
  assert.deepEqual(
    mixed.json.errors.map((error) => [error.index, error.field, error.code]),
    [
      [1, "batch[1].event", "no_event"],
      [2, "batch[2]", "no_object"],
    ],
  );
  await assertKept(service, ["m2", "m3"]);
});

test("what only people may say is not taken from a write key", async (t) => {
  const service = await Service.start(t);
  const forged = ["lead_accepted", "lead_returned", "masa:erase", "masa:merge", " masa:undo"];
  const batch = forged.map((event, i) => track(`f${i}`, { event, properties: { role: "sales", by: "u1" } }));
  const reply = await service.post("/v1/batch", { batch: [...batch, track("m1")] });
  assert.deepEqual([reply.json.accepted, reply.json.rejected], [1, forged.length]);
  assert.ok(reply.json.errors.every((error) => error.code === "reserved" && error.field.endsWith(".event")));
  assertError(await service.post("/v1/track", track("f9", { event: "lead_accepted" })), 400, "bad_call");
  await assertKept(service, ["m1"]);
});

test("wrong types, encodings, methods and addresses", async (t) => {
  const service = await Service.start(t);
  const type = (value) => ({ headers: { "Content-Type": value } });
  assertError(await service.post("/v1/track", "{}", type("text/html")), 415, "bad_type");
  assertError(await service.post("/v1/track", "a=1", type("application/x-www-form-urlencoded")), 415, "bad_type");
  assert.equal((await service.post("/v1/track", JSON.stringify(track("m1")), type("text/plain"))).status, 200);
  const coding = (value) => ({ headers: { "Content-Encoding": value } });
  assertError(await service.post("/v1/track", "{}", coding("br")), 415, "bad_encoding");
  assertError(await service.post("/v1/track", "{}", coding("gzip")), 400, "bad_gzip");
  const packed = gzipSync(JSON.stringify(track("m2")));
  assert.equal((await service.post("/v1/track", packed, coding("gzip"))).status, 200);
  assertError(await service.post("/v1/track", packed.subarray(0, -3), coding("gzip")), 400, "bad_gzip");
  const bomb = gzipSync(Buffer.alloc(100 << 20, " "));
  assert.ok(bomb.length < 200000);
  assertError(await service.post("/v1/track", bomb, coding("gzip")), 413, "too_large");
  assertError(await service.get("/v1/track"), 405, "method");
  assertError(await service.ask("DELETE", "/v1/batch"), 405, "method");
  assertError(await service.get("/nothing/here"), 404, "not_found");
  for (const path of ["/../../etc/passwd", "/v1/%2e%2e/%2e%2e/etc/passwd", "/a\\..\\b", "/%00", "/%2", "/%ff"])
    assertError(await service.get(path), 400, "bad_path");
  for (const path of ["/..%2f..%2fetc%2fpasswd", "/a%0d%0aX:y", "/v1%2ftrack"])
    assertError(await service.get(path), 404, "not_found");
  await assertKept(service, ["m1", "m2"]);
});

test("keys: wrong, missing, of another origin", async (t) => {
  const service = await Service.start(t);
  for (const key of ["x", "test-key-web-2", "", "test-key-web-1\u0000", `${KEY} `])
    assertError(await service.post("/v1/track", track("m"), { key }), 401, "bad_key");
  for (const value of ["Bearer abc", "Basic", "Basic !!!", `Basic ${KEY}`])
    assertError(
      await service.post("/v1/track", track("m"), { key: "", headers: { Authorization: value } }),
      401,
      "bad_key",
    );
  assert.equal((await service.post("/v1/track", { ...track("m1"), writeKey: KEY }, { key: "" })).status, 200);
  assertError(await service.post("/v1/track", { ...track("m"), writeKey: "other" }, { key: "" }), 401, "bad_key");
  await service.kill();
  assert.deepEqual(
    service.logged().map((line) => line.messageId),
    ["m1"],
  );
  assert.ok(!service.errors.includes(KEY) && !service.errors.includes("p1"), service.errors);
  assert.ok(service.log().some((line) => line.code === "bad_key" && line.level === "warn"));
});

test("smuggling and broken headers are refused, and the connection is closed", async (t) => {
  const service = await Service.start(t);
  const attacks = [
    `POST /v1/track HTTP/1.1\r\n${HEAD}Content-Length: 2\r\nContent-Length: 20\r\n\r\n{}`,
    `POST /v1/track HTTP/1.1\r\n${HEAD}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    `POST /v1/track HTTP/1.1\r\n${HEAD}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
    `POST /v1/track HTTP/1.1\r\n${HEAD}Content-Length : 2\r\n\r\n{}`,
    `POST /v1/track HTTP/1.1\r\n${HEAD}Content-Length: -2\r\n\r\n{}`,
    `POST /v1/track HTTP/1.1\r\n${AUTH}Content-Length: 2\r\n\r\n{}`,
    `GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n`,
    `GET /health HTTP/1.1\r\nHost: a\r\nX Y: b\r\n\r\n`,
    `GET  /health HTTP/1.1\r\nHost: a b\r\n\r\n`,
    `GET /health HTTP/9.9\r\nHost: a\r\n\r\n`,
    `\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03`.repeat(40) + "\r\n\r\n",
  ];
  for (const attack of attacks) {
    const heard = await service.raw((socket) => {
      socket.write(attack, "latin1");
      socket.end();
    });
    assert.ok(heard === "" || /^HTTP\/1\.[01] (4|5)\d\d /.test(heard), `${JSON.stringify(attack)}: ${heard}`);
  }
  const injected = await service.raw(`GET /v1/r?to=https://a/%0d%0aX-Evil:1 HTTP/1.1\r\nHost: a\r\n${CLOSE}\r\n`);
  assert.ok(!/X-Evil/i.test(injected), injected);
  const heard = await service.raw(`GET /health HTTP/1.1\r\nHost: a\r\nX: ${"y".repeat(70000)}\r\n\r\n`);
  assert.match(heard, /^HTTP\/1.1 431 /);
  await assertKept(service, []);
});

test("a byte at a time comes through; too slow is told and ended", async (t) => {
  const patient = await Service.start(t);
  const service = await Service.start(t, { options: ["--request-seconds", "2"] });
  const body = JSON.stringify(track("m1"));
  const whole = `POST /v1/track HTTP/1.1\r\n${HEAD}${CLOSE}Content-Length: ${body.length}\r\n\r\n${body}`;
  const drip = (text, milliseconds) => (socket) => {
    let i = 0;
    const timer = setInterval(() => {
      if (i < text.length && !socket.destroyed) socket.write(text[i++]);
      else clearInterval(timer);
    }, milliseconds);
    socket.on("close", () => clearInterval(timer));
  };
  assert.match(await patient.raw(drip(whole, 1)), /^HTTP\/1.1 200 /);
  await assertKept(patient, ["m1"]);
  const [head, middle] = await Promise.all([
    service.raw(drip(whole, 100)),
    service.raw((socket) => {
      const cut = whole.length - 100;
      socket.write(whole.slice(0, cut));
      drip(whole.slice(cut), 100)(socket);
    }),
  ]);
  for (const heard of [head, middle]) {
    assert.match(heard, /^HTTP\/1.1 408 /);
    assert.match(heard, /"code":"too_slow"/);
  }
  assert.equal(await service.metric("masa_http_timed_out_total"), 2);
  await assertKept(service, []);
});

test("half-closed and broken connections", async (t) => {
  const service = await Service.start(t, { options: ["--request-seconds", "2"] });
  const body = JSON.stringify(track("m1"));
  const whole = `POST /v1/track HTTP/1.1\r\n${HEAD}${CLOSE}Content-Length: ${body.length}\r\n\r\n${body}`;
  const answered = await service.raw((socket) => socket.end(whole));
  assert.match(answered, /^HTTP\/1.1 200 /);
  const half = await service.raw((socket) => socket.end(whole.slice(0, -5)));
  assert.ok(!/^HTTP\/1.1 200/.test(half));
  for (let i = 0; i < 50; i++)
    await service.raw((socket) => socket.write(whole.slice(0, 10 + i * 4), () => socket.resetAndDestroy()));
  await assertKept(service, ["m1"]);
});

test("a flood of connections from one address leaves the others alone", async (t) => {
  const service = await Service.start(t, { options: ["--per-address", "20", "--request-seconds", "2"] });
  const refused = [];
  const held = Array.from({ length: 60 }, () =>
    service.raw((socket) => {
      socket.write("GET /health HTTP/1.1\r\n");
      socket.on("close", () => refused.push(1));
    }),
  );
  while ((await service.raw("x")) !== "" || refused.length < 40) await new Promise((done) => setTimeout(done, 20));
  const heard = await Promise.all(held);
  assert.equal(heard.filter((one) => one.startsWith("HTTP/1.1 408")).length, 20);
  assert.ok((await service.metric("masa_http_refused_connections_total")) >= 40);
  await assertKept(service, []);
});

test("more than can wait is told to come back, and what was answered with 200 is kept", async (t) => {
  const service = await Service.start(t, { options: ["--proxy", "127.0.0.1", "--per-address", "5"] });
  const from = (i) => ({ headers: { "X-Forwarded-For": `192.0.2.${i}` } });
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, i) => service.post("/v1/track", track(`m${i}`), from(i % 2))),
  );
  const kept = answers.filter((answer) => answer.status === 200);
  for (const answer of answers) {
    if (answer.status === 200) continue;
    assertError(answer, 429, "too_many");
    assert.ok(Number(answer.headers["retry-after"]) >= 1);
    assert.equal(answer.json.error.details.retry_after_seconds, 1);
  }
  assert.ok(kept.length > 0);
  await service.kill();
  assert.equal(service.logged().length, kept.length);
});

test("requests one after the other without waiting are answered in order", async (t) => {
  const service = await Service.start(t);
  const one = (id, close) => {
    const body = JSON.stringify(track(id));
    return `POST /v1/track HTTP/1.1\r\n${HEAD}${close}Content-Length: ${body.length}\r\n\r\n${body}`;
  };
  const heard = await service.raw(one("m1", "") + one("m2", "") + `GET /health HTTP/1.1\r\nHost: a\r\n${CLOSE}\r\n`);
  assert.equal(heard.match(/HTTP\/1\.1 200 /g).length, 3);
  assert.ok(heard.endsWith('"}\n'));
  await assertKept(service, ["m1", "m2"]);
});
