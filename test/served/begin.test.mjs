// A store that has nothing yet, served: whoever manages it begins with one of the templates, and what was sent counts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { companyOf } from "./company.mjs";

const company = companyOf({ filled: false });

const admin = { roles: "admin" };
/** What makes a lead under the template for companies that sell to companies. */
async function lead(userId) {
  const calls = [
    await company.send("identify", {
      userId,
      traits: { email: `${userId}@acme.example` },
    }),
    await company.send("track", { userId, event: "form_submitted", properties: {} }),
  ];
  assert.deepEqual(
    calls.map(({ status }) => status),
    [200, 200],
  );
}

test("there is no definition, and templates to begin with", async () => {
  await lead("p0"); // what comes before it is kept
  const report = await company.get("/report", admin);
  assert.deepEqual([report.status, report.json.error.code], [503, "no_definition"]);
  const { json } = await company.get("/definitions/templates", admin);
  assert.deepEqual(
    json.items.map(({ name }) => name),
    ["b2b", "aida", "subscription"],
  );
  assert.equal((await company.get("/definitions/templates", { roles: null })).status, 401);
  for (const { text } of json.items) {
    const check = await company.ask("POST", "/definitions/check", {
      ...admin,
      body: { text },
    });
    assert.equal(check.json.ok, true);
  }
});

test("one is kept, published by an administrator, and the report is there", async () => {
  const { json } = await company.get("/definitions/templates", admin);
  const [b2b] = json.items;
  const text = b2b.text.replace(/^agreed:.*$/m, "");
  const kept = await company.ask("POST", "/definitions", {
    ...admin,
    body: { text, note: null },
    version: "*",
  });
  assert.equal(kept.status, 201, kept.text);
  const published = await company.ask("POST", "/definitions/{version}/publish", {
    ...admin,
    params: { version: kept.json.version },
    version: kept.json.version,
    body: {},
    once: true,
  });
  assert.equal(published.status, 200, published.text);
  await company.answers("/report");
  await lead("p1");
  const leads = await company.until(({ json }) => json.items?.length > 1, "/leads");
  assert.deepEqual(leads.json.items.map(({ id }) => id).sort(), ["p0", "p1"]);
  const again = await company.ask("POST", "/definitions", {
    ...admin,
    body: { text, note: null },
    version: "*",
  });
  assert.equal(again.status, 412); // there is one now
});
