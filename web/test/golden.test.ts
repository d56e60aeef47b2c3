// The sample report obeys the published schema and says what the published tables say, field by field.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import Ajv2020 from "ajv/dist/2020.js";

const read = (path: string) => JSON.parse(readFileSync(path, "utf8"));
const schema = read("../schema/report.schema.json");
const report = read("fixtures/heshbonit4u.json");
const golden = read("test/golden.json");

const ajv = new Ajv2020({
  allErrors: true,
  strict: true,
  strictTypes: false,
  strictRequired: false,
  formats: { date: /^\d{4}-\d\d-\d\d$/, "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/ },
});
const valid = ajv.compile(schema);

test("the sample obeys the schema", () => {
  assert.ok(valid(report), JSON.stringify(valid.errors, null, 1));
});

test("the schema refuses a missing key, an unknown key and a wrong type", () => {
  const { as_of, ...without } = report;
  assert.ok(!valid(without), `accepted without as_of ${as_of}`);
  assert.ok(!valid({ ...report, extra: 1 }));
  assert.ok(!valid({ ...report, stages: [{ ...report.stages[0], count: "150" }] }));
  assert.ok(!valid({ ...report, insights: [{ ...report.insights[0], section: "elsewhere" }] }));
});

test("company, currency and headline", () => {
  assert.equal(report.company, golden.company);
  assert.equal(report.currency, golden.currency);
  for (const [name, value] of Object.entries(golden.headline)) assert.equal(report.headline[name], value, name);
});

test("stages", () => {
  assert.deepEqual(
    report.stages.map((row: any) => ({
      stage: row.stage,
      count: row.count,
      last_year: row.compare_count,
      change_pct: row.change_pct,
      of_previous_pct: row.of_previous_pct,
      of_mcl_pct: row.of_first_pct,
    })),
    golden.stages,
  );
});

for (const [table, dimension, key] of [
  ["sources", "source", "source"],
  ["regions", "region", "region"],
] as const) {
  test(table, () => {
    assert.deepEqual(
      report.breakdowns[dimension].map((row: any) => ({
        [key]: row.value,
        he: row.label.he,
        counts: row.counts,
        to_sqo_pct: row.to_last_pct,
      })),
      golden[table],
    );
  });
}

test("mean days", () => {
  const days = [...report.transitions, report.overall].map((row: any) => [`${row.from}>${row.to}`, row.mean_days]);
  assert.deepEqual(Object.fromEntries(days), golden.mean_days);
});

const only = (row: any, like: any) => Object.fromEntries(Object.keys(like).map((name) => [name, row[name]]));

test("e-mail sequence", () => {
  assert.deepEqual(
    report.sequence.map((row: any, i: number) => only(row, golden.email_sequence[i])),
    golden.email_sequence,
  );
});

test("channels", () => {
  assert.deepEqual(
    report.channels.map((row: any, i: number) => only(row, golden.channels[i])),
    golden.channels,
  );
});

test("the figures of the prose that the tables lack", () => {
  const kpi = (code: string) => report.kpis.find((row: any) => row.code === code);
  assert.equal(kpi("landing_conversion").value, golden.prose.landing_conversion_pct);
  assert.equal(kpi("landing_conversion").compare_value, golden.prose.landing_conversion_last_year_pct);
  assert.equal(kpi("engagement_frequency").value, golden.prose.engagement_frequency);
  assert.equal(kpi("engagement_frequency").compare_value, golden.prose.engagement_frequency_last_year);
  assert.equal(report.slowest.sla_days, golden.prose.sql_to_sqo_sla_days);
  assert.equal(report.handoff.submitted, golden.handoff.mql);
  assert.deepEqual([report.handoff.returned, report.handoff.rejected], [3, 2]);
});

test("what follows from what", () => {
  report.transitions.forEach((row: any, i: number) => {
    assert.equal(row.n, report.stages[i].count);
    assert.equal(row.hits, report.stages[i + 1].count);
    assert.equal(row.left.total, row.n - row.hits);
    assert.equal(row.left.returned + row.left.rejected + row.left.exited + row.left.waiting, row.left.total, row.to);
  });
  for (const dimension of report.dimensions) {
    for (const { stage, count } of report.stages) {
      const sum = report.breakdowns[dimension.name].reduce((total: number, row: any) => total + row.counts[stage], 0);
      assert.equal(sum, count, `${dimension.name} ${stage}`);
    }
  }
});
