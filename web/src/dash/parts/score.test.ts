import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Part } from "../why-types";
import { waterfall } from "./score";

const part = (points: number) => ({ points }) as Part;

test("each term begins where the one before ended; a minus hangs from there", () => {
  const bars = waterfall([part(20), part(25), part(-6), part(5)]).map(({ from, to }) => [from, to]);
  assert.deepEqual(bars, [
    [0, 20],
    [20, 45],
    [39, 45],
    [39, 44],
  ]);
});

test("the terms of a real score end at its value", () => {
  const { scores } = JSON.parse(readFileSync("fixtures/why.json", "utf8"));
  for (const score of scores) {
    const sum = score.parts.reduce((total: number, each: Part) => total + each.points, 0);
    assert.ok(Math.abs(sum - score.value) < 0.01, score.score);
    assert.ok(Math.abs(waterfall(score.parts).at(-1)!.to - score.value) < 0.01);
  }
});
