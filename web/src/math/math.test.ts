import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Report } from "../report";
import { axisTicks } from "../parts/trend";
import { funnelShape } from "./funnel-shape";
import { calendarLimit, saidLimit } from "./limit";
import { asPeople, outcomes } from "./what-if";

const report = JSON.parse(readFileSync("fixtures/heshbonit4u.json", "utf8")) as Report;

const round = (value: number) => Math.round(value * 10) / 10;

test("the slider at the engine's rate gives the engine's outcome", () => {
  const what = report.weakest!.what_if!;
  const mine = outcomes(report, what.from, what.rate_to_pct).map((each) => ({
    stage: each.stage,
    now: each.now,
    expected: round(each.expected),
    range: each.range && each.range.map(round),
  }));
  assert.deepEqual(mine, what.outcomes);
});

test("the slider at today's rate gives today", () => {
  for (const each of outcomes(report, "SAL", 48)) assert.equal(round(each.expected), each.now);
});

test("people are whole", () => {
  assert.deepEqual(asPeople(16.25), { low: 16, high: 17 });
  assert.deepEqual(asPeople(12.01), { low: 12, high: 12 });
});

const six = {
  counts: [150, 70, 30, 25, 12, 8],
  before: [120, 60, 22, 18, 9, 6],
  days: [14, 7, 3, 5, 12],
  allowed: [null, null, null, null, 7],
};

test("bars stand on one baseline and their heights are to scale", () => {
  const shape = funnelShape(six);
  const height = (i: number) => shape.base - shape.bars[i]!.top;
  assert.ok(Math.abs(height(1) / height(0) - 70 / 150) < 1e-9);
  assert.ok(shape.bars[0]!.before! > shape.bars[0]!.top, "last year was lower");
});

test("the ruler's legs follow each other and are as long as their days", () => {
  const legs = funnelShape(six).legs.map((leg) => leg!);
  legs.slice(1).forEach((leg, i) => assert.ok(Math.abs(leg.x - legs[i]!.x - legs[i]!.width) < 1e-9));
  assert.ok(Math.abs(legs[4]!.width / legs[0]!.width - 12 / 14) < 1e-9);
  assert.ok(Math.abs(legs[4]!.over / legs[4]!.width - 5 / 12) < 1e-9);
});

test("working days are drawn as the calendar days that each case had", () => {
  const limited = { mean_days: 7.2, sla_days: 3, sla_business: false, sla_over_days: 4.2 };
  assert.equal(calendarLimit(limited), 3);
  assert.equal(calendarLimit({ ...limited, sla_business: true, sla_over_days: 3.2 }), 4);
  assert.equal(calendarLimit({ ...limited, sla_business: true, sla_over_days: null }), null, "within its time");
});

test("a limit is said as it was agreed, and whole days of the calendar by their number", () => {
  const sla = { he: "4 שעות עבודה", en: "4 business hours" };
  assert.deepEqual(saidLimit({ sla, sla_days: 0.5, sla_business: true }), sla);
  assert.deepEqual(saidLimit({ sla, sla_days: 1, sla_business: true }), sla, "eight hours of work are no day");
  assert.deepEqual(saidLimit({ sla, sla_days: 0.5, sla_business: false }), sla);
  assert.deepEqual(saidLimit({ sla, sla_days: 7, sla_business: false }), { he: "7", en: "7" });
  assert.equal(saidLimit({ sla: null, sla_days: null, sla_business: false }), null);
});

test("a funnel of any length, an empty one, and one without days", () => {
  for (let stages = 1; stages <= 14; stages++) {
    const shape = funnelShape({
      counts: Array(stages).fill(0),
      before: Array(stages).fill(null),
      days: Array(stages - 1).fill(null),
      allowed: [],
    });
    assert.equal(shape.bars.length, stages);
    assert.ok(shape.bars.every((bar) => bar.top === shape.base && Number.isFinite(bar.x)));
    assert.ok(shape.legs.every((leg) => leg === null));
    const last = shape.bars.at(-1)!;
    assert.ok(last.x + last.width <= shape.width);
  }
});

test("an axis of people has whole, round steps and holds the tallest bar", () => {
  assert.deepEqual(axisTicks(8), [0, 2, 4, 6, 8]);
  for (const most of [0, 1, 2, 3, 7, 29, 150, 151, 999_999]) {
    const marks = axisTicks(most);
    assert.ok(
      marks.at(-1)! >= most && marks[0] === 0 && marks.every(Number.isInteger) && marks.length <= 8,
      `${most}: ${marks}`,
    );
  }
});
