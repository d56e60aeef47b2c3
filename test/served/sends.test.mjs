// Reminders and escalations of handoffs go out to webhooks: signed, once, as long as they are needed.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { Company, masa } from "./company.mjs";
import { DEFINITION, proposed } from "./handed.mjs";
import { Receiver, signedBy } from "./receiver.mjs";

const LOCAL = ["--webhooks-to", "127.0.0.1", "--public-url", "https://masa.example.com/"];
const SLA = "sla: { within: 1d, remind: { before: 12h }, escalate: { late: 12h, to: sales_leads } }";
const RULES = DEFINITION.replace(/sla:\n(\s{10,}.*\n)+/, `${SLA}\n`);
const HOUR = 3600;

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

async function begin(t, options = {}) {
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

const admin = (company, method, path, more = {}) => company.ask(method, path, { roles: "admin", once: true, ...more });

async function channel(company, receiver, more = {}) {
  const made = await admin(company, "POST", "/channels", { body: { name: "to the room", url: receiver.url, ...more } });
  assert.equal(made.status, 201);
  return { ...made.json.channel, secret: made.json.secret };
}

const channels = async (company) => (await company.get("/channels", { roles: "admin" })).json.items;
const sends = (company, { id }) => company.all("/channels/{id}/sends", { roles: "admin", params: { id } });
const tryIt = (company, { id }) => admin(company, "POST", "/channels/{id}/try", { params: { id } });
const isTest = ({ json }) => json.type === "channel.test";

/** Until the rows are as they should be. */
async function untilSends(company, made, good) {
  for (;;) {
    const rows = await sends(company, made);
    if (good(rows)) return rows;
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** So that their reminders come in some seconds. */
const remindSoon = (company, names, seconds = 2) =>
  company.send("batch", { batch: proposedAgo(12 * HOUR - seconds - names.length, names) });
const escalateSoon = (company, names, seconds = 2) =>
  company.send("batch", { batch: proposedAgo(36 * HOUR - seconds - names.length, names) });

async function handoffs(company) {
  const { items } = (await company.get("/handoffs", { roles: "sales", query: { limit: "200", state: "all" } })).json;
  return Object.fromEntries(items.map((each) => [each.lead.id, each]));
}

const handoffOf = async (company, name) => {
  await company.until(({ json }) => json.items.some(({ lead }) => lead.id === name), "/handoffs", {
    roles: "sales",
    query: { limit: "200", state: "all" },
  });
  return (await handoffs(company))[name];
};

const accept = ({ id, version }, company) =>
  company.change("POST", "/handoffs/{id}/decision", { params: { id }, version, body: { decision: "accept" } });

test("a reminder arrives, and an escalation, each once and where it belongs", async (t) => {
  const company = await begin(t);
  const [all, east, leads] = [await Receiver.start(t), await Receiver.start(t), await Receiver.start(t)];
  const to = {
    all: await channel(company, all),
    east: await channel(company, east, { teams: ["team_east"] }),
    leads: await channel(company, leads, { teams: ["sales_leads"] }),
  };
  await remindSoon(company, ["p-east", "p-west"]);
  await escalateSoon(company, ["q-east"]);
  const of = { east: await handoffOf(company, "p-east"), late: await handoffOf(company, "q-east") };
  const reminder = await all.until(({ json }) => json.data.handoff === of.east.id);
  assert.equal(reminder.path, "/masa");
  assert.equal(reminder.type, "application/json");
  signedBy(reminder, to.all.secret);
  assert.match(reminder.id, /^msg_[0-9a-f]{32}$/);
  const { text, ...data } = reminder.json.data;
  assert.deepEqual(data, {
    handoff: of.east.id,
    lead: "p-east",
    funnel: "b2b",
    stage: "SAL",
    proposed_at: of.east.proposed_at,
    due_at: of.east.sla.due_at,
    to: { user: null, team: "team_east", role: null },
    link: `https://masa.example.com/handoffs/${of.east.id}`,
  });
  assert.equal(reminder.json.type, "handoff.reminder");
  assert.equal(Date.parse(reminder.json.timestamp), Date.parse(of.east.proposed_at) + 12 * HOUR * 1000);
  assert.match(text.en, /waits for a decision on SAL/);
  assert.match(text.he, /ממתין להחלטה על SAL/);
  const escalation = await leads.until(({ json }) => json.data.handoff === of.late.id);
  assert.equal(escalation.json.type, "handoff.escalation");
  assert.deepEqual(escalation.json.data.to, { user: null, team: "sales_leads", role: null });
  assert.match(escalation.json.data.text.en, /is over/);
  signedBy(escalation, to.leads.secret);

  // Its reminder came before anybody was to be told. What comes later is told of.
  await all.until(({ json }) => json.data.handoff === of.late.id);
  const rows = await untilSends(
    company,
    to.all,
    (each) => each.length === 3 && each.every(({ state }) => state === "sent"),
  );
  assert.deepEqual(rows.map(({ lead, type }) => `${lead} ${type}`).sort(), [
    "p-east handoff.reminder",
    "p-west handoff.reminder",
    "q-east handoff.escalation",
  ]);
  assert.deepEqual(new Set(rows.map(({ message }) => message)), new Set(all.got.map(({ id }) => id)));
  assert.equal((await sends(company, to.east)).length, 1);
  assert.deepEqual(
    east.got.map(({ json }) => json.data.lead),
    ["p-east"],
  );
  assert.deepEqual(
    leads.got.map(({ json }) => json.data.lead),
    ["q-east"],
  );
  const { sent_at, failed, failing_since, waiting } = (await channels(company)).find(({ id }) => id === to.all.id);
  assert.ok(sent_at && failed === null && failing_since === null && waiting === 0);
  const metrics = await (await fetch(`${company.url}/metrics`)).text();
  assert.match(metrics, /^masa_sends_total\{state="sent"\} 5$/m);
  assert.match(metrics, /^masa_sends_total\{state="decided"\} 5$/m);
  // Nothing is told twice by who begins anew.
  await company.kill();
  await company.serve();
  await company.answers("/handoffs", { roles: "sales" });
  await remindSoon(company, ["r-west"]);
  await all.until(({ json }) => json.data.lead === "r-west");
  assert.equal(all.got.length, 4);
});

test("a receiver that fails gets the same message again when it takes what is sent", async (t) => {
  const company = await begin(t);
  const receiver = await Receiver.start(t);
  const made = await channel(company, receiver);
  const wrong = [500, 307, "hang up"];
  for (const answer of wrong) {
    receiver.answer = ({ type }) => (type === "channel.test" ? 200 : answer);
    const name = `p-${String(answer).replace(" ", "-")}`;
    await remindSoon(company, [name]);
    const { id } = await handoffOf(company, name);
    await receiver.until(({ json }) => json.data.handoff === id);
    const [row] = await untilSends(company, made, (rows) => rows[0].attempts > 0 && rows[0].state === "pending");
    assert.equal(row.handoff, id);
    assert.deepEqual([row.status, row.reason], answer === "hang up" ? [null, "broken"] : [answer, null]);
    const wait = Date.parse(row.next_at) - Date.parse(row.tried_at);
    assert.ok(wait >= 60_000, `again only in a minute: ${wait}`);
    const [{ failed, failing_since }] = await channels(company);
    assert.deepEqual([failed.status, failed.reason, failing_since !== null], [row.status, row.reason, true]);
    receiver.answer = () => 200;
    assert.equal((await tryIt(company, made)).status, 201);
    await untilSends(company, made, (rows) => rows.every(({ state }) => state === "sent"));
    const both = receiver.of(id);
    assert.equal(both.length, 2);
    assert.equal(both[0].id, both[1].id);
    assert.equal(both[0].text, both[1].text);
    both.forEach((each) => signedBy(each, made.secret));
  }
  assert.ok(
    receiver.got.every(({ path }) => path === "/masa"),
    "no redirect is followed",
  );
  // Down, and up again.
  await receiver.down();
  await tryIt(company, made);
  const [row] = await untilSends(company, made, ([last]) => last.state === "failed");
  assert.deepEqual([row.type, row.reason, row.attempts], ["channel.test", "no_connection", 1]);
  await receiver.up();
  const { id, message } = (await tryIt(company, made)).json;
  const arrived = await receiver.until((each) => each.id === message);
  assert.ok(isTest(arrived));
  signedBy(arrived, made.secret);
  await untilSends(company, made, ([last]) => last.id === id && last.state === "sent");
});

test("of what was decided meanwhile nobody is reminded", async (t) => {
  const company = await begin(t);
  const receiver = await Receiver.start(t);
  const made = await channel(company, receiver);
  receiver.answer = ({ type }) => (type === "channel.test" ? 200 : 503);
  await remindSoon(company, ["p-decided", "p-given"]);
  const of = { decided: await handoffOf(company, "p-decided"), given: await handoffOf(company, "p-given") };
  await untilSends(company, made, (rows) => rows.length === 2 && rows.every(({ attempts }) => attempts === 1));
  assert.equal((await accept(of.decided, company)).status, 200);
  receiver.answer = () => 200;
  await tryIt(company, made);
  const rows = await untilSends(company, made, (each) => each.every(({ next_at }) => next_at === null));
  const states = Object.fromEntries(rows.map(({ lead, state, reason }) => [lead, [state, reason]]));
  assert.deepEqual(states["p-decided"], ["overtaken", "decided"]);
  assert.deepEqual(states["p-given"], ["sent", null]);
  assert.equal(receiver.of(of.decided.id).length, 1, "the one that was refused");
});

test("killed while a message is under way, it goes out again by the same name", async (t) => {
  const company = await begin(t);
  const receiver = await Receiver.start(t);
  const made = await channel(company, receiver);
  receiver.answer = () => "hold";
  await remindSoon(company, ["p-held", "p-next"]);
  const first = await receiver.until(() => true);
  const rows = await untilSends(company, made, (each) => each.length === 2);
  assert.equal(rows.find(({ message }) => message === first.id).state, "unknown");
  await company.kill();
  receiver.answer = () => 200;
  await company.serve();
  await company.answers("/handoffs", { roles: "sales" });
  const after = await untilSends(company, made, (each) => each.every(({ state }) => state === "sent"));
  assert.deepEqual(
    after.map(({ message }) => message),
    rows.map(({ message }) => message),
  );
  const again = receiver.got.filter(({ id }) => id === first.id);
  assert.deepEqual([again.length, again[0].text], [2, again[1].text]);
  assert.equal(receiver.got.length, 3);
});

test("killed at any moment, nothing is decided twice and all arrives", async (t) => {
  const company = await begin(t);
  const receiver = await Receiver.start(t);
  const made = await channel(company, receiver);
  const names = Array.from({ length: 12 }, (_, i) => `p${i}`);
  await remindSoon(company, names, 1);
  for (let i = 0; i < 6; i++) {
    await new Promise((done) => setTimeout(done, 150 + 350 * (i % 3)));
    await company.kill();
    await company.serve();
  }
  await company.answers("/handoffs", { roles: "sales" });
  const rows = await untilSends(
    company,
    made,
    (each) => each.length >= 12 && each.every(({ state }) => state === "sent"),
  );
  assert.deepEqual(rows.map(({ lead }) => lead).sort(), names.sort());
  const arrived = new Map();
  for (const { id, json } of receiver.got) {
    assert.equal(arrived.get(id) ?? json.data.handoff, json.data.handoff, "a name is of one message");
    arrived.set(id, json.data.handoff);
  }
  assert.deepEqual([...arrived.keys()].sort(), rows.map(({ message }) => message).sort());
  masa("doctor", "--db", company.db);
});

test("administrators are told of a webhook that takes nothing, and when it does again", async (t) => {
  const company = await begin(t);
  const receiver = await Receiver.start(t);
  const made = await channel(company, receiver);
  const [ear, other] = [await company.listen("admin"), await company.listen("sales")];
  receiver.answer = ({ type }) => (type === "channel.test" ? 200 : 500);
  await remindSoon(company, ["p-east"]);
  for (let i = 1; i <= 5; i++) {
    await untilSends(company, made, (rows) =>
      rows.some(({ attempts, state }) => attempts === i && state === "pending"),
    );
    if (i < 5) await tryIt(company, made); // whoever takes a message gets what waits
  }
  const told = await ear.until(({ code, on }) => code === "delivery_failing" && on);
  assert.match(told.text.en, /to the room does not arrive/);
  assert.match(told.text.he, /to the room/);
  assert.equal(told.link, "/channels");
  assert.equal((await channels(company))[0].troubled, true);
  assert.match(await (await fetch(`${company.url}/metrics`)).text(), /^masa_webhooks_failing 1$/m);
  receiver.answer = () => 200;
  await tryIt(company, made);
  await ear.until(({ code, on }) => code === "delivery_failing" && !on);
  assert.equal((await channels(company))[0].troubled, false);
  assert.deepEqual(other.alerts("delivery_failing"), []);
  ear.close();
  other.close();
});

test("nothing of this machine or its network is called unless the server was started so", async (t) => {
  const company = await begin(t, { options: [] });
  const receiver = await Receiver.start(t, { secure: true });
  const refused = await admin(company, "POST", "/channels", { body: { name: "plain", url: "http://example.com/" } });
  assert.deepEqual([refused.status, refused.code], [422, "not_acceptable"]);
  for (const host of ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0x7f.1", "169.254.169.254"]) {
    const made = await channel(company, { url: `https://${host}:${receiver.port}/` });
    await tryIt(company, made);
    const [row] = await untilSends(company, made, ([last]) => last.state === "failed");
    assert.deepEqual([row.reason, row.status, host], ["not_allowed", null, host]);
  }
  assert.equal(receiver.connections, 0);
});

test("a certificate that nobody vouches for is not taken", async (t) => {
  const company = await begin(t);
  const receiver = await Receiver.start(t, { secure: true });
  const made = await channel(company, receiver);
  await tryIt(company, made);
  const [row] = await untilSends(company, made, ([last]) => last.state === "failed");
  assert.equal(row.reason, "certificate");
  assert.deepEqual(receiver.got, []);
});

test("secrets are shown once, change over, and go with their webhook", async (t) => {
  const company = await begin(t);
  const receiver = await Receiver.start(t);
  const made = await channel(company, receiver);
  assert.match(made.secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
  const params = { id: made.id };
  const renewed = await admin(company, "POST", "/channels/{id}/secret", { params });
  assert.equal(renewed.status, 201);
  assert.notEqual(renewed.json.secret, made.secret);
  await tryIt(company, made);
  signedBy(await receiver.until(isTest), renewed.json.secret, made.secret);

  const everything = JSON.stringify([
    await channels(company),
    await sends(company, made),
    (await company.get("/audit", { roles: "admin", query: { limit: "200" } })).json,
    masa("export", "--db", company.db),
  ]);
  for (const secret of [made.secret, renewed.json.secret]) assert.ok(!everything.includes(secret.slice(6)));
  const trail = (await company.get("/audit", { roles: "admin", query: { subject: made.id } })).json.items;
  assert.deepEqual(
    trail.map(({ action }) => action),
    ["channel.try", "channel.secret", "channel.make"],
  );
  assert.equal(trail[2].details.after.to, new URL(receiver.url).origin, "the path of an address may be a secret");

  receiver.answer = () => 500;
  await remindSoon(company, ["p-late"]);
  await untilSends(company, made, ([last]) => last.attempts === 1 && last.state === "pending");
  assert.equal((await admin(company, "DELETE", "/channels/{id}", { params })).status, 204);
  const [last] = await sends(company, made);
  assert.deepEqual([last.state, last.reason, last.next_at], ["overtaken", "ended", null]);
  for (const [method, path] of [
    ["POST", "/channels/{id}/try"],
    ["POST", "/channels/{id}/secret"],
    ["DELETE", "/channels/{id}"],
  ])
    assert.equal((await admin(company, method, path, { params })).status, 404);
  assert.equal((await admin(company, "POST", "/channels/{id}/try", { params: { id: "c99" } })).status, 404);
  assert.ok((await channels(company))[0].ended_at);
});

test("only administrators manage webhooks, and what they write is looked at", async (t) => {
  const company = await begin(t);
  const body = { name: "n", url: "https://example.com/" };
  for (const roles of ["marketing", "sales", "success", "product"]) {
    assert.equal((await company.get("/channels", { roles })).status, 403);
    assert.equal((await admin(company, "POST", "/channels", { roles, body })).status, 403);
  }
  const key = await admin(company, "POST", "/keys", {
    body: { kind: "api", name: "n", roles: ["admin"], writes: true },
  });
  const by = { headers: { authorization: `Bearer ${key.json.secret}` }, roles: null };
  assert.equal((await company.get("/channels", by)).status, 403);
  for (const wrong of [
    { url: "example.com" },
    { url: "https://user:word@example.com/" },
    { url: "ftp://example.com/" },
    { url: `https://example.com/${"x".repeat(2000)}` },
    { name: "" },
    { teams: ["nobody's"] },
    { roles: ["king"] },
  ]) {
    const reply = await admin(company, "POST", "/channels", { body: { ...body, ...wrong } });
    assert.ok([400, 422].includes(reply.status), JSON.stringify([wrong, reply.status]));
  }
  assert.equal((await company.ask("POST", "/channels", { roles: "admin", body })).status, 428);
  const once = randomUUID();
  const [first, second] = [
    await admin(company, "POST", "/channels", { body, once }),
    await admin(company, "POST", "/channels", { body, once }),
  ];
  assert.equal(first.json.secret, second.json.secret);
  assert.equal((await channels(company)).length, 1);
});

test("who is erased is not told of any more, and stands in no row", async (t) => {
  const company = await begin(t);
  const receiver = await Receiver.start(t);
  const made = await channel(company, receiver);
  await remindSoon(company, ["p-sent"]);
  await untilSends(company, made, ([row]) => row?.state === "sent");
  receiver.answer = ({ type }) => (type === "channel.test" ? 200 : 500);
  await remindSoon(company, ["p-waits"]);
  await untilSends(company, made, ([row]) => row.lead === "p-waits" && row.state === "pending" && row.attempts === 1);
  for (const id of ["p-sent", "p-waits"]) {
    const reply = await admin(company, "POST", "/leads/{id}/erasure", { params: { id }, body: { confirm: id } });
    assert.equal(reply.status, 200);
  }
  const rows = await sends(company, made);
  assert.deepEqual(
    rows.map(({ lead, handoff, state, reason }) => [lead, handoff, state, reason]),
    [
      [null, null, "overtaken", "erased"],
      [null, null, "sent", null],
    ],
  );
  const before = receiver.got.length;
  receiver.answer = () => 200;
  await tryIt(company, made);
  await receiver.until(isTest);
  assert.equal(receiver.got.length, before + 1);
});
