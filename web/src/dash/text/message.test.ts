import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogue } from "../catalogue";
import { message } from "./message";

test("arguments are put in, numbers grouped", () => {
  assert.equal(message("{n} of {all}", { n: 3, all: 1200 }, "en"), "3 of 1,200");
  assert.equal(message("no arguments", {}, "he"), "no arguments");
  assert.throws(() => message("{n}", {}, "en"), /missing/);
});

test("plurals follow the language", () => {
  const he = "{n, plural, one{ליד אחד} two{שני לידים} other{# לידים}}";
  assert.deepEqual(
    [1, 2, 5, 1000].map((n) => message(he, { n }, "he")),
    ["ליד אחד", "שני לידים", "5 לידים", "1,000 לידים"],
  );
  const en = "{n, plural, =0{nobody} one{# lead} other{# leads}} in {where}";
  assert.equal(message(en, { n: 0, where: "SQL" }, "en"), "nobody in SQL");
  assert.equal(message(en, { n: 1, where: "SQL" }, "en"), "1 lead in SQL");
  assert.equal(message(en, { n: 7, where: "SQL" }, "en"), "7 leads in SQL");
});

test("a branch may hold arguments", () => {
  assert.equal(message("{n, plural, one{# by {who}} other{# by {who}}}", { n: 2, who: "u1" }, "en"), "2 by u1");
});

const names = (pattern: string) => [...pattern.matchAll(/\{(\w+)(?=[,}])/g)].map((match) => match[1]!);

test("both languages of each message take the same arguments and can be said", () => {
  for (const [key, [he, en]] of Object.entries(catalogue)) {
    assert.deepEqual([...new Set(names(he))].sort(), [...new Set(names(en))].sort(), key);
    const args = Object.fromEntries(names(he).map((name) => [name, 3]));
    for (const [pattern, lang] of [
      [he, "he"],
      [en, "en"],
    ] as const)
      assert.doesNotMatch(message(pattern, args, lang), /[{}#]/, key);
  }
});
