// masa.js in a real browser, on a page of another origin.
import assert from "node:assert/strict";
import http from "node:http";
import { test } from "node:test";
import { chromium } from "../browser/node_modules/playwright-core/index.mjs";
import { KEY, Service } from "./service.mjs";

const arguments_ = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"];
const quiet = ["--disable-background-networking", "--disable-component-update"];

/** A site of its own, whose every page loads the script. */
async function site(t, service, attributes = "") {
  const page = `<!doctype html><meta charset="utf-8"><title>A page</title>
    <script>window.masa = window.masa || []; masa.push(["track", "before_it_loaded"]);</script>
    <script async src="${service.url}/masa.js" data-key="${KEY}" ${attributes}></script><a href="/next">next</a>`;
  const server = http.createServer((_, response) => {
    response.writeHead(200, { "Content-Type": "text/html" });
    response.end(page);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => server.close());
  return `http://127.0.0.1:${server.address().port}`;
}

async function browse(t) {
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: [...arguments_, ...quiet] });
  t.after(() => browser.close());
  return (await browser.newContext()).newPage();
}

async function until(condition) {
  while (!(await condition())) await new Promise((done) => setTimeout(done, 50));
}

const accepted = (service) => service.metric('masa_events_total{result="accepted"}');

test("page views, calls and names arrive, also when the page goes", async (t) => {
  const service = await Service.start(t);
  const address = await site(t, service);
  const page = await browse(t);
  await page.goto(`${address}/pricing?utm_source=mail`);
  await page.waitForFunction(() => typeof window.masa?.track === "function");
  await page.evaluate(() => {
    masa.identify("p1", { role: "קונה" });
    masa.track("signed_up", { plan: "pro" });
    history.pushState({}, "", "/features");
  });
  await until(async () => (await accepted(service)) >= 5);
  await page.evaluate(() => masa.track("last_word"));
  await page.goto("about:blank"); // before the queue's half second is over
  await until(async () => (await accepted(service)) >= 6);
  await service.kill();
  const lines = service.logged();
  assert.deepEqual(lines.map((line) => line.event ?? `${line.type} ${line.properties?.path ?? line.userId}`).sort(), [
    "before_it_loaded",
    "identify p1",
    "last_word",
    "page /features",
    "page /pricing",
    "signed_up",
  ]);
  assert.equal(new Set(lines.map((line) => line.anonymousId)).size, 1);
  assert.equal(lines.find((line) => line.event === "signed_up").userId, "p1");
  assert.equal(lines.find((line) => line.type === "identify").traits.role, "קונה");
  assert.equal(lines[0].context.masa.source, "web");
});

test("nothing before consent, everything after it", async (t) => {
  const service = await Service.start(t);
  const address = await site(t, service, 'data-consent="required" data-pages="off"');
  const page = await browse(t);
  await page.goto(address);
  await page.waitForFunction(() => typeof window.masa?.track === "function");
  const kept = await page.evaluate(() => {
    masa.track("too_early");
    return localStorage.length;
  });
  assert.equal(kept, 0);
  await page.evaluate(() => {
    masa.consent(true);
    masa.track("allowed");
  });
  await until(async () => (await accepted(service)) >= 1);
  await service.kill();
  assert.deepEqual(
    service.logged().map((line) => line.event),
    ["allowed"],
  );
});
