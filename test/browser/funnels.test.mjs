// The dashboard over the program itself, where a definition has several funnels: the switch that stays, what waits for
// who was away, the page of who reached the end, an event as it came.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { companyOf } from "../served/company.mjs";
import { browser, picture } from "./page.mjs";
import { wordsOf } from "./service.mjs";

const DEFINITION = `masa: 1
company: { name: Acme, locale: en-US, zone: Asia/Jerusalem, currency: USD, week: sunday, holidays: none }
events: { signed_up: { en: signed up }, demo_booked: { en: booked a demo }, contract_ends: { en: contract ends },
  trial_begun: { en: began a trial }, account_closed: { en: closed the account } }
traits: { person: { name: string }, account: { name: string } }
funnels:
  b2b:
    of: person
    stages:
      MEL: { owner: marketing, enter: { did: signed_up } }
      WON: { owner: sales, enter: { did: demo_booked } }
  renewals:
    en: Renewals
    of: person
    stages:
      due: { owner: success, enter: { did: contract_ends } }
      taken: { owner: sales, decided_by: sales, reject: [ leaves ], sla: { within: 5d, remind: { before: 1d } } }
  trials:
    en: Trials
    of: person
    stages:
      tried: { owner: marketing, enter: { did: trial_begun } }
      bought: { owner: sales, decided_by: sales, reject: [ leaves ] }
    exits: { gave_up: { he: ויתר, en: gave up, on: account_closed } }
report: { funnel: b2b, basis: cohort, period: 2026, min_n: 5 }
`;
const HOSTILE = "<img src=x onerror=document.body.dataset.hit=1>";
const said = (userId, event, more = {}) => ({
  type: "track",
  userId,
  event,
  messageId: `${userId}-${event}`,
  timestamp: "2026-01-05T09:00:00Z",
  ...more,
});
const events = ["p1", "p2"].flatMap((userId) => [
  { type: "identify", userId, messageId: `${userId}-i`, timestamp: "2026-01-02T09:00:00Z", traits: { name: userId } },
  {
    type: "group",
    userId,
    groupId: `a-${userId}`,
    messageId: `${userId}-g`,
    timestamp: "2026-01-03T09:00:00Z",
    traits: { name: `Company of ${userId}` },
  },
  said(userId, "signed_up", { properties: { undeclared: HOSTILE } }),
]);
events.push(said("p1", "contract_ends"), said("p2", "demo_booked", { timestamp: "2026-01-09T09:00:00Z" }));
// Who tries, gives up, and tries again.
events.push(said("p3", "trial_begun"), said("p3", "account_closed", { timestamp: "2026-01-06T09:00:00Z" }));
events.push(said("p3", "trial_begun", { messageId: "p3-again", timestamp: "2026-01-07T09:00:00Z" }));

let chrome;
after(() => chrome?.close());
const company = companyOf({ definition: DEFINITION, events }, async () => {
  chrome = await browser();
  await company.answers("/leads");
});

async function enter(t, lang, width) {
  const context = await chrome.newContext({ viewport: { width, height: 844 } });
  t.after(() => context.close());
  const { cookie } = await company.member("sales");
  const cookies = cookie.split("; ").map((each) => each.split(/=(.*)/s));
  await context.addCookies(cookies.map(([name, value]) => ({ name, value, url: company.url })));
  const page = await context.newPage();
  page.to = (path) => page.goto(`${company.url}${path}${path.includes("?") ? "&" : "?"}lang=${lang}`);
  return page;
}

for (const [lang, width] of [
  ["en", 1280],
  ["he", 390],
]) {
  const words = wordsOf(lang);
  test(`the funnel that is chosen stays from page to page, ${lang}`, async (t) => {
    const page = await enter(t, lang, width);
    const shown = () => page.getByLabel(words["funnel.one"], { exact: true });
    await page.to("/report");
    await shown().selectOption("renewals");
    await page.waitForURL(/funnel=renewals/);
    await page.locator(".AppBar nav a[href='/leads']").click();
    await page.waitForURL(/leads\?funnel=renewals/);
    await page.getByText("Company of p1").waitFor();
    assert.equal(await page.locator("tr[data-row]").count(), 1);
    await picture(page, `funnels-leads-${lang}`);
    await page.locator(".AppBar nav a[href='/handoffs']").click();
    await page.waitForURL(/handoffs\?funnel=renewals/);
    assert.equal(await shown().inputValue(), "renewals");
    await shown().selectOption("");
    await page.waitForURL((url) => !url.search.includes("funnel"));
    await page.locator(".AppBar nav a[href='/leads']").click();
    await page.getByText("Company of p2").waitFor();
    assert.equal(await shown().inputValue(), "b2b");
  });

  test(`the rules of the time stay with another funnel, and go when they are not wanted, ${lang}`, async (t) => {
    const page = await enter(t, lang, width);
    const rules = () => page.getByLabel(words["report.rules"], { exact: true });
    await page.to("/report");
    await rules().selectOption("recorded");
    await page.waitForURL(/mode=recorded/);
    await page.getByLabel(words["funnel.one"], { exact: true }).selectOption("renewals");
    await page.waitForURL(/funnel=renewals/);
    assert.equal(await rules().inputValue(), "recorded");
    await rules().selectOption("if");
    await page.waitForURL((url) => !url.search.includes("mode"));
    await page.to("/report");
    await page.waitForURL(/funnel=renewals/);
    assert.equal(await rules().inputValue(), "if");
  });

  test(`who was away sees on every page what has come for them, ${lang}`, async (t) => {
    const page = await enter(t, lang, width);
    for (const path of ["/report", "/leads", "/definition", "/agenda"]) {
      await page.to(path);
      await page.locator("#told").waitFor();
      assert.equal((await page.locator("#told bdi").first().innerText()).trim(), "1");
    }
    await page.locator("#told").click();
    await page.waitForURL(/view=told/);
    await page.locator(".Queue li").first().waitFor();
    assert.equal(await page.locator(".Queue li").count(), 1);
    await picture(page, `funnels-told-${lang}`);
  });

  test(`nothing is missing for who has reached the end, and an event shows as it came, ${lang}`, async (t) => {
    const page = await enter(t, lang, width);
    await page.to("/leads/p2");
    await page.locator("#ended").waitFor();
    assert.match(await page.locator("#ended").innerText(), /WON/);
    assert.equal(await page.locator("#missing").count(), 0);
    await page.locator(".Raw summary").nth(1).click();
    const raw = page.locator(".Raw pre");
    await raw.waitFor();
    assert.ok((await raw.innerText()).includes(JSON.stringify(HOSTILE)));
    assert.equal(await page.evaluate(() => document.body.dataset.hit), undefined);
    await picture(page, `funnels-ended-${lang}`);
  });

  test(`the timeline says who left, and what is decided waits for nothing else, ${lang}`, async (t) => {
    const page = await enter(t, lang, width);
    await page.to("/leads/p3?funnel=trials");
    const left = page.locator(".Trail li", { hasText: lang === "he" ? "ויתר" : "gave up" });
    await left.waitFor();
    assert.ok((await left.innerText()).includes(words["lead.left_from"]));
    const missing = await page.locator("#missing").innerText();
    assert.ok(missing.includes(words["lead.decided_next"]));
    assert.ok(!missing.includes(words["waits.evidence"]));
    await picture(page, `funnels-left-${lang}`);
  });

  test(`the meeting and its decisions are of the funnel that is looked at, ${lang}`, async (t) => {
    const page = await enter(t, lang, width);
    await page.to("/register");
    await page.getByLabel(words["funnel.one"], { exact: true }).selectOption("renewals");
    await page.waitForURL(/funnel=renewals/);
    await page.getByRole("button", { name: words["register.write"], exact: true }).first().click();
    await page.getByLabel(words["register.what"], { exact: true }).fill(`Call earlier, ${lang}`);
    await page.getByLabel(words["register.kpi"], { exact: true }).selectOption("due>taken");
    await page.locator("dialog").getByRole("button", { name: words["save"], exact: true }).click();
    await page.locator("tbody tr", { hasText: `Call earlier, ${lang}` }).waitFor();
    await picture(page, `funnels-register-${lang}`);
    await page.getByLabel(words["funnel.one"], { exact: true }).selectOption("");
    await page.waitForURL((url) => !url.search.includes("funnel"));
    await page.to("/agenda?funnel=renewals");
    const links = page.locator(".Agenda a");
    await links.first().waitFor();
    for (const link of await links.all()) assert.match(await link.getAttribute("href"), /funnel=renewals/);
    await picture(page, `funnels-agenda-${lang}`);
  });
}
