// The dashboard as the program itself serves it: one page for all of its addresses, with the right headers, up to the
// door. What lies behind the door is tested in ../browser, over the mock that is held to the contract.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { chromium } from "../browser/node_modules/playwright-core/index.mjs";
import { Service } from "./service.mjs";

const get = (service, path, headers = {}) => fetch(service.url + path, { headers });

test("each of its addresses is the page, told by its hash and fresh by its tag", async (t) => {
  const service = await Service.start(t);
  const first = await get(service, "/");
  assert.equal(first.status, 200);
  assert.match(first.headers.get("content-type"), /^text\/html/);
  assert.equal(first.headers.get("cache-control"), "no-cache");
  const page = await first.text();
  const script = page.split("<script>")[1].split("</script>")[0];
  const policy = first.headers.get("content-security-policy");
  assert.ok(policy.includes(`script-src 'sha256-${createHash("sha256").update(script).digest("base64")}'`));
  assert.match(policy, /default-src 'none'.*frame-ancestors 'none'/);
  for (const path of ["/leads/p1?lang=en", "/handoffs", "/report/people?cell=stage:MQL", "/claim"]) {
    const reply = await get(service, path);
    assert.equal(reply.status, 200, path);
    assert.equal(await reply.text(), page, path);
  }
  const tag = first.headers.get("etag");
  assert.equal((await get(service, "/", { "if-none-match": tag })).status, 304);
});

test("every page that the page knows has an address", async (t) => {
  const service = await Service.start(t);
  const source = readFileSync(new URL("../../web/src/dash/root.tsx", import.meta.url), "utf8");
  const names = source
    .split("const pages")[1]
    .split("};")[0]
    .match(/^ {2}\w+(?=:)/gm);
  assert.ok(names.length > 12);
  for (const name of names.map((each) => each.trim()).filter((each) => each !== "lead"))
    assert.equal((await get(service, `/${name}`)).status, 200, name);
});

test("what is none of its addresses stays a refusal in the one shape", async (t) => {
  const service = await Service.start(t);
  for (const path of ["/nothing", "/api/v1/nothing", "/report.html"]) {
    const reply = await get(service, path);
    assert.equal(reply.status, 404, path);
    assert.equal((await reply.json()).error.code, "not_found", path);
  }
  const reply = await fetch(`${service.url}/leads`, { method: "POST", body: "x" });
  assert.ok(reply.status >= 400);
});

test("the first administrator comes in by the link and sees who is there", async (t) => {
  const service = await Service.start(t);
  const link = await service.firstLink();
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  t.after(() => browser.close());
  const page = await browser.newPage({ locale: "en-GB" });
  const broken = [];
  page.on("pageerror", (error) => broken.push(error.message));
  await page.goto(link);
  await page.fill("#name", "Admin 1");
  await page.fill("#email", "admin@example.com");
  await page.fill("#password", "a sentence that is long");
  await page.click("button[type=submit]");
  await page.waitForSelector(".AppBar");
  assert.doesNotMatch(page.url(), /#/, "the token is in no address any more");
  await page.goto(`${service.url}/users?lang=en`);
  await page.locator("tbody tr", { hasText: "admin@example.com" }).waitFor();
  await page.goto(`${service.url}/keys?lang=en`);
  await page.getByRole("button", { name: "New key" }).first().click();
  await page.getByLabel("Name", { exact: true }).fill("site");
  await page.getByLabel("Source", { exact: true }).fill("web");
  await page.getByLabel("From which sites", { exact: true }).fill("https://example.com");
  await page.getByRole("button", { name: "New key" }).last().click();
  await page.locator(".Secret, .Wrong").first().waitFor();
  assert.equal(await page.locator(".Wrong").count(), 0);
  assert.match(await page.locator(".Secret input").inputValue(), /^wk_/);
  await page.goto(`${service.url}/keys?lang=en`);
  await page.getByRole("button", { name: "Change limits: site" }).click();
  assert.equal(await page.getByLabel("From which sites", { exact: true }).inputValue(), "https://example.com");
  await page.getByLabel("Which events", { exact: true }).fill("signed_up, page_*");
  await page.getByRole("button", { name: "Change limits", exact: true }).last().click();
  await page.locator("tbody tr", { hasText: "signed_up, page_*" }).waitFor();
  assert.deepEqual(broken, []);
});

for (const [lang, title, wrong] of [
  ["he", "כניסה", /לא מתאימים/],
  ["en", "Sign in", /do not belong together/],
]) {
  test(`the door opens in a browser and tells a wrong password, ${lang}`, async (t) => {
    const service = await Service.start(t);
    const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
    t.after(() => browser.close());
    const page = await browser.newPage();
    const complaints = [];
    page.on("console", (message) => {
      const refused = /status of 401/.test(message.text());
      if (["error", "warning"].includes(message.type()) && !refused) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(`${service.url}/handoffs?lang=${lang}`);
    assert.equal(await page.locator("h1").innerText(), title);
    await page.fill("#email", "nobody@example.com");
    await page.fill("#password", "a guess at a sentence");
    await page.click("button[type=submit]");
    assert.match(await page.locator("[role=alert]").innerText(), wrong);
    assert.deepEqual(complaints, []);
  });
}
