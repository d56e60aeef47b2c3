import assert from "node:assert/strict";
import { test } from "node:test";
import { greatest } from "./greatest";

test("the greatest of none, of some, and of very many", () => {
  assert.equal(greatest(1, []), 1);
  assert.equal(greatest(1, [0, 7, 3]), 7);
  assert.equal(greatest(-1, new Array<number>(1_000_000).fill(2)), 2);
});
