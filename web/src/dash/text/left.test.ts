import assert from "node:assert/strict";
import { test } from "node:test";
import { leftWords } from "./left";

const HOUR = 60;
const DAY = 24 * HOUR;

test("what is left is told in the hours that are counted", () => {
  const left = (business: boolean, minutes: number, due_at: string | null = "2026-04-20T08:00:00+03:00") =>
    leftWords({ business, left_minutes: minutes, due_at, state: minutes < 0 ? "late" : "ok" });
  assert.deepEqual(left(true, 18 * HOUR), { key: "sla.left_hours", n: 18 });
  assert.deepEqual(left(true, 80 * HOUR), { key: "sla.left_hours", n: 80 });
  assert.deepEqual(left(true, 40), { key: "sla.left_minutes", n: 40 });
  assert.deepEqual(left(false, 40), { key: "sla.left_any_minutes", n: 40 });
  assert.deepEqual(left(false, 18 * HOUR), { key: "sla.left_any_hours", n: 18 });
  assert.deepEqual(left(false, 6.6 * DAY), { key: "sla.left_days", n: 7 });
  assert.deepEqual(left(true, -3 * HOUR), { key: "sla.late_hours", n: 3 });
  assert.deepEqual(left(false, -3 * HOUR), { key: "sla.late_any_hours", n: 3 });
  assert.deepEqual(left(false, -3 * DAY), { key: "sla.late_days", n: 3 });
  assert.equal(left(true, -41 * HOUR), null, "a week of work");
  assert.equal(left(false, -8 * DAY), null);
  assert.deepEqual(left(false, -8 * DAY, null), { key: "sla.late_days", n: 8 }, "nobody knows since when");
});
