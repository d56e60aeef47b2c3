import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { clipped, open, overflow, overlaps, pageOf, picture, sample, browser, violations } from "./page.mjs";
import { manyStages, longNames, nothing, noCompare, shortFunnel } from "./variants.mjs";

let chrome;
before(async () => {
  chrome = await browser();
});
after(async () => {
  await chrome?.close();
});

async function inspect(page, name) {
  assert.deepEqual(page.complaints, [], `${name}: complaints`);
  assert.deepEqual(await overflow(page), [], `${name}: wider than the window`);
  assert.deepEqual(await clipped(page), [], `${name}: cut off`);
  assert.deepEqual(await overlaps(page), [], `${name}: texts over each other`);
  assert.deepEqual(await violations(page), [], `${name}: accessibility`);
  await picture(page, name);
}

for (const lang of ["he", "en"]) {
  for (const size of ["wide", "tablet", "phone"]) {
    for (const theme of ["light", "dark"]) {
      test(`the sample, ${lang}, ${size}, ${theme}`, async () => {
        const page = await open(chrome, pageOf("sample", sample()), {
          lang,
          size,
          theme,
        });
        assert.equal(await page.getAttribute("html", "dir"), lang === "he" ? "rtl" : "ltr");
        await inspect(page, `sample-${lang}-${size}-${theme}`);
        await page.close();
      });
    }
  }
}

for (const [name, report] of Object.entries({
  longNames,
  manyStages,
  nothing,
  noCompare,
  shortFunnel,
})) {
  for (const [lang, size] of [
    ["he", "wide"],
    ["en", "wide"],
    ["he", "phone"],
    ["en", "phone"],
  ]) {
    test(`${name}, ${lang}, ${size}`, async () => {
      const page = await open(chrome, pageOf(name, report()), { lang, size });
      await inspect(page, `${name}-${lang}-${size}`);
      await page.close();
    });
  }
}

test("every number of the report's tables is on the page, isolated", async () => {
  const page = await open(chrome, pageOf("sample", sample()), { lang: "en" });
  const text = await page.innerText("main");
  for (const row of sample().stages) assert.ok(text.includes(String(row.count)), row.stage);
  for (const row of sample().sequence) assert.ok(text.includes(`${row.open_pct.toFixed(1)}%`), row.name);
  const loose = await page.evaluate(() => {
    const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    const found = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (/\d/.test(node.data) && !node.parentElement.closest("bdi")) found.push(node.data);
    }
    return found;
  });
  assert.deepEqual(loose, []);
  await page.close();
});

test("a number opens by keyboard, says what it stands on, and gives the focus back", async () => {
  const page = await open(chrome, pageOf("sample", sample()), { lang: "en" });
  const number = page.locator("#funnel .step .open", { hasText: "48.0%" }).first();
  await number.focus();
  await page.keyboard.press("Enter");
  const card = page.getByRole("dialog");
  const text = await card.innerText();
  for (const part of ["12 ÷ 25", "30–67%", "50.0%", "7c41e0", "p = 0.90"])
    assert.ok(text.includes(part), `${part} in ${text}`);
  assert.deepEqual(await violations(page), []);
  await picture(page, "open-number");
  await page.keyboard.press("Escape");
  assert.equal(await card.count(), 0);
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "48.0%");
  await page.close();
});

test("changing the language keeps the slider, the open card, the details and the place", async () => {
  const page = await open(chrome, pageOf("sample", sample()), { lang: "en" });
  await page.locator("#weakest input[type=range]").fill("80");
  await page.locator("#trend summary").click();
  await page.locator("#weakest .big .open").click();
  const place = () => page.evaluate(() => document.querySelector("#weakest").getBoundingClientRect().top);
  const was = await place();
  await page.locator("#language").click();
  assert.equal(await page.getAttribute("html", "dir"), "rtl");
  assert.equal(await page.inputValue("#weakest input[type=range]"), "80");
  assert.ok(await page.locator("#trend details").evaluate((details) => details.open));
  assert.match(await page.getByRole("dialog").innerText(), /נוסחה/);
  assert.ok(Math.abs((await place()) - was) < 3, "the part being read stayed");
  assert.deepEqual(page.complaints, []);
  await page.close();
});

test("the what-if slider answers to the keyboard", async () => {
  const page = await open(chrome, pageOf("sample", sample()), { lang: "en" });
  const outcome = () => page.locator("#weakest .Outcome").innerText();
  assert.match(await outcome(), /16–17/);
  await page.locator("#weakest input[type=range]").focus();
  for (let i = 0; i < 15; i++) await page.keyboard.press("ArrowRight");
  assert.match(await page.locator("#weakest .WhatIf h3").innerText(), /80%/);
  assert.match(await outcome(), /20/);
  await page.getByRole("button", { name: "Back to 65%" }).click();
  assert.match(await outcome(), /16–17/);
  await page.close();
});

test("the theme changes by its button and paper is always light", async () => {
  const page = await open(chrome, pageOf("sample", sample()), {
    theme: "dark",
  });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(await ground(), "rgb(17, 19, 27)");
  await page.emulateMedia({ media: "print" });
  assert.equal(await ground(), "rgb(255, 255, 255)");
  await page.emulateMedia({ media: "screen" });
  await page.locator("#theme").click();
  assert.equal(await ground(), "rgb(248, 246, 241)");
  await page.close();
});

test("it prints to A4 in both directions, nothing wider than the sheet", async () => {
  const report = sample();
  for (const stage of [...report.funnel.stages, ...report.stages])
    stage.label = { he: "מוסמך בידי השיווק", en: "qualified by marketing" };
  for (const lang of ["he", "en"]) {
    const page = await open(chrome, pageOf("sample", report), { lang });
    await page.setViewportSize({ width: 711, height: 1000 }); // A4 less its margins, in CSS pixels
    await page.emulateMedia({ media: "print" });
    assert.deepEqual(await overflow(page), []);
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll(".TableCard")]
        .filter((card) => card.scrollWidth > card.clientWidth + 1)
        .map((card) => card.closest("section").id),
    );
    assert.deepEqual(cut, [], lang);
    assert.deepEqual(await overlaps(page), [], lang);
    await picture(page, `print-${lang}`);
    await page.close();
  }
});

test("hostile names stay text", async () => {
  const report = sample();
  report.company = "</script><script>window.pwned=1</script><img src=x onerror=window.pwned=1>";
  report.channels[0].label = { he: report.company, en: report.company };
  const page = await open(chrome, pageOf("hostile", report));
  assert.equal(await page.evaluate(() => window.pwned), undefined);
  assert.ok((await page.innerText(".crumb")).includes("</script>"));
  assert.deepEqual(page.complaints, []);
  await page.close();
});

test("the bare template says what it is", async () => {
  const page = await chrome.newPage();
  await page.goto(new URL("../../web/dist/report.html", import.meta.url).href);
  assert.match(await page.innerText("main"), /masa report/);
  await page.close();
});
