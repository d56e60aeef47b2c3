import assert from "node:assert/strict";
import { test } from "node:test";
import { weekBeside } from "./week";

test("weeks beside, from a Sunday or a Monday, over the end of a year", () => {
  assert.equal(weekBeside("2026-04-19", 0), "2026-W17"); // a Sunday, named by the Monday after it
  assert.equal(weekBeside("2026-04-20", 0), "2026-W17");
  assert.equal(weekBeside("2026-12-27", 1), "2027-W01");
  assert.equal(weekBeside("2026-12-28", 0), "2026-W53");
  assert.equal(weekBeside("2025-12-29", -1), "2025-W52");
  assert.equal(weekBeside("2025-12-29", 0), "2026-W01");
});
