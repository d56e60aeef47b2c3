// Decisions while the server is killed: what was answered is there after it, and asking again decides nothing twice.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { Company, masa } from "./company.mjs";
import { DEFINITION, proposed } from "./handed.mjs";

const ROUNDS = 8,
  EACH = 6;

test("no decision is lost or made twice, wherever the server dies", async () => {
  const company = await Company.start({
    definition: DEFINITION,
    events: proposed("p", ROUNDS * EACH),
  });
  const inbox = async (query) => (await company.get("/handoffs", { roles: "sales", query })).json;
  const ready = () => company.answers("/handoffs", { roles: "sales" });
  const decide = ({ id, version, key }) =>
    company.change("POST", "/handoffs/{id}/decision", {
      params: { id },
      version,
      key,
      body: { decision: "accept" },
    });
  await ready();
  let answered = 0,
    unanswered = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const { items } = await inbox({ limit: String(EACH) });
    const asked = items.map(({ id, version, lead }) => ({ id, version, lead: lead.id, key: randomUUID() }));
    const [first, ...rest] = asked;
    const under_way = rest.map((each) => decide(each).catch(() => null));
    // On odd rounds at the moment of an answer; on even ones wherever it is by then.
    if (round % 2) assert.equal((await decide(first)).status, 200);
    else under_way.push(decide(first).catch(() => null));
    if (!(round % 2)) await new Promise((done) => setTimeout(done, round * 7));
    await company.kill();
    const replies = await Promise.all(under_way);
    const good = replies.filter((reply) => reply?.status === 200).map(({ json }) => json.id);
    if (round % 2) good.push(first.id);
    answered += good.length;
    unanswered += asked.length - good.length;
    await company.serve();
    await ready();
    const decided = await inbox({ state: "decided", limit: "200" });
    for (const id of good)
      assert.ok(
        decided.items.some((each) => each.id === id && each.state === "accepted"),
        id,
      );
    for (const each of asked) {
      const { status, json } = await decide(each);
      assert.deepEqual([status, json.state, json.version], [200, "accepted", "2"], JSON.stringify(json));
    }
  }
  assert.ok(answered >= ROUNDS / 2, "some were answered before the end");
  assert.ok(unanswered > 0, "some were not");
  const facts = masa("facts", "--db", company.db)
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const handoffs = facts.filter(({ fact }) => fact === "handoff");
  assert.equal(handoffs.length, ROUNDS * EACH);
  assert.ok(handoffs.every(({ outcome }) => outcome === "accepted"));
  assert.deepEqual(
    facts.filter(({ fact }) => fact === "refused" || fact === "conflict"),
    [],
  );
  // Each is in the audit trail once, also where the server died between the event and its entry.
  const query = { action: "handoff.accept", limit: "200" };
  const { items } = (await company.get("/audit", { roles: "admin", query })).json;
  assert.equal(items.length, ROUNDS * EACH);
  assert.equal(await company.stop(), 0);
});
