// What was acknowledged is on the disk, whatever happens; who comes together shares a sync.
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import http from "node:http";
import { test } from "node:test";
import { KEY, Service, logged, track } from "./service.mjs";

/** Posts one event after the other until it is stopped; `acknowledged` takes their ids. */
async function client(service, name, acknowledged, state) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  for (let i = 0; !state.stopped && i < state.most; i++) {
    const batch = Array.from({ length: 1 + (i % 3) }, (_, k) => track(`${name}-${i}-${k}`));
    try {
      const answer = await service.post("/v1/batch", { batch }, { agent });
      if (answer.status !== 200) continue;
      assert.equal(answer.json.accepted, batch.length);
      for (const { messageId } of batch) acknowledged.add(messageId);
    } catch {
      break; // the server died
    }
    if (acknowledged.size >= state.enough) state.reached();
  }
  agent.destroy();
}

test("kill -9 under load loses nothing that was acknowledged", async (t) => {
  const folder = Service.folder();
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const acknowledged = new Set();
  let db;
  for (let round = 0; round < 6; round++) {
    const service = await Service.start(t, { folder });
    db = service.db;
    const state = { stopped: false, most: Infinity, enough: acknowledged.size + 200 };
    const reached = new Promise((resolve) => (state.reached = resolve));
    const clients = Array.from({ length: 16 }, (_, i) => client(service, `${round}-${i}`, acknowledged, state));
    await reached;
    await service.kill("SIGKILL");
    state.stopped = true;
    await Promise.all(clients);
  }
  const kept = new Set(logged(db).map((line) => line.messageId));
  const lost = [...acknowledged].filter((id) => !kept.has(id));
  assert.deepEqual(lost, []);
  assert.ok(acknowledged.size >= 1200);
});

test("a server that is told to stop finishes what came", async (t) => {
  const service = await Service.start(t);
  const acknowledged = new Set();
  const state = { stopped: false, most: Infinity, enough: 100 };
  const reached = new Promise((resolve) => (state.reached = resolve));
  const clients = Array.from({ length: 8 }, (_, i) => client(service, `${i}`, acknowledged, state));
  await reached;
  assert.equal(await service.kill("SIGTERM"), 0);
  state.stopped = true;
  await Promise.all(clients);
  const kept = new Set(service.logged().map((line) => line.messageId));
  assert.deepEqual(
    [...acknowledged].filter((id) => !kept.has(id)),
    [],
  );
});

test("64 clients share syncs", async (t) => {
  const service = await Service.start(t);
  const acknowledged = new Set();
  const state = { stopped: false, most: 30, enough: Infinity };
  await Promise.all(Array.from({ length: 64 }, (_, i) => client(service, `${i}`, acknowledged, state)));
  const groups = await service.metric("masa_commit_groups_total");
  const alone = await service.metric('masa_commit_group_size_total{shared_by="1"}');
  t.diagnostic(`${64 * 30} requests in ${groups} appends, ${alone} of them for one alone`);
  assert.equal(await service.metric('masa_events_total{result="accepted"}'), acknowledged.size);
  assert.equal(acknowledged.size, 64 * 60);
  assert.ok(groups < 64 * 30, `${groups} appends`);
  assert.ok(alone < groups);
});

test("a second server on the same store is refused by nobody's data, and both keep what they take", async (t) => {
  const one = await Service.start(t);
  const two = await Service.start(t, { folder: one.folder });
  for (let i = 0; i < 20; i++) {
    assert.equal((await one.post("/v1/track", track(`one-${i}`))).status, 200);
    assert.equal((await two.post("/v1/track", track(`two-${i}`))).status, 200);
  }
  await two.kill();
  await one.kill();
  assert.equal(new Set(one.logged().map((line) => line.messageId)).size, 40);
});
