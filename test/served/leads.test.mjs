// Leads at `masa serve` itself: everybody once, found, filtered, in order, page by page.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { Company, companyOf, masa } from "./company.mjs";
import { ROOT } from "./contract.mjs";

const company = companyOf({}, () => company.answers("/leads"));

const leads = async (query = {}) => (await company.get("/leads", { query })).json;

const all = (query) => company.all("/leads", { query });

/** What the command line says of everybody as of then: subject to the stages entered, as `masa facts` prints them. */
function stages() {
  const found = new Map();
  for (const line of masa("facts", "--db", company.db, "--as-of", "2026-04-20").split("\n").filter(Boolean)) {
    const fact = JSON.parse(line);
    if (fact.fact !== "stage" || fact.funnel !== "b2b") continue;
    if (!found.has(fact.subject)) found.set(fact.subject, []);
    found.get(fact.subject).push(fact);
  }
  return found;
}

test("everybody whom the funnel counts is there once, in the stage that the facts say", async () => {
  const expected = stages();
  const items = await all({});
  assert.equal(items.length, expected.size);
  assert.equal(new Set(items.map(({ id }) => id)).size, items.length);
  for (const { id, stage } of items) {
    const held = expected.get(id).filter(({ left }) => left == null);
    assert.equal(stage, held.length ? held.at(-1).stage : null, id);
  }
});

test("pages come in the order asked for", async () => {
  const value = {
    captured: (lead) => Date.parse(lead.captured_at),
    entered: (lead) => Date.parse(lead.stage_since ?? 0),
    touched: (lead) => Date.parse(lead.last_touch?.at ?? 0),
    score: (lead) => lead.score?.value ?? -Infinity,
  };
  for (const [name, of] of Object.entries(value))
    for (const sign of ["", "-"]) {
      const items = await all({ sort: sign + name });
      const values = items.map(of);
      const good = values.every((each, i) => !i || (sign ? values[i - 1] >= each : values[i - 1] <= each));
      assert.ok(good, sign + name);
    }
  const names = (await all({ sort: "name" })).map(({ name, email }) => name ?? email ?? "");
  assert.deepEqual(
    names,
    [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
  );
});

test("filters leave those who fit, and together narrow", async () => {
  const everybody = await all({});
  const fits = async (query, good) => {
    const ids = everybody.filter(good).map(({ id }) => id);
    assert.ok(ids.length > 0 && ids.length < everybody.length, JSON.stringify(query));
    assert.deepEqual((await all(query)).map(({ id }) => id).sort(), ids.sort(), JSON.stringify(query));
  };
  await fits({ stage: "SQL" }, ({ stage }) => stage === "SQL");
  await fits({ state: "open" }, ({ state }) => state === "open");
  await fits({ where: "source:linkedin" }, ({ dimensions }) => dimensions.source === "linkedin");
  await fits({ score_min: "40", score_max: "60" }, ({ score }) => score && score.value >= 40 && score.value <= 60);
  await fits({ verdict: "above" }, ({ score }) => score?.verdict === "above");
  const january = { captured_from: "2026-01-01", captured_to: "2026-01-31" };
  await fits(january, ({ captured_at }) => captured_at.startsWith("2026-01"));
  await fits({ touched_before: "2026-01-01" }, ({ last_touch }) => !last_touch || last_touch.at < "2026-01-01");
  const both = { stage: "MCL", where: "source:linkedin" };
  await fits(both, ({ stage, dimensions }) => stage === "MCL" && dimensions.source === "linkedin");
  const [{ id }] = everybody;
  assert.ok((await all({ q: id.toUpperCase() })).some((lead) => lead.id === id));
  assert.equal((await leads({ q: "nobody-of-that-name" })).total, 0);
  assert.equal((await leads({ owner: "u1" })).total, 0);
  await fits({ owner: "none" }, ({ owner }) => !owner);
  const somebody = everybody.find(({ owner }) => owner).owner.id;
  await fits({ owner: somebody }, ({ owner }) => owner?.id === somebody);
  const some_team = everybody.find(({ team }) => team).team.name;
  await fits({ team: some_team }, ({ team }) => team?.name === some_team);
  await fits({ sla: "late" }, ({ sla }) => sla?.state === "late");
  const due = (await all({ sort: "due" })).map(({ sla }) => Date.parse(sla?.due_at ?? "9999-01-01"));
  assert.deepEqual(
    due,
    [...due].sort((one, two) => one - two),
  );
});

test("two of one filter widen", async () => {
  const reply = await fetch(`${company.url}/api/v1/leads?stage=SQL&stage=SAL&limit=1`, {
    headers: await company.member("marketing"),
  });
  const { total } = await reply.json();
  assert.equal(total, (await leads({ stage: "SQL" })).total + (await leads({ stage: "SAL" })).total);
});

test("what cannot be asked is named", async () => {
  const wrong = [
    { stage: "none" },
    { where: "source" },
    { where: "none:x" },
    { sort: "size" },
    { sla: "slow" },
    { limit: "0" },
  ];
  for (const query of [...wrong, { cursor: "x" }, { score_min: "x" }, { captured_to: "soon" }, { color: "red" }]) {
    const { status, json } = await company.get("/leads", { query });
    assert.deepEqual([status, json.error.code], [400, "bad_parameter"], JSON.stringify(query));
  }
});

test("why is what the command line prints", async () => {
  const [{ id }] = (await leads({ limit: "1", stage: "SAL" })).items;
  const query = { as_of: "2026-04-20" };
  const { text, json } = await company.get("/leads/{id}/why", { params: { id }, query });
  assert.equal(json.subject, id);
  assert.equal(text, masa("why", "--db", company.db, "--format", "json", "--as-of", "2026-04-20", id));
  const nobody = await company.get("/leads/{id}/why", { params: { id: "nobody" } });
  assert.deepEqual([nobody.status, nobody.json.error.code], [404, "not_found"]);
  const soon = await company.get("/leads/{id}/why", { params: { id }, query: { as_of: "soon" } });
  assert.equal(soon.status, 400);
});

test("people are not for those who may only see numbers", async () => {
  for (const path of ["/leads", "/leads/p1/why"]) {
    const headers = await company.member("product");
    const reply = await fetch(`${company.url}/api/v1${path}`, { headers });
    assert.equal(reply.status, 403, path);
  }
  assert.equal((await company.get("/report", { roles: "product" })).status, 200);
});

test("a definition that comes while it is served, and a lead of now, are there within moments", async () => {
  const living = await Company.start({ filled: false });
  const template = (ending) => join(ROOT, `examples/templates/b2b.${ending}`);
  masa("import", "--db", living.db, "--definition", template("yaml"), template("ndjson"));
  const { json } = await living.answers("/leads");
  const person = { type: "identify", userId: "p-now", traits: { email: "p-now@example.com" } };
  assert.equal((await living.send("identify", person)).status, 200);
  assert.equal((await living.send("track", { userId: "p-now", event: "content_downloaded" })).status, 200);
  const now = (await living.until((reply) => reply.json.total > json.total, "/leads")).json;
  assert.equal(now.total, json.total + 1);
  assert.deepEqual([now.items[0].id, now.items[0].stage, now.items[0].state], ["p-now", "MCL", "open"]);
  assert.equal(now.items[0].email, "p-now@example.com");
  assert.equal(await living.stop(), 0);
});

const file = (query, roles = "sales", headers = {}) => company.get("/leads.csv", { query, roles, headers });

/** Lines of cells; of a file whose cells hold no line ends. */
const cellsOf = (text) =>
  text
    .split("\n")
    .filter(Boolean)
    .map((line) =>
      [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)]
        .map(([, cell]) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell))
        .slice(0, -1),
    );

test("a file holds all who fit, in order, whatever asks for it", async () => {
  const query = { stage: "MEL", sort: "captured" };
  const items = await all(query);
  const { status, text, headers } = await file(query);
  assert.equal(status, 200);
  assert.match(headers.get("content-type"), /^text\/csv/);
  const [head, ...rows] = cellsOf(text);
  assert.deepEqual(head.slice(0, 3), ["id", "name", "email"]);
  assert.deepEqual(
    rows.map(([id]) => id),
    items.map(({ id }) => id),
  );
  const score = head.indexOf("score");
  assert.deepEqual(
    rows.map((row) => (row[score] === "" ? undefined : Number(row[score]))),
    items.map((lead) => lead.score?.value),
  );
  const accepted = await company.get("/leads", { query, roles: "sales", headers: { accept: "text/csv" } });
  assert.equal(accepted.text, text);
  const everybody = await file({});
  assert.equal(cellsOf(everybody.text).length, (await all({})).length + 1);
});

test("a file does nothing in a spreadsheet, and only some may have it", async () => {
  const timestamp = "2026-04-19T09:00:00Z";
  const email = "=HYPERLINK(1)@example.com";
  await company.send("identify", { userId: "f1", messageId: "f1", timestamp, traits: { email } });
  await company.track({ userId: "f1", event: "report_downloaded", messageId: "f2", timestamp, properties: {} });
  await company.until(({ json }) => json.total === 1, "/leads", { query: { q: "f1" } });
  const { text } = await file({ q: "f1" });
  assert.equal(cellsOf(text)[1][2], `'${email}`);
  for (const roles of ["product", "success"]) assert.equal((await file({}, roles)).status, 403);
  const accept = { accept: "text/csv" };
  assert.equal((await company.get("/leads", { roles: "success", headers: accept })).status, 403);
  assert.equal((await file({ color: "red" })).status, 400);
  const trail = await company.get("/audit", { roles: "admin", query: { action: "export" } });
  assert.deepEqual(trail.json.items[0].subject, { kind: "list", id: "leads", label: "leads" });
  assert.equal(JSON.stringify(trail.json.items[0].details).includes("f1"), false);
});

test("nobody's leads are those without owner or touch, longest untouched first", async () => {
  const pages = (query) => company.all("/nobody", { query: { limit: "13", ...query } });
  const rows = await pages({});
  const { counts, idle_days } = (await company.get("/nobody")).json;
  const as_of = Date.parse((await company.get("/report")).json.as_of);
  const watched = (await all({})).filter(
    ({ state, stage }) => ["open", "returned"].includes(state) && ["MQL", "SAL", "SQL", "SQO", "WON"].includes(stage),
  );
  const idle = ({ last_touch }) => !last_touch || as_of - Date.parse(last_touch.at) >= idle_days * 86_400_000;
  const expected = new Map(
    watched.flatMap((lead) => {
      const kind = lead.owner ? (idle(lead) ? "no_touch" : null) : idle(lead) ? "both" : "no_owner";
      return kind ? [[lead.id, kind]] : [];
    }),
  );
  assert.ok(rows.length > 0);
  assert.deepEqual(new Map(rows.map(({ lead, kind }) => [lead.id, kind])), expected);
  const touched = rows.map(({ lead }) => Date.parse(lead.last_touch?.at ?? 0));
  assert.deepEqual(
    touched,
    [...touched].sort((a, b) => a - b),
  );
  for (const kind of ["no_owner", "no_touch", "both"]) {
    const some = rows.filter((row) => row.kind === kind).map(({ lead }) => lead.id);
    assert.equal(counts[kind], some.length);
    assert.deepEqual(
      (await pages({ kind })).map(({ lead }) => lead.id),
      some,
    );
  }
  assert.equal((await company.get("/nobody", { query: { kind: "x" } })).status, 400);
});

test("an account goes by its name: in the list, its file, on the lead's page, and when it is looked for", async () => {
  const { items } = await leads({ q: "p105" });
  const lead = items.find(({ id }) => id === "p105");
  assert.deepEqual(lead.account, { id: "acc-p105", name: "Company p105", domain: null });
  assert.deepEqual(
    (await leads({ q: "company p105" })).items.map(({ id }) => id),
    ["p105"],
  );
  const { json } = await company.get("/leads/{id}", { params: { id: "p105" } });
  assert.equal(json.account.account.name, "Company p105");
  const { text } = await company.get("/leads.csv", { query: { q: "p105" } });
  const [head, row] = text.split("\n").map((line) => line.split(","));
  assert.equal(row[head.indexOf("account_name")], "Company p105");
});
