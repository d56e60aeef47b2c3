// The people behind every number of the report, at `masa serve` itself: as many as the number says, and the right ones.
import assert from "node:assert/strict";
import { test } from "node:test";
import { companyOf } from "./company.mjs";

const company = companyOf({}, () => company.answers("/leads"));

const report = async (query) => (await company.get("/report", { query })).json;
const people = async (cell, query) => (await company.get("/report/people", { query: { cell, ...query } })).json;

const everybody = (cell, query = {}) => company.all("/report/people", { query: { cell, ...query } });

const PARTS = { went: "hits", from: "n" };
const sums = new Map();
const add = (cell, number) => sums.set(cell, (sums.get(cell) ?? 0) + number);

/** Every cell of a report, and its number. */
function cells(tree) {
  sums.clear();
  for (const { stage, count } of tree.stages) add(`stage:${stage}`, count);
  for (const row of tree.transitions) {
    const way = `transition:${row.from}>${row.to}`;
    for (const [part, key] of Object.entries(PARTS)) add(`${way}:${part}`, row[key]);
    add(`${way}:left`, row.left.total);
    for (const part of ["returned", "rejected", "exited", "waiting"]) add(`${way}:${part}`, row.left[part]);
  }
  for (const { stage, kind, reason, exit, count } of tree.exits) {
    add(`exit:${stage}:${kind}:${reason ?? "none"}`, count);
    if (exit) add(`exit:${stage}:${kind}.${exit}:${reason ?? "none"}`, count);
  }
  for (const { code, count } of tree.outcomes) add(`outcome:${code}`, count);
  for (const { month, counts } of tree.trend)
    for (const [stage, count] of Object.entries(counts)) add(`month:${month}:${stage}`, count);
  return [...sums];
}

const REPORTS = [
  {},
  { basis: "flow" },
  { period: "2025-01", compare: "none" },
  { period: "2026-Q1", compare: "previous", basis: "flow" },
  { period: "2025-01-10..2025-02-03", as_of: "2025-06-01" },
];

test("as many as the number says, of every cell of every kind", async () => {
  for (const query of REPORTS) {
    const tree = await report(query);
    const all = cells(tree);
    assert.ok(all.filter(([, number]) => number > 0).length > 20);
    for (const [cell, number] of all) {
      const page = await people(cell, { ...query, limit: "1" });
      assert.equal(page.total, number, `${cell} ${JSON.stringify(query)}`);
      assert.deepEqual(
        [page.cell.value, page.cell.basis, page.items.length],
        [number, tree.basis, Math.min(number, 1)],
      );
      assert.equal(page.cell.period.from, tree.period.from);
      for (const lang of ["he", "en"]) assert.doesNotMatch(page.cell.label[lang], /[{}]|people\./);
    }
  }
});

test("as many as every breakdown says", async () => {
  for (const query of [{}, { basis: "flow", period: "2025-Q1", compare: "none" }]) {
    const tree = await report(query);
    for (const [name, rows] of Object.entries(tree.breakdowns))
      for (const { value, counts } of rows)
        for (const [stage, number] of Object.entries(counts)) {
          const page = await people(`stage:${stage}`, {
            ...query,
            where: `${name}:${value}`,
            limit: "1",
          });
          assert.equal(page.total, number, `${stage} ${name}:${value}`);
        }
  }
});

test("the row of everything else holds whom it counts, and everybody is in one row", async () => {
  for (const query of [{ values: "2" }, { values: "1", basis: "flow", period: "2025-Q1", compare: "none" }]) {
    const [tree, whole] = [await report(query), await report({ ...query, values: "0" })];
    const [first] = tree.stages.map(({ stage }) => stage);
    const rests = Object.entries(tree.breakdowns).flatMap(([name, rows]) =>
      rows.filter(({ rest }) => rest).map((row) => [name, row]),
    );
    assert.ok(rests.length > 0);
    for (const [name, row] of rests) {
      const all = whole.breakdowns[name];
      const sum = (rows, stage) => rows.reduce((total, { counts }) => total + counts[stage], 0);
      assert.equal(row.rest, all.length - tree.breakdowns[name].length + 1);
      for (const [stage, number] of Object.entries(row.counts)) {
        assert.equal(sum(tree.breakdowns[name], stage), sum(all, stage));
        const page = await people(`stage:${stage}`, { ...query, rest: `breakdown.${name}`, limit: "1" });
        assert.equal(page.total, number, `${stage} of the rest of ${name}`);
      }
    }
    const channels = tree.channels.at(-1);
    if (!channels) continue;
    assert.equal(channels.recommendation, null);
    assert.equal((await people(`stage:${first}`, { ...query, rest: "channels", limit: "1" })).total, channels.mcl);
  }
  for (const query of [{ values: "many" }, { values: "-1" }, { rest: "breakdown.weather" }])
    assert.equal((await company.get("/report/people", { query: { cell: "stage:MCL", ...query } })).status, 400);
});

test("they are who the number counts, page by page, each once", async () => {
  for (const stage of ["MEL", "SAL"]) {
    const items = await everybody(`stage:${stage}`, { limit: "17" });
    const ids = items.map(({ id }) => id);
    assert.equal(new Set(ids).size, (await people(`stage:${stage}`)).total);
    assert.ok(items.every(({ captured_at }) => captured_at.startsWith("2026-01")));
    const query = {
      reached: stage,
      captured_from: "2026-01-01",
      captured_to: "2026-01-31",
    };
    const found = (await company.all("/leads", { query })).map(({ id }) => id);
    assert.deepEqual(ids.sort(), found.sort());
  }
  const now = await everybody("stage:SAL", { state: "now" });
  assert.ok(now.length > 0 && now.every(({ stage }) => stage === "SAL"));
});

test("a file holds all of them, marked for Excel, and is in the audit trail", async () => {
  const query = { cell: "transition:MCL>MEL:went", where: "source:linkedin" };
  const { status, text, headers } = await company.get("/report/people.csv", {
    query,
  });
  assert.equal(status, 200);
  assert.match(headers.get("content-type"), /^text\/csv/);
  const lines = text.split("\n");
  assert.equal(lines.pop(), "");
  assert.match(lines[0], /^id,name,email,title,account,account_name,stage,stage_since,state,owner,score,source,/);
  const reply = await fetch(`${company.url}/api/v1/report/people.csv?${new URLSearchParams(query)}`, {
    headers: await company.member("marketing"),
  });
  assert.deepEqual([...new Uint8Array(await reply.arrayBuffer()).slice(0, 3)], [0xef, 0xbb, 0xbf]);
  const { total } = await people(query.cell, { where: query.where });
  assert.equal(lines.length - 1, total);
  const trail = await company.get("/audit", {
    roles: "admin",
    query: { action: "export" },
  });
  assert.deepEqual(trail.json.items[0].subject, {
    kind: "list",
    id: "people",
    label: "people",
  });
  assert.deepEqual(trail.json.items[0].details.after, query);
});

test("only those who may see people do", async () => {
  const query = { cell: "stage:MCL" };
  assert.equal((await company.get("/report/people", { query, roles: "product" })).status, 403);
  assert.equal((await company.get("/report/people", { query, roles: "success" })).status, 200);
  assert.equal((await company.get("/report/people.csv", { query, roles: "success" })).status, 403);
});

test("what is no number is said to be none", async () => {
  const wrong = [
    "",
    "stage",
    "stage:none",
    "transition:MCL>MEL",
    "transition:MEL>MCL:went",
    "exit:MCL",
    "exit:MCL:exited.x:none",
    "outcome:MCL",
  ];
  for (const cell of [...wrong, "month:2026-13:MCL", "month:2026-01:none", "weather:MCL"]) {
    const { status, json } = await company.get("/report/people", {
      query: { cell },
    });
    assert.deepEqual([status, json.error.code], [404, "no_such_cell"], cell);
  }
  for (const query of [{ limit: "0" }, { cursor: "x" }, { state: "x" }, { where: "x:y" }, { segment: "x" }]) {
    const { status } = await company.get("/report/people", {
      query: { cell: "stage:MCL", ...query },
    });
    assert.equal(status, 400, JSON.stringify(query));
  }
});

test("what sales sent back is what the report says came back, unless a period is asked for", async () => {
  const tree = await report({});
  const { left, from } = tree.transitions.find((row) => row.from === "MQL" && row.to === "SAL") ?? {};
  const { json } = await company.get("/rejected", { roles: "marketing" });
  assert.equal(json.total, left.returned + left.rejected, from);
  assert.ok(json.total > 0 && json.items.length === json.total);
  const { json: month } = await company.get("/rejected", { roles: "marketing", query: { period: "2026-01" } });
  assert.notEqual(month.total, json.total);
});

test("what is wrong with a body is said in the language that is asked for", async () => {
  const headers = { "accept-language": "he" };
  const body = { email: 7, nonsense: true };
  const { json } = await company.ask("POST", "/users", { roles: "admin", body, headers, once: true });
  assert.equal(json.error.code, "bad_body");
  const said = Object.fromEntries(json.error.details.errors.map(({ field, message }) => [field, message]));
  assert.equal(said.nonsense, "אין שדה כזה");
  assert.equal(said.email, "צריך להיות טקסט");
});

test("refusals are said in the language that is asked for", async () => {
  const refused = async (path, language, options) =>
    (await company.get(path, { ...options, headers: language ? { "accept-language": language } : {} })).json.error;
  for (const [path, options, code] of [
    ["/leads", { roles: null }, "signed_out"],
    ["/audit", { roles: "sales" }, "forbidden"],
    ["/leads/{id}", { params: { id: "nobody" } }, "not_found"],
    ["/report", { query: { period: "soon" } }, "bad_parameter"],
    ["/report", { query: { as_of: "soon" } }, "bad_parameter"],
    ["/leads", { query: { limit: "many" } }, "bad_parameter"],
    ["/leads", { query: { order: "x" } }, "bad_parameter"],
    ["/handoffs", { query: { state: "x" } }, "bad_parameter"],
    ["/definitions/{version}", { params: { version: "none" } }, "not_found"],
  ]) {
    const hebrew = await refused(path, "he-IL,he;q=0.9,en;q=0.8", options);
    assert.equal(hebrew.code, code);
    assert.match(hebrew.message, /^[א-ת]/);
    assert.doesNotMatch(hebrew.message.replaceAll(/`[^`]*`/g, ""), /[A-Za-z]/, "English but for names");
    for (const language of [null, "en-GB,en;q=0.9", "fr"])
      assert.doesNotMatch((await refused(path, language, options)).message, /[א-ת]/);
  }
});
