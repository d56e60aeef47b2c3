import assert from "node:assert/strict";
import { test } from "node:test";
import { hunks } from "./diff";

const line = (kind: "same" | "added" | "removed", n: number) => ({ kind, old: n, new: n, text: String(n) });
const same = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => line("same", from + i));

test("three lines around a change are kept, what lies between changes is not", () => {
  const lines = [...same(1, 10), line("added", 11), ...same(12, 30), line("removed", 31), ...same(32, 40)];
  assert.deepEqual(
    hunks(lines).map((hunk) => hunk.map(({ old }) => old)),
    [
      [8, 9, 10, 11, 12, 13, 14],
      [28, 29, 30, 31, 32, 33, 34],
    ],
  );
});

test("near changes share a run; no change, no run", () => {
  assert.equal(hunks([line("added", 1), ...same(2, 6), line("added", 7)]).length, 1);
  assert.deepEqual(hunks(same(1, 5)), []);
  assert.deepEqual(hunks([]), []);
});
