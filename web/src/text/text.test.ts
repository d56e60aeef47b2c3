import assert from "node:assert/strict";
import { test } from "node:test";
import * as format from "./format";
import { runs, spoken } from "./rich";
import { words } from "./words";

const kinds = (text: string, lang: "he" | "en") =>
  runs(text, lang)
    .filter((run) => run.kind !== "text")
    .map((run) => run.text);

test("numbers with their sign, currency, percent and range are one isolate", () => {
  assert.deepEqual(kinds("להוריד ל־70, ולהעביר $1,800 בטווח 70–80; 8/150 הם 5.3%.", "he"), [
    "70",
    "$1,800",
    "70–80",
    "8/150",
    "5.3%",
  ]);
  assert.deepEqual(kinds("יום ב׳ 13:00, 20.4.2026", "he"), ["13:00", "20.4.2026"]);
  assert.deepEqual(kinds("identify (2026-01-07 17:28:52), בשבוע 2026-W17, עד 2026-04-20T10:00:00+03:00", "he"), [
    "identify",
    "2026-01-07 17:28:52",
    "2026-W17",
    "2026-04-20T10:00:00+03:00",
  ]);
  assert.deepEqual(kinds("לחזור אל 050-123-4567 עד 2026-04-20, 25-45%", "he"), [
    "050-123-4567",
    "2026-04-20",
    "25-45%",
  ]);
  assert.deepEqual(kinds("of 13, +0.3 and −5 points.", "en"), ["13", "+0.3", "−5"]);
});

test("a foreign name of several words is one isolate, and the rest of the sentence is none", () => {
  assert.deepEqual(kinds("בין Google Search ל־SQL.", "he"), ["Google Search", "SQL"]);
  assert.deepEqual(kinds('Sources: גוגל חיפוש and ארה"ב', "en"), ["גוגל חיפוש", 'ארה"ב']);
  assert.deepEqual(kinds("B2B", "he"), ["B2B"]);
  assert.deepEqual(kinds("של Acme Labs, Inc. ו־SAL, SQL", "he"), ["Acme Labs, Inc", "SAL", "SQL"]);
  assert.deepEqual(kinds("למשל https://example.com; ריק: כולם", "he"), ["https://example.com"]);
  assert.deepEqual(kinds("למשל signed_up, page_*; ריק: כולם", "he"), ["signed_up", "page_*"]);
  assert.deepEqual(kinds("של Société Générale-Été ו־Łódź", "he"), ["Société Générale-Été", "Łódź"]);
});

test("a shortened number keeps its letter", () => {
  assert.deepEqual(kinds(`${format.short(711_000)} יצאו`, "he"), ["711K"]);
  assert.equal(format.short(1_500_000), "1.5M");
  assert.equal(format.short(60_579), "60,579");
});

test("a path is one name with the slash it begins with", () => {
  assert.deepEqual(kinds("כתובת: /pricing/eu, ביקור: s7", "he"), ["/pricing/eu", "s7"]);
  assert.deepEqual(kinds("לידים/SQL, 9/A", "he"), ["SQL", "9", "A"]);
});

test("a name that is marked as one is one, whatever it is made of", () => {
  assert.deepEqual(kinds("\u2068<b> +972 5\u2069: 40 ימים בלי מגע", "he"), ["\u2068<b> +972 5\u2069", "40"]);
  assert.deepEqual(kinds("\u2068דנה-2\u2069: untouched", "en"), ["\u2068דנה-2\u2069"]);
});

test("what is the same in both languages is one name", () => {
  const shown = (he: string, en: string) => spoken({ he, en }, "he") as { type?: string };
  assert.equal(shown("<i>x(1)", "<i>x(1)").type, "bdi");
  assert.equal(shown("לא ידוע", "unknown").type, undefined);
  assert.equal(shown("+972 5", "+972 5").type, "bdi");
});

test("nothing of the text is lost", () => {
  for (const text of ["", "SQL", "42.9%", "בין SAL ל־SQL יוצאים 13 מתוך 25, אחרי 3.5% (A/B).", "<b>&amp;"]) {
    for (const lang of ["he", "en"] as const)
      assert.equal(
        runs(text, lang)
          .map((run) => run.text)
          .join(""),
        text,
      );
  }
});

test("numbers", () => {
  assert.equal(format.percent(48), "48.0%");
  assert.equal(format.signed(-45, format.wholePercent), "−45%");
  assert.equal(format.signed(0, format.plain), "0");
  assert.equal(format.money(1225, "USD"), "$1,225");
  assert.equal(format.money(-1225.4, "ILS"), "−₪1,225");
  assert.equal(format.money(65.33, "USD"), "$65.33");
  assert.equal(format.about(69223), "69,000");
  assert.equal(format.about(17), "17");
  assert.equal(format.inUnit(null, "pct", "USD"), "—");
});

test("a wide range is told in whole percents, a narrow one with its decimals", () => {
  assert.equal(format.range([30, 66.5], "pct", "USD"), "30–67%");
  assert.equal(format.range([2.1, 2.9], "pct", "USD"), "2.1–2.9%");
  assert.equal(format.range([642, 2396], "money", "USD"), "$642–$2,396");
});

test("days and months in both languages", () => {
  assert.deepEqual([...words.days("1", true)], ["יום אחד", "1 day"]);
  assert.equal(format.day("2026-04-20T23:59:59+03:00", "he"), "20.4.2026");
  assert.equal(format.day("2026-04-20", "en"), "20 Apr 2026");
  assert.equal(format.month("2026-01", "en"), "Jan");
});

test("every phrase is there in both languages", () => {
  const walk = (value: unknown, path: string): void => {
    if (typeof value === "function")
      return walk((value as (...all: unknown[]) => unknown)("1", "2", "3", "4"), `${path}()`);
    if (Array.isArray(value)) {
      assert.equal(value.length, 2, path);
      for (const text of value) assert.ok(typeof text === "string" && text.length > 0, path);
      return;
    }
    for (const [name, part] of Object.entries(value as object)) walk(part, `${path}.${name}`);
  };
  const { legendBefore, stagesNote, channelsNote, ...rest } = words;
  walk(rest, "words");
  const both = { he: "א", en: "a" };
  walk(legendBefore(both), "legendBefore");
  walk(stagesNote(both), "stagesNote");
  walk(channelsNote("USD", both), "channelsNote");
});
