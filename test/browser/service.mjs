// The program itself, serving a company of the test's own; people who come in through its links, each in a window.
import { Analytics } from "@segment/analytics-node";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { look, PASSWORD, settled } from "./dash.mjs";

const MASA = process.env.MASA ?? fileURLToPath(new URL("../../build/masa", import.meta.url));
const CATALOGUE = new URL("../../locale/dashboard.txt", import.meta.url);

/** The words of the dashboard in a language, by their keys. */
export function wordsOf(lang) {
  const words = {};
  let key;
  for (const line of readFileSync(CATALOGUE, "utf8").split("\n")) {
    if (line.startsWith(`${lang} `)) words[key] = line.slice(3);
    else if (/^[a-z]\S*$/.test(line)) key = line;
  }
  return words;
}

/** A funnel of one decision, small enough to read. `above`: the points that make a lead qualified. */
export const definition = (above) => `masa: 1
company: { name: Acme, locale: he-IL, zone: Asia/Jerusalem, currency: ILS }
agreed: { marketing: required, sales: required }
events:
  page_viewed: { he: צפה בעמוד, en: viewed a page, properties: { path: string } }
  demo_booked: { he: קבע דמו, en: booked a demo }
traits:
  person: { email: string, role: string }
signals:
  interest: { weigh: { page_viewed: 10, demo_booked: 50 }, cap: 100 }
scores:
  engagement:
    owner: marketing
    he: מעורבות
    en: engagement
    above: ${above}
    terms: [ { id: interest, he: עניין, en: interest, points: signals.interest } ]
funnels:
  b2b:
    of: person
    stages:
      MCL: { owner: marketing, he: נקלט, en: captured, again: new event, enter: { when: person.email != "" } }
      MEL: { owner: marketing, he: מעורב, en: engaged, enter: { all: [ { did: page_viewed, times: 2 } ] } }
      MQL: { owner: marketing, he: מתאים, en: qualified, enter: { score: scores.engagement > ${above} } }
      SAL: { owner: sales, he: התקבל, en: accepted, decided_by: sales, sla: 2 business days, return_to: MEL,
             reject: { not_relevant: { he: לא רלוונטי, en: not relevant },
                       no_budget: { he: אין תקציב, en: no budget } } }
      WON: { owner: sales, he: זכייה, en: won, on: demo_booked }
report: { funnel: b2b, through: SAL }
`;

/** Forty leads of the weeks before, who saw one page, two, or three: b1 saw two. */
function past() {
  const day = 86_400_000;
  const lines = [];
  for (let i = 0; i < 40; i++) {
    const at = (hours) => new Date(Date.now() - (30 - (i % 20)) * day + hours * 3_600_000).toISOString();
    const call = (type, hours, more) =>
      lines.push(
        JSON.stringify({
          type,
          userId: `b${i}`,
          messageId: `b${i}-${hours}`,
          timestamp: at(hours),
          ...more,
        }),
      );
    call("identify", 0, { traits: { email: `b${i}@example.com` } });
    for (let view = 1; view <= (i % 3) + 1; view++)
      call("track", view, {
        event: "page_viewed",
        properties: { path: "/pricing" },
      });
  }
  return lines.join("\n") + "\n";
}

export class Service {
  /** `empty`: of a store that has nothing yet, not even a definition; `options`: more of `masa serve`. */
  static async start(test, { empty = false, options = [] } = {}) {
    const service = new Service();
    service.folder = mkdtempSync(join(tmpdir(), "masa-browser-"));
    const file = (name, text) => {
      writeFileSync(join(service.folder, name), text);
      return join(service.folder, name);
    };
    const db = join(service.folder, "a.db");
    const brought = () => ["--definition", file("masa.yaml", definition(25)), file("past.ndjson", past())];
    if (!empty)
      execFileSync(MASA, ["import", "--db", db, ...brought()], {
        stdio: "pipe",
      });
    service.process = spawn(MASA, ["serve", "--db", db, "--listen", "127.0.0.1:0", "--log", "error", ...options], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const said = createInterface({ input: service.process.stdout });
    const find = (pattern) =>
      new Promise((found, failed) => {
        said.on("line", (line) => pattern.test(line) && found(pattern.exec(line)[1]));
        service.process.on("exit", (code) => failed(new Error(`masa serve ended with ${code}`)));
      });
    [service.address, service.link] = await Promise.all([
      find(/^listening on (\S+)$/),
      find(/^first administrator: (\S+)$/),
    ]);
    test.after(() => service.stop());
    return service;
  }

  async stop() {
    const ended = once(this.process, "exit");
    this.process.kill("SIGTERM");
    await ended;
    rmSync(this.folder, { recursive: true });
  }

  /** The official client library, unchanged. */
  client(key) {
    return new Analytics({
      writeKey: key,
      host: this.address,
      flushInterval: 10,
      flushAt: 1,
    });
  }

  /** A window in which somebody has come in by a link. `first`: the one that makes the first administrator. */
  async enter(chrome, link, { lang, size, first }) {
    const page = await look(chrome, this, { lang, size });
    const address = new URL(link);
    await page.goto(`${address.origin}${address.pathname}?lang=${lang}${address.hash}`);
    await page.waitForSelector("#password");
    if (first) {
      await page.fill("#name", "Admin 1");
      await page.fill("#email", "admin@example.com");
    }
    await page.fill("#password", PASSWORD);
    await page.click("button[type=submit]");
    await page.waitForSelector(".AppBar");
    await settled(page);
    return page;
  }
}
