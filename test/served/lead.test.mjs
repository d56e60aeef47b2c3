// The page of a lead at `masa serve` itself: all that is known of it, and what happened, newest first.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { companyOf, masa } from "./company.mjs";

const company = companyOf({}, () => company.answers("/leads"));

const AS_OF = "2026-04-20";
const some = async (query) => (await company.get("/leads", { query: { limit: "5", ...query } })).json.items;
const lead = async (id) => (await company.get("/leads/{id}", { params: { id } })).json;
const timeline = async (id, query = {}) => (await company.get("/leads/{id}/timeline", { params: { id }, query })).json;

const whole = (id, query = {}) =>
  company.all("/leads/{id}/timeline", { params: { id }, query: { limit: "7", ...query } });

/** What `masa facts` prints of one subject. */
const facts = (id) =>
  masa("facts", "--db", company.db, "--as-of", AS_OF, "--subject", id)
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line))
    .filter(({ kind }) => kind === "person");

const why = (id) => JSON.parse(masa("why", "--db", company.db, "--format", "json", "--as-of", AS_OF, id));

test("the path of a lead is what the facts say", async () => {
  for (const stage of ["MCL", "MQL", "SAL", "SQL", "WON"])
    for (const row of await some({ stage })) {
      const { path, lead: head } = await lead(row.id);
      assert.deepEqual(head, row);
      const stages = facts(row.id).filter(({ fact, lap }) => fact === "stage" && lap === head.lap);
      for (const step of path) {
        const fact = stages.filter((each) => each.stage === step.stage).at(-1);
        assert.equal(step.entered_at && Date.parse(step.entered_at) / 1000, fact ? seconds(fact.entered) : null);
        assert.equal(step.left_at && Date.parse(step.left_at) / 1000, fact?.left ? seconds(fact.left) : null);
        assert.equal(step.state === "ahead", !fact);
      }
      assert.equal(path.find(({ state }) => state === "now")?.stage, row.stage);
    }
});
const seconds = (text) => Math.floor(Date.parse(text) / 1000);

test("a clock says whose hours it counts", async () => {
  const rows = await some({ reached: "SQO" });
  assert.ok(rows.length > 0);
  for (const { id } of rows) {
    const clocks = (await lead(id)).path.filter(({ sla }) => sla).map(({ sla }) => sla);
    assert.deepEqual(
      clocks.map(({ stage, business, allowed }) => [stage, business, allowed.en]),
      [
        ["SAL", true, "2 business days"],
        ["SQO", false, "7 days"],
      ],
    );
  }
});

test("what was answered is what the rules came to", async () => {
  for (const { id } of await some({ reached: "MQL" })) {
    const { bant } = await lead(id);
    const known = values(id, bant);
    for (const { name, yes, answers, passed } of bant) {
      assert.equal(yes, answers.filter(({ answer }) => answer === "yes").length);
      assert.deepEqual([yes, passed], known.get(name));
      for (const { answer, at } of answers) assert.equal(answer === "unknown", at === null, id);
    }
  }
});

function values(id, bant) {
  const names = bant.flatMap(({ name }) => [`bant.${name}.yes`, `bant.${name}.passed`]);
  const asked = ["--subject", id, "--values", names.join(",")];
  const lines = masa("facts", "--db", company.db, "--as-of", AS_OF, ...asked).split("\n");
  const known = new Map(lines.filter(Boolean).map((line) => [JSON.parse(line).name, JSON.parse(line).value]));
  return new Map(bant.map(({ name }) => [name, [known.get(`bant.${name}.yes`), known.get(`bant.${name}.passed`)]]));
}

test("a lead stands beside the others of its account", async () => {
  const everybody = (await company.get("/leads", { query: { limit: "200" } })).json.items;
  const { id, account } = everybody.find((row) => row.account);
  const detail = await lead(id);
  const colleagues = (await company.get("/leads", { query: { q: account.id, limit: "200" } })).json.items.filter(
    (row) => row.account.id === account.id,
  );
  assert.equal(detail.account.account.id, account.id);
  assert.equal(detail.account.people, colleagues.length);
  const seated = detail.group.filter((member) => member.lead).map((member) => member.lead.id);
  assert.deepEqual(
    seated.filter((each) => each !== id).sort(),
    colleagues
      .map((row) => row.id)
      .filter((each) => each !== id)
      .sort(),
  );
});

const SEATS = {
  cfo: ["Finance chief", "decides"],
  head_of_accounting: ["Head of accounting", "uses"],
  other: ["Other roles", "influences"],
};

test("each has a seat in the buying group, and one that nobody fills is named", async () => {
  let missed = 0;
  for (const { id } of await some({ reached: "MQL" })) {
    const detail = await lead(id);
    const people = detail.group.filter((member) => member.lead);
    for (const { role, part, lead: each } of people) {
      const asked = ["--as-of", AS_OF, "--subject", each.id, "--values", "person.role"];
      const lines = masa("facts", "--db", company.db, ...asked).split("\n");
      const line = lines.find((text) => text.includes('"person.role"'));
      assert.deepEqual([role.en, part], SEATS[JSON.parse(line).value]);
    }
    const filled = new Set(people.map(({ role }) => role.en));
    const missing = detail.group.filter((member) => member.lead === null).map(({ role }) => role.en);
    assert.deepEqual(
      missing,
      ["Finance chief", "Head of accounting"].filter((each) => !filled.has(each)),
    );
    missed += missing.length;
  }
  assert.ok(missed > 0);
});

test("answers of sales have their questions, and playbooks are those of the situation", async () => {
  let told = 0;
  for (const { id } of await some({ reached: "SAL" })) {
    const { bant, playbooks, traits } = await lead(id);
    const [marketing, sales] = bant;
    assert.ok(sales.answers.every(({ question }) => question.en.endsWith("?")));
    assert.ok(marketing.answers.every(({ question }) => question === null));
    const refunds = traits.some(({ name, value }) => name === "pains" && value.includes('"refunds"'));
    assert.equal(
      playbooks.some((each) => each.id === "partial_refunds"),
      refunds,
      id,
    );
    told += playbooks.length;
  }
  assert.ok(told > 0);
});

test("the timeline holds every event once, newest first, page by page", async () => {
  const [{ id }] = await some({ reached: "SQL" });
  const items = await whole(id);
  const moments = items.map(({ at }) => Date.parse(at));
  assert.deepEqual(
    moments,
    [...moments].sort((a, b) => b - a),
  );
  assert.equal(new Set(items.map((item) => item.id)).size, items.length);
  const reached = items.filter(({ kind, stage }) => kind === "stage" && stage).map(({ stage }) => stage);
  const said = facts(id).filter(({ fact }) => fact === "stage");
  assert.ok(said.every(({ stage }) => reached.includes(stage)));
  const ids = why(id)
    .funnels[0].stages.flatMap((stage) => stage.evidence ?? [])
    .map((event) => event.id);
  for (const each of ids)
    assert.ok(
      items.some((item) => item.id === each),
      each,
    );
  const events = await whole(id, { kind: "event" });
  assert.deepEqual(
    events,
    items.filter(({ kind }) => kind === "event"),
  );
  assert.ok(events.some(({ type }) => type === "report_downloaded"));
});

test("what somebody wrote is told as written", async () => {
  const row = (await some({ stage: "MCL" }))[0];
  const question = 'How is a partial refund <b>handled</b>?\n"In euros"';
  await company.track({
    userId: row.id,
    event: "form_submitted",
    messageId: "q1",
    timestamp: "2026-04-19T09:00:00Z",
    properties: { form: "contact", question, session: "s1" },
  });
  const found = await company.until(({ json }) => json.items.some((item) => item.id === "q1"), "/leads/{id}/timeline", {
    params: { id: row.id },
  });
  const item = found.json.items.find((each) => each.id === "q1");
  assert.equal(item.said, question);
  assert.equal(item.type, "form_submitted");
  assert.equal(item.source, "web");
  assert.deepEqual(item.properties, {
    form: "contact",
    question,
    session: "s1",
  });
});

test("what an event says stands by the definition's names for it", async () => {
  const row = (await some({ stage: "MEL" }))[0];
  const { json } = await company.get("/leads/{id}/timeline", { params: { id: row.id }, query: { limit: "200" } });
  const identify = json.items.find(({ properties }) => "email" in properties);
  assert.deepEqual(identify.labels.email, { he: "מייל", en: "e-mail" });
  const view = json.items.find(({ type }) => type === "page_viewed");
  assert.deepEqual([view.properties.path[0], view.labels], ["/", {}], "which the definition gives none");
});

test("a merged lead is found by either id, and says which", async () => {
  const [a, b] = await some({ stage: "MCL" });
  const merge = {
    type: "track",
    event: "masa:merge",
    userId: a.id,
    messageId: "m1",
    timestamp: "2026-04-19T10:00:00Z",
    properties: { with: b.id, by: "p@example.com", role: "marketing" },
  };
  const file = join(company.folder, "merge.ndjson");
  writeFileSync(file, JSON.stringify(merge) + "\n");
  masa("import", "--db", company.db, file);
  const { json } = await company.until(({ json }) => json.merged_from?.length === 1, "/leads/{id}", {
    params: { id: a.id },
  });
  assert.deepEqual([json.lead.id, ...json.merged_from].sort(), [a.id, b.id].sort());
  assert.deepEqual((await lead(b.id)).lead.id, json.lead.id);
  const ids = json.identities.filter(({ kind }) => kind === "user_id").map(({ value }) => value);
  assert.deepEqual(ids.sort(), [a.id, b.id].sort());
});

test("who is no lead is shown by what is known of them", async () => {
  const [{ account }] = (await some({ reached: "MQL" })).filter((row) => row.account);
  const known = { email: "p9001@gmail.com", role: "cfo" }; // no work address, and nothing was downloaded
  await company.send("group", {
    userId: "p9001",
    groupId: account.id,
    messageId: "n1",
    timestamp: "2026-04-19T08:00:00Z",
  });
  await company.send("identify", {
    userId: "p9001",
    traits: known,
    messageId: "n2",
    timestamp: "2026-04-19T09:00:00Z",
  });
  const { json } = await company.until(({ json }) => json.lead?.email, "/leads/{id}", { params: { id: "p9001" } });
  assert.deepEqual([json.lead.email, json.lead.title, json.lead.stage], [known.email, known.role, null]);
  assert.deepEqual(json.lead.account, account);
  assert.deepEqual(json.account.account, account);
});

test("who is not there, and what cannot be asked", async () => {
  const none = await company.get("/leads/{id}", { params: { id: "nobody" } });
  assert.deepEqual([none.status, none.json.error.code], [404, "not_found"]);
  const [{ id }] = await some({});
  for (const query of [{ kind: "x" }, { cursor: "x" }, { limit: "0" }]) {
    const { status } = await company.get("/leads/{id}/timeline", {
      params: { id },
      query,
    });
    assert.equal(status, 400, JSON.stringify(query));
  }
  const product = await company.get("/leads/{id}", {
    params: { id },
    roles: "product",
  });
  assert.equal(product.status, 403);
});

test("an event shows as it came, with what the definition does not declare of it, to who may see people", async () => {
  const userId = "p105";
  const event = {
    userId,
    event: "page_viewed",
    messageId: "raw-1",
    timestamp: "2026-04-20T08:00:00Z",
    properties: { path: "/pricing", undeclared: "<b>seats & more</b>", deep: { list: [1, { two: "שתיים" }] } },
  };
  const params = { id: userId, event: "raw-1" };
  const path = "/leads/{id}/events/{event}";
  await company.track(event);
  const { json } = await company.answers(path, { params });
  assert.deepEqual(json.event.properties, event.properties);
  assert.equal(json.event.messageId, "raw-1");
  assert.ok(json.bytes >= JSON.stringify(event.properties).length);
  const timeline = (await company.get("/leads/{id}/timeline", { params: { id: userId } })).json;
  const item = timeline.items.find(({ id }) => id === "raw-1");
  assert.equal(item.properties.undeclared, undefined);
  const quoted = { ...event, messageId: 'raw/"2"' };
  await company.track(quoted);
  const other = { params: { ...params, event: quoted.messageId } };
  const found = await company.until(({ status }) => status === 200, path, other);
  assert.equal(found.json.event.messageId, quoted.messageId);
  // Old ones stand in blocks, with their undeclared part beside.
  const old = timeline.items.findLast(({ kind, id }) => kind === "event" && id !== "raw-1");
  assert.equal((await company.get(path, { params: { id: userId, event: old.id } })).json.event.messageId, old.id);
  assert.equal((await company.get(path, { params: { id: "p106", event: "raw-1" } })).status, 404);
  assert.equal((await company.get(path, { roles: "product", params })).status, 403);
});
