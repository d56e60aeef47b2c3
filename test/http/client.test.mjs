// The official client library from npm, unchanged.
import { Analytics } from "@segment/analytics-node";
import assert from "node:assert/strict";
import { test } from "node:test";
import { KEY, SHOP_KEY, Service } from "./service.mjs";

const connect = (service, more = {}) =>
  new Analytics({
    writeKey: KEY,
    host: service.url,
    flushInterval: 10,
    disable: false,
    ...more,
  });

test("every call of the client arrives as it was made", async (t) => {
  const service = await Service.start(t);
  const client = connect(service);
  const errors = [];
  client.on("error", (error) => errors.push(error));
  const at = new Date("2026-01-05T09:00:00Z");
  client.identify({
    userId: "p1",
    traits: { role: "מנהלת", employees: 120 },
    timestamp: at,
  });
  client.track({
    userId: "p1",
    event: "demo_booked",
    properties: { step: 3, price: 12.5 },
    timestamp: at,
  });
  client.track({
    anonymousId: "a1",
    event: "page_viewed",
    context: { page: { path: "/he" } },
  });
  client.group({ userId: "p1", groupId: "g1", traits: { industry: "saas" } });
  client.page({
    userId: "p1",
    name: "pricing",
    properties: { url: "https://example.com/pricing" },
  });
  client.screen({ userId: "p1", name: "home" });
  client.alias({ userId: "p1", previousId: "a1" });
  await client.closeAndFlush({ timeout: 10000 });
  assert.deepEqual(errors, []);
  assert.equal(await service.kill(), 0);
  const lines = service.logged();
  assert.deepEqual(
    lines.map((line) => line.type),
    ["identify", "track", "track", "group", "page", "screen", "alias"],
  );
  const [identify, demo, view, group, page, , alias] = lines;
  assert.deepEqual(identify.traits, { role: "מנהלת", employees: 120 });
  assert.deepEqual(demo.properties, { step: 3, price: 12.5 });
  assert.equal(demo.timestamp, "2026-01-05T09:00:00.000Z");
  assert.equal(view.anonymousId, "a1");
  assert.equal(view.context.page.path, "/he");
  assert.equal(group.groupId, "g1");
  assert.equal(page.name, "pricing");
  assert.equal(alias.previousId, "a1");
  for (const line of lines) {
    assert.equal(line.context.masa.source, "web");
    assert.match(line.context.library.name, /analytics/);
    assert.ok(line.messageId && line.receivedAt && line.sentAt, JSON.stringify(line));
    assert.equal(line.writeKey, undefined);
  }
});

test("a key of a page says what a page has to say, and nothing of anybody by name", async (t) => {
  const service = await Service.start(t);
  const client = connect(service, { writeKey: SHOP_KEY });
  client.page({ anonymousId: "a1", name: "pricing" });
  client.track({ anonymousId: "a1", event: "signed_up" });
  client.track({ anonymousId: "a1", event: "page_read" });
  client.track({
    anonymousId: "a1",
    event: "deal_won",
    properties: { deal_id: "d1", amount: 1e6 },
  });
  client.track({ userId: "p1", event: "signed_up" });
  client.track({
    anonymousId: "a1",
    event: "signed_up",
    context: { groupId: "acme" },
  });
  client.identify({ anonymousId: "a1", traits: { email: "a1@example.com" } });
  client.identify({ anonymousId: "a1", userId: "p1", traits: {} });
  client.group({ anonymousId: "a1", groupId: "acme" });
  client.alias({ userId: "p1", previousId: "p2" });
  await client.closeAndFlush({ timeout: 10000 });

  const call = (path, body) =>
    fetch(`${service.url}/v1/${path}`, {
      method: "POST",
      headers: {
        Authorization: `Basic ${btoa(`${SHOP_KEY}:`)}`,
        "Content-Type": "application/json",
      },
      body: JSON.stringify(body),
    });
  const [one, all, some] = [
    await call("identify", { userId: "p1", traits: {} }),
    await call("batch", {
      batch: [{ type: "alias", userId: "p1", previousId: "p2" }],
    }),
    await call("batch", {
      batch: [
        { type: "alias", userId: "p1", previousId: "p2" },
        { type: "page", anonymousId: "a2", name: "x" },
      ],
    }),
  ];
  assert.deepEqual([one.status, all.status, some.status], [403, 403, 200]);
  const { error } = await one.json();
  assert.equal(error.code, "not_allowed");
  assert.match(error.message, /names no person/);
  assert.equal(error.details.errors[0].field, "userId");
  assert.match((await all.json()).error.message, /no alias calls; an administrator makes keys that may/);
  const kept = await some.json();
  assert.deepEqual([kept.accepted, kept.rejected, kept.errors[0].code], [1, 1, "not_allowed"]);
  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  assert.equal(Number(/masa_events_total\{result="not_allowed"\} (\d+)/.exec(metrics)[1]), 9);

  const pixel = btoa(
    JSON.stringify({
      writeKey: SHOP_KEY,
      type: "track",
      event: "deal_won",
      anonymousId: "a1",
    }),
  );
  assert.equal((await fetch(`${service.url}/v1/pixel.gif?data=${encodeURIComponent(pixel)}`)).status, 403);

  await service.kill();
  const lines = service.logged();
  assert.deepEqual(lines.map((line) => line.event ?? line.type).sort(), [
    "identify",
    "page",
    "page",
    "page_read",
    "signed_up",
  ]);
  assert.ok(lines.every((line) => !line.userId && line.context.masa.source === "shop"));
});

test("a client that began before the server loses nothing and repeats nothing", async (t) => {
  const before = await Service.start(t);
  const { port, folder } = before;
  await before.kill();
  const client = connect(before, { maxRetries: 20 });
  client.on("error", () => {});
  for (let i = 0; i < 40; i++) client.track({ userId: "p1", event: "e", properties: { i } });
  await new Promise((done) => setTimeout(done, 300));
  const again = await Service.start(t, {
    folder,
    options: ["--listen", `127.0.0.1:${port}`],
  });
  await client.closeAndFlush({ timeout: 30000 });
  await again.kill();
  const seen = again.logged().map((line) => line.properties.i);
  assert.deepEqual(
    [...new Set(seen)].sort((a, b) => a - b),
    Array.from({ length: 40 }, (_, i) => i),
  );
});

test("a wrong key is told to the client, and nothing is kept", async (t) => {
  const service = await Service.start(t);
  const client = connect(service, { writeKey: "no-such-key", maxRetries: 0 });
  const errors = [];
  client.on("error", (error) => errors.push(error));
  client.track({ userId: "p1", event: "e" });
  await client.closeAndFlush({ timeout: 10000 });
  assert.ok(errors.length > 0);
  await service.kill();
  assert.deepEqual(service.logged(), []);
});
