// What another system decided, and was imported: whose leads they are, and what was written with it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { companyOf } from "./company.mjs";
import { DEFINITION, proposed } from "./handed.mjs";

const decided = (event, userId, day, more = {}) => ({
  type: "track",
  event,
  userId,
  messageId: `${event}-${userId}-${day}`,
  timestamp: `2026-01-${day}T10:00:00Z`,
  properties: { stage: "SAL", by: "ann", role: "sales", ...more },
});

const events = [
  ...proposed("p", 3),
  ...proposed("q", 3).filter(({ event }) => event !== "demo_booked"), // nobody proposed them
  decided("lead_rejected", "p0", "07", { reason: "no_budget", text: "Again in spring" }),
  decided("lead_accepted", "p1", "07"),
  decided("lead_accepted", "q0", "07"),
  decided("lead_accepted", "q1", "07"),
  decided("lead_returned", "q1", "08", { reason: "too_early" }),
];

const company = companyOf({ definition: DEFINITION, events }, () => company.answers("/leads"));

const ownerOf = async (id) => (await company.get("/leads/{id}", { params: { id } })).json.lead.owner?.id ?? null;

test("whoever accepted a lead has it, proposed or not, until it is given back", async () => {
  assert.deepEqual(await Promise.all(["p0", "p1", "p2"].map(ownerOf)), [null, "ann", null]);
  assert.deepEqual(await Promise.all(["q0", "q1", "q2"].map(ownerOf)), ["ann", null, null]);
  const { items } = (await company.get("/leads", { query: { owner: "ann" } })).json;
  assert.deepEqual(items.map(({ id }) => id).sort(), ["p1", "q0"]);
});

test("marketing reads what was written with a rejection", async () => {
  const { items } = (await company.get("/rejected", { query: { period: "2026-01" } })).json;
  const notes = Object.fromEntries(items.map(({ lead, decision }) => [lead.id, decision.note]));
  assert.equal(notes.p0, "Again in spring");
});
