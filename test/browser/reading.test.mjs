// Small things that decide whether a page reads well: directions, places, keys of another keyboard, what is not there.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { flowIn, inspect } from "./dash.mjs";
import { browser } from "./page.mjs";

let chrome;
before(async () => {
  chrome = await browser();
});
after(async () => {
  await chrome?.close();
});
const flow = flowIn(() => chrome);

/** Where a text begins on the screen, by its first letter. */
const startOf = (locator, word) =>
  locator.evaluate((element, wanted) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const at = node.data.search(wanted);
      if (at < 0) continue;
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + 1);
      return range.getBoundingClientRect().x;
    }
    return NaN;
  }, word);

flow("in Hebrew a day stands before its hour, whoever writes them", { lang: "he" }, async (page) => {
  await page.to("/handoffs?view=decided");
  const time = page.locator(".Brief .Notice time").first();
  await time.waitFor();
  const [day, hour] = [await startOf(time, "\\d+\\.\\d+\\.\\d{4}"), await startOf(time, "\\d\\d:\\d\\d")];
  assert.ok(day > hour, `${day} ${hour}: ${await time.innerText()}`);
});

flow("an empty search asks from the side where one begins to read", { lang: "he" }, async (page) => {
  await page.to("/leads");
  const search = page.locator("input[type=search]");
  const direction = () => search.evaluate((element) => getComputedStyle(element).direction);
  assert.equal(await direction(), "rtl");
  await search.fill("sales@example.com");
  await page.waitForFunction(() => getComputedStyle(document.querySelector("input[type=search]")).direction === "ltr");
});

const LONG =
  "Senior Vice President of Global Finance Operations, Transformation, Planning and everything else there is";

flow("a long Latin title in Hebrew is cut at its end", { lang: "he" }, async (page, server) => {
  for (const lead of server.state.leads) lead.title = LONG;
  await page.to("/leads");
  const row = page.locator("[data-row] .sub").first();
  const [start, box] = [await startOf(row, "Senior"), await row.boundingBox()];
  assert.ok(start >= box.x && start < box.x + box.width, `${start} in ${JSON.stringify(box)}`);
});

flow("a company's name in the palette keeps its order", { lang: "he" }, async (page, server) => {
  const name = "North Labs Inc. 81";
  for (const lead of server.state.leads) if (lead.account) lead.account.name = name;
  await page.to("/report");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("p8");
  const note = page.locator(".Palette li .muted", { hasText: name }).first();
  await note.waitFor();
  assert.ok((await startOf(note, "North")) < (await startOf(note, "81")));
});

flow("keys mean the same on a Hebrew keyboard", { lang: "he" }, async (page, server) => {
  const press = (key, code, more = {}) =>
    page.evaluate((init) => document.body.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, ...init })), {
      key,
      code,
      ...more,
    });
  await page.to("/handoffs");
  const id = new URL(await page.locator(".Queue li[aria-current] a").getAttribute("href"), page.url()).pathname.split(
    "/",
  );
  await press("ר", "KeyR");
  await page.locator(".ReasonPicker").waitFor();
  await press("ר", "KeyR");
  await page.locator(".ReasonPicker").waitFor({ state: "detached" });
  await press("ל", "KeyK", { ctrlKey: true });
  await page.locator(".Palette").waitFor();
  await page.keyboard.press("Escape");
  await press("ש", "KeyA");
  await page.locator(".Toast").waitFor();
  assert.equal(server.state.handoffs.find((each) => each.id === id.at(-1)).state, "accepted");
});

for (const [lang, words] of [
  ["he", { none: "אין כאן ליד כזה", all: "כל הלידים", missing: "השדה הזה חסר", email: /כתובת מייל/, invite: "הזמנה" }],
  [
    "en",
    { none: "no such lead", all: "All leads", missing: "This field is missing", email: /e-mail/, invite: "Invite" },
  ],
]) {
  flow(`a lead that is not there leads back to those who are, ${lang}`, { lang, size: "phone" }, async (page) => {
    await page.to("/leads/nobody-known");
    await page.getByText(words.none).waitFor();
    await inspect(page, `dash-no-lead-${lang}`);
    await page.locator(".Empty").getByRole("link", { name: words.all }).click();
    await page.waitForURL(/\/leads$/);
  });

  flow(`forms say what is missing in the language of the page, ${lang}`, { who: "admin", lang }, async (page) => {
    await page.to("/users");
    await page.getByRole("button", { name: words.invite }).first().click();
    const form = page.locator("dialog[open] form");
    const said = (field) => field.evaluate((element) => element.validationMessage);
    const [name, email] = [form.locator("input").first(), form.locator("input[type=email]")];
    await form.locator("button[type=submit]").click();
    assert.equal(await said(name), words.missing);
    await name.fill("Sales 3");
    assert.equal(await said(name), "");
    await email.fill("sales3");
    await form.locator("button[type=submit]").click();
    assert.match(await said(email), words.email);
    await email.fill("sales3@example.com");
    await form.locator("button[type=submit]").click();
    await page.locator(".Secret input").waitFor();
  });

  flow(`one handoff is spoken of as one, and its team by its name, ${lang}`, { lang }, async (page, server) => {
    const handoff = server.state.handoffs.find(({ state }) => state === "rejected");
    await page.to(`/handoffs/${handoff.id}?view=decided`);
    const word = lang === "he" ? "נדחה" : "rejected";
    assert.equal(await page.locator(".Brief .Notice strong").innerText(), word);
    const late = server.state.handoffs.find((each) => each.state === "waiting" && each.sla?.escalated_at);
    late.sla.escalated_to = { id: "borderline", name: "צוות הגבוליים" };
    await page.to("/handoffs");
    const team = lang === "he" ? "צוות הגבוליים" : "Borderline team";
    await page.locator(".Queue").getByText(team).first().waitFor();
  });
}
