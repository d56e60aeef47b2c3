// What lists and menus are made of, at `masa serve` itself.
import assert from "node:assert/strict";
import { test } from "node:test";
import { companyOf } from "./company.mjs";

let options;
const company = companyOf({}, async () => {
  options = (await company.answers("/options")).json;
});

const names = (list, key = "name") => list.map((each) => each[key]);

test("stages, scores and questions are the definition's", () => {
  const [funnel] = options.funnels;
  assert.deepEqual(names(funnel.stages, "stage"), ["MCL", "MEL", "MQL", "SAL", "SQL", "SQO", "WON"]);
  assert.ok(funnel.stages.find(({ stage }) => stage === "SAL").decided);
  assert.deepEqual(names(options.bant), ["marketing", "sales"]);
  assert.deepEqual(names(options.bant[1].answers, "code"), ["budget", "authority", "need", "timeline"]);
  assert.ok(options.scores.every(({ above }) => above > 0));
  assert.deepEqual(options.calendar.workdays, [0, 1, 2, 3, 4]);
  const { from, to, holidays } = options.calendar;
  assert.deepEqual([from, to, holidays], ["09:00", "17:00", "israel"]);
});

test("each value leads to leads, the most frequent first, and each period to a report", async () => {
  const total = async (where) => (await company.get("/leads", { query: { where, limit: "1" } })).json.total;
  for (const { name, values } of options.dimensions) {
    const totals = await Promise.all(values.slice(0, 5).map(({ value }) => total(`${name}:${value}`)));
    assert.ok(totals.length > 0 && totals.every((each) => each > 0), name);
    assert.ok(totals[0] >= totals.at(-1), name);
  }
  assert.equal(options.periods[0].period, "2026-04");
  assert.deepEqual(options.periods.find(({ period }) => period === "2026-01").label.en, "January 2026");
  const { status } = await company.get("/report", { query: { period: options.periods.at(-1).period } });
  assert.equal(status, 200);
});

test("people are those who are there, and the answer is not sent twice", async () => {
  await company.member("sales");
  const { json, headers } = await company.get("/options");
  const seller = json.people.find(({ name }) => name === "sales@example.com");
  assert.deepEqual(seller.roles, ["sales"]);
  const tag = headers.get("etag");
  assert.equal((await company.get("/options", { headers: { "if-none-match": tag } })).status, 304);
});
