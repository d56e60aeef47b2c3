// From the first link to a published rule, on the program itself: what the people of a company do in a week.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { settled } from "./dash.mjs";
import { browser, picture } from "./page.mjs";
import { Receiver, signedBy } from "../served/receiver.mjs";
import { definition, Service, wordsOf } from "./service.mjs";

let chrome;
before(async () => {
  chrome = await browser();
});
after(async () => {
  await chrome?.close();
});

const button = (page, name) => page.getByRole("button", { name, exact: false });

/** The admin invites somebody; the link that is shown once. */
async function invite(admin, words, role) {
  await admin.to("/users");
  await button(admin, words["users.invite"]).click();
  await admin.getByLabel(words.name).fill(`Person of ${role}`);
  await admin.getByLabel(words.email).fill(`${role}@example.com`);
  await admin.getByLabel(words[`role.${role}`], { exact: true }).check();
  await admin.locator(".Dialog form button[type=submit], form.Form button[type=submit]").click();
  return admin.locator(".Secret input").inputValue();
}

async function makeWriteKey(admin, words) {
  await admin.to("/keys");
  await button(admin, words["keys.make"]).first().click();
  await admin.getByLabel(words.name).fill("site");
  await admin.getByLabel(words["keys.stands"]).selectOption("server");
  await admin.getByLabel(words["keys.source"]).fill("web");
  await admin.locator("form.Form button[type=submit]").click();
  return admin.locator(".Secret input").inputValue();
}

/** Sends a call and waits until the service has taken it. */
const sent = (client, call, what) =>
  new Promise((done, failed) => client[call](what, (error) => (error ? failed(error) : done())));

/** Waits until the lead's page, which nobody touches, says that it holds the stage now. */
const holds = (page, stage) =>
  page.waitForFunction((name) => document.querySelector('[aria-current="step"]')?.textContent.includes(name), stage, {
    timeout: 60_000,
  });

for (const lang of ["en", "he"]) {
  test(`a lead goes from a page view to sales, and a rule is changed, ${lang}`, async (t) => {
    const words = wordsOf(lang);
    const service = await Service.start(t);
    const admin = await service.enter(chrome, service.link, {
      lang,
      first: true,
    });
    const links = {};
    for (const role of ["marketing", "sales"]) links[role] = await invite(admin, words, role);
    const key = await makeWriteKey(admin, words);
    const marketing = await service.enter(chrome, links.marketing, { lang });
    const sales = await service.enter(chrome, links.sales, { lang });
    const client = service.client(key);

    await t.test("a lead of a real client moves through the stages while one looks on", async () => {
      await sent(client, "identify", {
        userId: "p1",
        traits: { email: "p1@example.com", role: "cfo" },
      });
      await marketing.to("/leads");
      await marketing.getByText("p1@example.com").first().waitFor({ timeout: 60_000 });
      await marketing.to("/leads/p1");
      await holds(marketing, "MCL");
      const view = {
        userId: "p1",
        event: "page_viewed",
        properties: { path: "/pricing" },
      };
      await sent(client, "track", view);
      await sent(client, "track", view);
      await holds(marketing, "MEL");
      await sent(client, "track", view);
      await holds(marketing, "MQL");
      await picture(marketing, `service-lead-${lang}`);
    });

    await t.test("marketing may look at a handoff and not decide it", async () => {
      await marketing.to("/handoffs");
      await marketing.getByText("p1@example.com").first().click();
      await marketing.getByText(words["decide.only_sales"].slice(0, 20)).first().waitFor();
      assert.equal(await button(marketing, words["decide.accept"]).count(), 0);
      const status = await marketing.evaluate(async () => {
        const api = "/api/v1";
        const { csrf_token } = await (await fetch(`${api}/session`)).json();
        const { items } = await (await fetch(`${api}/handoffs`)).json();
        const { id, version } = items.find((each) => each.lead.id === "p1");
        const reply = await fetch(`${api}/handoffs/${id}/decision`, {
          method: "POST",
          headers: {
            "content-type": "application/json",
            "x-masa-csrf": csrf_token,
            "if-match": `"${version}"`,
            "idempotency-key": "marketing-tries-1",
          },
          body: JSON.stringify({ decision: "accept" }),
        });
        return [reply.status, (await reply.json()).error.code];
      });
      assert.deepEqual(status, [403, "forbidden"]);
    });

    await t.test("sales accepts, and marketing sees it at once", async () => {
      await marketing.to("/leads/p1");
      await sales.to("/handoffs");
      await sales.locator(".Queue").getByText("p1@example.com").click();
      await settled(sales);
      const brief = await sales.locator(".Reading").textContent();
      assert.match(brief, /×3/);
      assert.match(brief, lang === "en" ? /engagement score.*above 25/ : /מעורבות.*25/);
      await picture(sales, `service-handoff-${lang}`);
      await button(sales, words["decide.accept"]).first().click();
      await holds(marketing, "SAL");
    });

    await t.test("the definition is changed, tried on the past, signed by both sides and published", async () => {
      await marketing.to("/definition");
      await marketing.fill("#definition-text", definition(15).replace("above: 15", "above: [15"));
      const problem = marketing.locator("#definition-problems .said").first();
      await problem.waitFor();
      assert.equal(/[א-ת]/.test(await problem.textContent()), lang === "he");
      await marketing.fill("#definition-text", definition(15));
      await button(marketing, words["backtest.start"]).click();
      const result = marketing.locator(".BacktestResult");
      await result.waitFor({ timeout: 60_000 });
      assert.match(await result.locator("tr.moved").first().textContent(), /MQL/);
      await picture(marketing, `service-backtest-${lang}`);
      await marketing.getByLabel(words["definition.note"]).fill("15");
      await button(marketing, words["definition.keep"]).click();
      await marketing.waitForURL(/\/definition\/[0-9a-f]+/);
      const address = new URL(marketing.url()).pathname;
      await button(marketing, words["sign.sign"]).click();
      await sales.to(address);
      await button(sales, words["sign.sign"]).click();
      await button(sales, words["sign.publish"]).click();
      await marketing.to("/definition");
      await marketing.waitForFunction(() => document.querySelector("#definition-text")?.value.includes("above: 15"));
      await picture(marketing, `service-published-${lang}`);
      await sales.to("/leads/b1");
      await holds(sales, "MQL");
    });

    await client.closeAndFlush({ timeout: 10_000 });
    for (const page of [admin, marketing, sales]) assert.deepEqual(page.complaints, []);
  });
}

for (const [lang, size] of [
  ["he", "wide"],
  ["en", "phone"],
]) {
  test(`a store that has nothing yet is begun in the page, ${lang}`, async (t) => {
    const words = wordsOf(lang);
    const service = await Service.start(t, { empty: true });
    const admin = await service.enter(chrome, service.link, {
      lang,
      size,
      first: true,
    });
    await admin.to("/definition");
    await admin.getByText(words["begin.title"]).first().waitFor();
    await picture(admin, `service-begin-${lang}`);
    await admin.getByText(words["begin.subscription"]).first().click();
    await admin.getByText(words["begin.b2b"]).first().click();
    await admin.getByLabel(words["begin.company"]).fill("Example: books");
    await button(admin, words["begin.go"]).click();
    const text = await admin.locator("#definition-text").inputValue();
    assert.match(text, /name: "Example: books"/);
    assert.match(text, /^# agreed:/m);
    await admin.getByText(words["definition.right"]).waitFor();
    await picture(admin, `service-begun-${lang}`);
    await button(admin, words["definition.keep"]).click();
    await admin.waitForURL(/\/definition\/[0-9a-f]+/);
    await button(admin, words["sign.publish"]).click();
    await admin.waitForURL(/\/definition$/);
    await admin.to("/keys");
    await button(admin, words["keys.make"]).first().click();
    await picture(admin, `service-key-${lang}`);
    await admin.keyboard.press("Escape");
    const key = await makeWriteKey(admin, words);
    const client = service.client(key);
    await sent(client, "identify", {
      userId: "p1",
      traits: { email: "p1@acme.example" },
    });
    await sent(client, "track", {
      userId: "p1",
      event: "form_submitted",
      properties: { form: "contact" },
    });
    await admin.to("/leads");
    await admin.getByText("p1@acme.example").first().waitFor({ timeout: 60_000 });
    await admin.to("/report");
    await admin.locator(".ReportBody, h1").first().waitFor();
    await client.closeAndFlush({ timeout: 10_000 });
  });
}

for (const lang of ["en", "he"]) {
  test(`a webhook is made and tried by who manages, and says whether it arrives, ${lang}`, async (t) => {
    const words = wordsOf(lang);
    const receiver = await Receiver.start(t);
    const service = await Service.start(t, { options: ["--webhooks-to", "127.0.0.1"] });
    const admin = await service.enter(chrome, service.link, { lang, first: true });
    await admin.to("/channels");
    await button(admin, words["hook.make"]).first().click();
    await admin.getByLabel(words.name, { exact: true }).fill("room");
    await admin.getByLabel(words["hook.url"], { exact: true }).fill(receiver.url);
    await admin.locator("form.Form button[type=submit]").click();
    const secret = await admin.locator(".Secret input").inputValue();
    await picture(admin, `service-webhook-secret-${lang}`);
    await button(admin, words.done).click();
    const room = admin.locator(".Hook", { hasText: "room" });
    const tryIt = () => button(room, words["hook.try"]).click();
    await tryIt();
    await room.locator("tr .BandPill.good").waitFor();
    await room.getByText(words["hook.arrived"]).waitFor();
    signedBy(receiver.got[0], secret);
    receiver.answer = () => 500;
    await tryIt();
    await room.locator("tr .BandPill.bad").waitFor();
    await room.locator(".HookHealth", { hasText: "500" }).waitFor();
    await picture(admin, `service-webhook-${lang}`);
    assert.deepEqual(admin.complaints, []);
  });
}
