// Opens the dashboard over the mock server, as a reader would who signs in by the form.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { listen } from "../../web/mock/server.mjs";
import { makeState } from "../../web/mock/mock.mjs";
import { clipped, overflow, picture, sizes, violations } from "./page.mjs";

export const PASSWORD = "correct horse battery";
export { makeState };

const served = [];
// One that a failed test has left open would keep the file from ending.
after(() => Promise.all(served.map((server) => server.close())));

/** A server of its own, so that what one test decides no other sees. */
export async function serve(options = {}) {
  served.push(await listen(0, makeState(options)));
  return served.at(-1);
}

/** A window on the server; it remembers what the console complained of. */
export async function look(chrome, server, { lang = "he", theme = "light", size = "wide" } = {}) {
  const context = await chrome.newContext({
    viewport: sizes[size],
    reducedMotion: "reduce",
    locale: lang === "he" ? "he-IL" : "en-GB",
    hasTouch: size === "phone",
  });
  const page = await context.newPage();
  page.complaints = [];
  page.on("console", (message) => {
    const expected = /status of (4\d\d)/.test(message.text());
    if (["error", "warning"].includes(message.type()) && !expected) page.complaints.push(message.text());
  });
  page.on("pageerror", (error) => page.complaints.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(server.address) && !request.url().startsWith("data:"))
      page.complaints.push(`asked for ${request.url()}`);
  });
  page.to = async (path) => {
    const mark = path.includes("?") ? "&" : "?";
    await page.goto(`${server.address}${path}${mark}lang=${lang}&theme=${theme}`);
    await page.waitForSelector("main h1");
    await settled(page);
  };
  return page;
}

/** Nothing is on its way any more. */
export async function settled(page) {
  await page.waitForFunction(() => !document.querySelector(".Hush, .Skeleton, [aria-busy='true'], tr.Waiting"));
  await page.evaluate(() => document.fonts.ready);
}

export async function signIn(page, who) {
  await page.to("/");
  await page.fill("#email", `${who}@example.com`);
  await page.fill("#password", PASSWORD);
  await page.click("button[type=submit]");
  await page.waitForSelector(".AppBar");
  await settled(page);
}

/** A page that somebody has signed in to already, without the form. */
export async function enter(chrome, server, who, more) {
  const page = await look(chrome, server, more);
  const reply = await page.context().request.post(`${server.address}/api/v1/session`, {
    data: { email: `${who}@example.com`, password: PASSWORD },
  });
  assert.equal(reply.status(), 200);
  return page;
}

export async function inspect(page, name) {
  assert.deepEqual(page.complaints, [], `${name}: complaints`);
  assert.deepEqual(await overflow(page), [], `${name}: wider than the window`);
  assert.deepEqual(await clipped(page), [], `${name}: cut off`);
  assert.deepEqual(await violations(page), [], `${name}: accessibility`);
  await picture(page, name);
}

/** Makes tests with a server of their own and a window that somebody has signed in to. */
export const flowIn = (chromeOf) =>
  function flow(name, { who = "sales", server: options, ...more }, run) {
    test(name, async () => {
      const server = await serve(options);
      const page = await enter(chromeOf(), server, who, more);
      try {
        await run(page, server);
        assert.deepEqual(page.complaints, []);
      } finally {
        await page.context().close();
        await server.close();
      }
    });
  };

/** Where each page is, and who may see it. */
export const PAGES = [
  ["report", "/report", "sales"],
  ["people", "/report/people?cell=stage:MQL", "sales"],
  ["leads", "/leads", "sales"],
  ["lead", "/leads/p8", "sales"],
  ["handoffs", "/handoffs", "sales"],
  ["handoff", "/handoffs/h2", "sales"],
  ["rejected", "/rejected", "marketing"],
  ["nobody", "/nobody", "sales"],
  ["playbooks", "/playbooks", "sales"],
  ["agenda", "/agenda", "marketing"],
  ["register", "/register", "sales"],
  ["feedback", "/feedback", "marketing"],
  ["definition", "/definition", "marketing"],
  ["draft", "/definition/e1b07f22c4d5", "sales"],
  ["users", "/users", "admin"],
  ["keys", "/keys", "admin"],
  ["channels", "/channels", "admin"],
  ["audit", "/audit", "admin"],
  ["account", "/account", "sales"],
];
