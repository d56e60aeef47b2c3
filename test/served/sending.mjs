// Webhooks of a small company, for tests of what goes out to them.
import assert from "node:assert/strict";
import { Company } from "./company.mjs";
import { DEFINITION, proposed } from "./handed.mjs";

export const LOCAL = ["--webhooks-to", "127.0.0.1", "--public-url", "https://masa.example.com/"];
const SLA = "sla: { within: 1d, remind: { before: 12h }, escalate: { late: 12h, to: sales_leads } }";
const RULES = DEFINITION.replace(/sla:\n(\s{10,}.*\n)+/, `${SLA}\n`);
export const HOUR = 3600;

/** Leads like those of handed.mjs, proposed so many seconds ago, a second apart. */
const proposedAgo = (seconds, names) => {
  const shift = Date.now() - 1000 * seconds - Date.parse("2026-01-06T09:00:00Z");
  return proposed("x", names.length).map((each) => {
    const i = Number(each.userId.slice(1));
    const name = (text) => text.replace(`x${i}`, names[i]);
    const timestamp = new Date(Date.parse(each.timestamp) + shift - 59_000 * i).toISOString();
    const made = { ...each, userId: names[i], messageId: `${name(each.messageId)}-${seconds}`, timestamp };
    return each.traits ? { ...made, traits: JSON.parse(name(JSON.stringify(each.traits))) } : made;
  });
};

export async function begin(t, options = {}) {
  const company = await Company.start({
    definition: RULES,
    events: proposedAgo(HOUR, ["early"]),
    options: LOCAL,
    ...options,
  });
  t.after(() => company.stop());
  await company.answers("/handoffs", { roles: "sales" });
  return company;
}

export const admin = (company, method, path, more = {}) =>
  company.ask(method, path, { roles: "admin", once: true, ...more });

export async function channel(company, receiver, more = {}) {
  const made = await admin(company, "POST", "/channels", { body: { name: "to the room", url: receiver.url, ...more } });
  assert.equal(made.status, 201);
  return { ...made.json.channel, secret: made.json.secret };
}

export const channels = async (company) => (await company.get("/channels", { roles: "admin" })).json.items;
export const sends = (company, { id }) => company.all("/channels/{id}/sends", { roles: "admin", params: { id } });
export const tryIt = (company, { id }) => admin(company, "POST", "/channels/{id}/try", { params: { id } });
export const isTest = ({ json }) => json.type === "channel.test";

/** Until the rows are as they should be. */
export async function untilSends(company, made, good) {
  for (;;) {
    const rows = await sends(company, made);
    if (good(rows)) return rows;
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** So that their reminders come in some seconds. */
export const remindSoon = (company, names, seconds = 2) =>
  company.send("batch", { batch: proposedAgo(12 * HOUR - seconds - names.length, names) });
export const escalateSoon = (company, names, seconds = 2) =>
  company.send("batch", { batch: proposedAgo(36 * HOUR - seconds - names.length, names) });

async function handoffs(company) {
  const { items } = (await company.get("/handoffs", { roles: "sales", query: { limit: "200", state: "all" } })).json;
  return Object.fromEntries(items.map((each) => [each.lead.id, each]));
}

export const handoffOf = async (company, name) => {
  await company.until(({ json }) => json.items.some(({ lead }) => lead.id === name), "/handoffs", {
    roles: "sales",
    query: { limit: "200", state: "all" },
  });
  return (await handoffs(company))[name];
};

export const accept = ({ id, version }, company) =>
  company.change("POST", "/handoffs/{id}/decision", { params: { id }, version, body: { decision: "accept" } });
