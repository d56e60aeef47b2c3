import assert from "node:assert/strict";
import { test } from "node:test";
import { agentOf } from "./agent";

const GECKO = "(KHTML, like Gecko)";

test("browsers by their names, though each says that it is the others, too", () => {
  const cases: [string, string, string][] = [
    [`Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 ${GECKO} Chrome/140.0.0.0 Safari/537.36`, "Chrome", "Linux"],
    [
      `Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 ${GECKO} Chrome/140.0 Safari/537.36 Edg/140.0`,
      "Edge",
      "Windows",
    ],
    [
      `Mozilla/5.0 (Macintosh; Intel Mac OS X 14_4) AppleWebKit/605.1 ${GECKO} Version/17.4 Safari/605.1`,
      "Safari",
      "macOS",
    ],
    [`Mozilla/5.0 (iPhone; CPU iPhone OS 17 like Mac OS X) AppleWebKit ${GECKO} CriOS/140 Safari/604`, "Chrome", "iOS"],
    ["Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", "Firefox", "Android"],
  ];
  for (const [text, browser, system] of cases) assert.deepEqual(agentOf(text), { browser, system });
});

test("of others nothing is guessed", () => {
  for (const text of ["curl/8.5.0", "", null]) assert.equal(agentOf(text), null);
});
