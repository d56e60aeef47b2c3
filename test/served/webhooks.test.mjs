// Webhooks as administrators have them: made, tried and ended; where they may lead; what is told and kept of them.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { masa } from "./company.mjs";
import { Receiver, signedBy } from "./receiver.mjs";
import {
  LOCAL,
  admin,
  begin,
  channel,
  channels,
  handoffOf,
  isTest,
  remindSoon,
  sends,
  tryIt,
  untilSends,
} from "./sending.mjs";

test("a server that is told to send nothing decides nothing", async (t) => {
  const company = await begin(t, { options: [...LOCAL, "--no-webhooks"] });
  const receiver = await Receiver.start(t);
  const made = await channel(company, receiver);
  const refused = await tryIt(company, made);
  assert.deepEqual([refused.status, refused.code], [409, "not_sending"]);
  await remindSoon(company, ["p-soon"], 1);
  await handoffOf(company, "p-soon");
  await new Promise((done) => setTimeout(done, 3000));
  assert.deepEqual(await sends(company, made), []);
  // Started as usual, it sends what is not a day old.
  await company.kill();
  company.options = LOCAL;
  await company.serve();
  await receiver.until(({ json }) => json.data.lead === "p-soon");
});

test("administrators are told of a webhook that takes nothing, and when it does again", async (t) => {
  const company = await begin(t);
  const receiver = await Receiver.start(t);
  const made = await channel(company, receiver);
  const [ear, other] = [await company.listen("admin"), await company.listen("sales")];
  receiver.answer = ({ type }) => (type === "channel.test" ? 200 : 500);
  await remindSoon(company, ["p-east"]);
  for (let i = 1; i <= 5; i++) {
    await untilSends(company, made, (rows) =>
      rows.some(({ attempts, state }) => attempts === i && state === "pending"),
    );
    if (i < 5) await tryIt(company, made); // whoever takes a message gets what waits
  }
  const told = await ear.until(({ code, on }) => code === "delivery_failing" && on);
  assert.match(told.text.en, /to the room does not arrive/);
  assert.match(told.text.he, /to the room/);
  assert.equal(told.link, "/channels");
  assert.equal((await channels(company))[0].troubled, true);
  assert.match(await (await fetch(`${company.url}/metrics`)).text(), /^masa_webhooks_failing 1$/m);
  receiver.answer = () => 200;
  await tryIt(company, made);
  await ear.until(({ code, on }) => code === "delivery_failing" && !on);
  assert.equal((await channels(company))[0].troubled, false);
  assert.deepEqual(other.alerts("delivery_failing"), []);
  ear.close();
  other.close();
});

test("nothing of this machine or its network is called unless the server was started so", async (t) => {
  const company = await begin(t, { options: [] });
  const receiver = await Receiver.start(t, { secure: true });
  const refused = await admin(company, "POST", "/channels", { body: { name: "plain", url: "http://example.com/" } });
  assert.deepEqual([refused.status, refused.code], [422, "not_acceptable"]);
  for (const host of ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0x7f.1", "169.254.169.254"]) {
    const made = await channel(company, { url: `https://${host}:${receiver.port}/` });
    await tryIt(company, made);
    const [row] = await untilSends(company, made, ([last]) => last.state === "failed");
    assert.deepEqual([row.reason, row.status, host], ["not_allowed", null, host]);
  }
  assert.equal(receiver.connections, 0);
});

test("a certificate that nobody vouches for is not taken", async (t) => {
  const company = await begin(t);
  const receiver = await Receiver.start(t, { secure: true });
  const made = await channel(company, receiver);
  await tryIt(company, made);
  const [row] = await untilSends(company, made, ([last]) => last.state === "failed");
  assert.equal(row.reason, "certificate");
  assert.deepEqual(receiver.got, []);
});

test("secrets are shown once, change over, and go with their webhook", async (t) => {
  const company = await begin(t);
  const receiver = await Receiver.start(t);
  const made = await channel(company, receiver);
  assert.match(made.secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
  const params = { id: made.id };
  const renewed = await admin(company, "POST", "/channels/{id}/secret", { params });
  assert.equal(renewed.status, 201);
  assert.notEqual(renewed.json.secret, made.secret);
  await tryIt(company, made);
  signedBy(await receiver.until(isTest), renewed.json.secret, made.secret);

  const everything = JSON.stringify([
    await channels(company),
    await sends(company, made),
    (await company.get("/audit", { roles: "admin", query: { limit: "200" } })).json,
    masa("export", "--db", company.db),
  ]);
  for (const secret of [made.secret, renewed.json.secret]) assert.ok(!everything.includes(secret.slice(6)));
  const trail = (await company.get("/audit", { roles: "admin", query: { subject: made.id } })).json.items;
  assert.deepEqual(
    trail.map(({ action }) => action),
    ["channel.try", "channel.secret", "channel.make"],
  );
  assert.equal(trail[2].details.after.to, new URL(receiver.url).origin, "the path of an address may be a secret");

  receiver.answer = () => 500;
  await remindSoon(company, ["p-late"]);
  await untilSends(company, made, ([last]) => last.attempts === 1 && last.state === "pending");
  assert.equal((await admin(company, "DELETE", "/channels/{id}", { params })).status, 204);
  const [last] = await sends(company, made);
  assert.deepEqual([last.state, last.reason, last.next_at], ["overtaken", "ended", null]);
  for (const [method, path] of [
    ["POST", "/channels/{id}/try"],
    ["POST", "/channels/{id}/secret"],
    ["DELETE", "/channels/{id}"],
  ])
    assert.equal((await admin(company, method, path, { params })).status, 404);
  assert.equal((await admin(company, "POST", "/channels/{id}/try", { params: { id: "c99" } })).status, 404);
  assert.ok((await channels(company))[0].ended_at);
});

test("only administrators manage webhooks, and what they write is looked at", async (t) => {
  const company = await begin(t);
  const body = { name: "n", url: "https://example.com/" };
  for (const roles of ["marketing", "sales", "success", "product"]) {
    assert.equal((await company.get("/channels", { roles })).status, 403);
    assert.equal((await admin(company, "POST", "/channels", { roles, body })).status, 403);
  }
  const key = await admin(company, "POST", "/keys", {
    body: { kind: "api", name: "n", roles: ["admin"], writes: true },
  });
  const by = { headers: { authorization: `Bearer ${key.json.secret}` }, roles: null };
  assert.equal((await company.get("/channels", by)).status, 403);
  for (const wrong of [
    { url: "example.com" },
    { url: "https://user:word@example.com/" },
    { url: "ftp://example.com/" },
    { url: `https://example.com/${"x".repeat(2000)}` },
    { name: "" },
    { teams: ["nobody's"] },
    { roles: ["king"] },
  ]) {
    const reply = await admin(company, "POST", "/channels", { body: { ...body, ...wrong } });
    assert.ok([400, 422].includes(reply.status), JSON.stringify([wrong, reply.status]));
  }
  assert.equal((await company.ask("POST", "/channels", { roles: "admin", body })).status, 428);
  const once = randomUUID();
  const [first, second] = [
    await admin(company, "POST", "/channels", { body, once }),
    await admin(company, "POST", "/channels", { body, once }),
  ];
  assert.equal(first.json.secret, second.json.secret);
  assert.equal((await channels(company)).length, 1);
});

test("who is erased is not told of any more, and stands in no row", async (t) => {
  const company = await begin(t);
  const receiver = await Receiver.start(t);
  const made = await channel(company, receiver);
  await remindSoon(company, ["p-sent"]);
  await untilSends(company, made, ([row]) => row?.state === "sent");
  receiver.answer = ({ type }) => (type === "channel.test" ? 200 : 500);
  await remindSoon(company, ["p-waits"]);
  await untilSends(company, made, ([row]) => row.lead === "p-waits" && row.state === "pending" && row.attempts === 1);
  for (const id of ["p-sent", "p-waits"]) {
    const reply = await admin(company, "POST", "/leads/{id}/erasure", { params: { id }, body: { confirm: id } });
    assert.equal(reply.status, 200);
  }
  const rows = await sends(company, made);
  assert.deepEqual(
    rows.map(({ lead, handoff, state, reason }) => [lead, handoff, state, reason]),
    [
      [null, null, "overtaken", "erased"],
      [null, null, "sent", null],
    ],
  );
  const before = receiver.got.length;
  receiver.answer = () => 200;
  await tryIt(company, made);
  await receiver.until(isTest);
  assert.equal(receiver.got.length, before + 1);
});
