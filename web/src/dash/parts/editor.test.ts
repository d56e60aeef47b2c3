import assert from "node:assert/strict";
import { test } from "node:test";
import type { Problem } from "../api";
import { piecesOf } from "./editor";

const problem = (column: number, end_column: number | null): Problem => ({
  line: 1,
  column,
  end_column,
  severity: "error",
  message: "wrong",
  help: null,
});
const shown = (line: string, ...problems: Problem[]) =>
  piecesOf(line, problems)
    .map(({ text, wrong }) => (wrong ? `[${text}]` : text))
    .join("");

test("what is wrong is marked from its column to its end", () => {
  assert.equal(shown("points: signals.intrest", problem(17, 24)), "points: signals.[intrest]");
  assert.equal(shown("points: x", problem(9, null)), "points: [x]");
});

test("marks may overlap and nothing of the line is lost", () => {
  const line = "abcdef";
  assert.equal(shown(line, problem(1, 4), problem(3, 6)), "[ab][c][de]f");
  for (const [from, to] of [
    [1, 1],
    [6, 99],
    [99, 120],
  ] as const)
    assert.equal(
      piecesOf(line, [problem(from, to)])
        .map(({ text }) => text)
        .join(""),
      line,
    );
});

test("an empty line has nothing to mark and does not fail", () => {
  assert.equal(shown("", problem(1, null)), "");
});
