import assert from "node:assert/strict";
import { test } from "node:test";
import { plain } from "./plain";

const words = { yes: "yes", no: "no" };

test("values as people say them", () => {
  assert.equal(plain("true", words), "yes");
  assert.equal(plain(false, words), "no");
  assert.equal(plain('{"new_york":6,"boston":1}', words), "new_york 6, boston 1");
  assert.equal(plain(["invoicing", true], words), "invoicing, yes");
  assert.equal(plain(4500, words), "4500");
  assert.equal(plain({ amount: 4500, currency: "USD" }, words), "$4,500");
  assert.equal(plain({ amount: 4500, currency: "dollars" }, words), "amount 4500, currency dollars");
});

test("a text that only looks like a value stays as it was written", () => {
  assert.equal(plain("[urgent] call me", words), "[urgent] call me");
  assert.equal(plain("{", words), "{");
  assert.equal(plain("truth", words), "truth");
});
