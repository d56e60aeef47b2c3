// Who may do what, as the page shows it: ways and buttons of one's own roles, and teams.
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

for (const [lang, size, words] of [
  ["he", "phone", { invite: "הזמנה", name: "שם", email: "מייל", sales: "מכירות", east: "צוות מזרח" }],
  ["en", "wide", { invite: "Invite", name: "Name", email: "E-mail", sales: "Sales", east: "East team" }],
]) {
  flow(`people are put into teams, ${lang}`, { who: "admin", lang, size }, async (page, server) => {
    await page.to("/users");
    await page.getByRole("button", { name: words.invite }).first().click();
    const form = page.locator("dialog[open] form");
    await form.getByLabel(words.name).fill("Sales 3");
    await form.getByLabel(words.email).fill("sales3@example.com");
    await form.getByLabel(words.sales, { exact: true }).check();
    await form.getByLabel(words.east).check();
    await inspect(page, `dash-invite-${lang}`);
    await form.locator("button[type=submit]").click();
    await page.locator(".Secret input").waitFor();
    const made = server.state.users.find(({ email }) => email === "sales3@example.com");
    assert.deepEqual([made.roles, made.teams], [["sales"], ["team_east"]]);

    made.teams = ["team_east", "gone_team"]; // which the definition had once
    await page.to("/users");
    const row = page.locator("tr", { hasText: "sales3@example.com" });
    assert.match(await row.innerText(), new RegExp(`${words.east}[^]*gone_team`));
    await row.getByRole("button").click();
    await form.getByLabel("gone_team").uncheck();
    await form.locator("button[type=submit]").click();
    await page.locator("dialog[open]").waitFor({ state: "detached" });
    assert.deepEqual(made.teams, ["team_east"]);
  });
}

flow("who may see no leads is offered none, and asks for none", { who: "product", lang: "en" }, async (page) => {
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.to("/report");
  const ways = await page.locator(".AppBar nav a").allInnerTexts();
  assert.deepEqual(
    ways.map((each) => each.trim()),
    ["Report", "Meeting", "Definition"],
  );
  await page.keyboard.press("Control+k");
  await page.keyboard.type("a");
  await page.locator(".Palette li").first().waitFor();
  const found = await page.locator(".Palette li").allInnerTexts();
  assert.ok(found.length > 0 && !found.some((each) => /lead|handoff|owner/i.test(each)), found.join());
  assert.deepEqual(
    asked.filter((path) => /handoffs|leads/.test(path)),
    [],
  );
});

flow("marketing writes about a lead, and gives it to nobody", { who: "marketing", lang: "en" }, async (page) => {
  await page.to("/leads/p8");
  await page.getByRole("button", { name: "Log a call" }).waitFor();
  assert.equal(await page.getByRole("button", { name: "Change the owner" }).count(), 0);
});

flow("handoffs are given to those who may decide", { lang: "en" }, async (page) => {
  await page.to("/handoffs");
  const choices = await page.locator(".BriefHead select option").allInnerTexts();
  assert.ok(choices.includes("Sales 2"), choices.join());
  assert.ok(!choices.includes("Marketing 1") && !choices.includes("Admin 1"), choices.join());
});
