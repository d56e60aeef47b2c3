// Who was away sees at `masa serve` itself what waits for them: reminders and escalations that have come.
import assert from "node:assert/strict";
import { test } from "node:test";
import { companyOf } from "./company.mjs";
import { DEFINITION, proposed } from "./handed.mjs";

const company = companyOf({ definition: DEFINITION, events: proposed("p", 12) }, () =>
  company.answers("/handoffs", { roles: "sales" }),
);

const inbox = async (query = {}, roles = "sales") => (await company.get("/handoffs", { roles, query })).json;

test("whoever comes back sees how many reminders and escalations have come for them, and which", async () => {
  const counts = async (roles) => (await inbox({ limit: "1" }, roles)).counts;
  await company.member("sales,product", ["sales_leads"]);
  const all = await counts("sales");
  assert.ok(all.waiting > 1 && all.late === all.waiting);
  // Nobody is in the teams of the routes, so that a reminder is for all of sales; the escalation is the leads' alone.
  assert.deepEqual([all.reminders, all.escalations], [all.waiting, 0]);
  const lead = await counts("sales,product");
  assert.deepEqual([lead.reminders, lead.escalations], [0, all.waiting]);
  const other = await counts("marketing");
  assert.deepEqual([other.reminders, other.escalations], [0, 0]);
  const { user } = (await company.get("/session", { roles: "sales" })).json;
  const [handoff] = (await inbox()).items;
  await company.change("PUT", "/handoffs/{id}/assigned", {
    params: { id: handoff.id },
    version: handoff.version,
    body: { user: user.id, team: null },
    roles: "sales,product",
  });
  assert.equal((await counts("sales")).reminders, all.waiting);
  const told = await inbox({ told: "me", limit: "200" });
  assert.equal(told.total, all.waiting);
  assert.ok(told.items.every(({ state }) => state === "waiting"));
  await company.member("sales,success");
  const third = await inbox({ told: "me", limit: "200" }, "sales,success");
  assert.equal(third.total, all.waiting - 1);
  assert.ok(!third.items.some(({ id }) => id === handoff.id));
});
