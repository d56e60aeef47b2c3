// What a lead brings may be anything: each id is reachable at its own address, and no text becomes more than a text.
import assert from "node:assert/strict";
import { test } from "node:test";
import { companyOf } from "./company.mjs";
import { DEFINITION, proposed } from "./handed.mjs";

const IDS = [
  ["a/b", "../../x", "CORP\\someone", "50%", "%2F", "a?b=c#d", "a+b c", "=1+1"],
  ["two\nlines", "\u0007bell", "\u202eabc", "\u05de\u05e1/1"],
].flat();

/** As those who were proposed, under their ids. */
const events = IDS.flatMap((id, i) =>
  proposed(`n${i}-`, 1).map((event) => ({ ...event, userId: id, messageId: `${i}-${event.messageId}` })),
);

const company = companyOf({ definition: DEFINITION, events }, () => company.answers("/leads"));

test("all of them are listed, and each is reached at its address", async () => {
  const { json } = await company.get("/leads", { query: { limit: "100" } });
  assert.deepEqual(json.items.map(({ id }) => id).sort(), [...IDS].sort());
  for (const id of IDS) {
    const params = { id };
    const lead = await company.get("/leads/{id}", { params });
    assert.deepEqual([lead.status, lead.json?.lead.id], [200, id], JSON.stringify(id));
    const { json: trail } = await company.get("/leads/{id}/timeline", { params });
    assert.ok(trail.total >= 3, JSON.stringify(id));
    assert.equal((await company.get("/leads/{id}/why", { params })).json.subject, id);
    const page = await fetch(`${company.url}/leads/${encodeURIComponent(id)}`);
    assert.deepEqual([page.status, page.headers.get("content-type")], [200, "text/html; charset=utf-8"]);
  }
});

test("sales decides about each, and writes of each", async () => {
  const { json } = await company.get("/handoffs", { roles: "sales", query: { limit: "100" } });
  assert.equal(json.items.length, IDS.length);
  for (const { id, version, lead } of json.items) {
    const params = { id };
    const accept = { params, version, body: { decision: "accept" } };
    const done = await company.change("POST", "/handoffs/{id}/decision", accept);
    assert.equal(done.status, 200, JSON.stringify(lead.id));
    const body = { kind: "note", text: lead.id };
    const note = await company.change("POST", "/leads/{id}/notes", { params: { id: lead.id }, body });
    assert.deepEqual([note.status, note.json.said], [201, lead.id]);
  }
});
