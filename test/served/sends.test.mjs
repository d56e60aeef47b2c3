// Reminders and escalations of handoffs go out to webhooks: signed, once, as long as they are needed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { masa } from "./company.mjs";
import { Receiver, signedBy } from "./receiver.mjs";
import {
  HOUR,
  accept,
  begin,
  channel,
  channels,
  escalateSoon,
  handoffOf,
  isTest,
  remindSoon,
  sends,
  tryIt,
  untilSends,
} from "./sending.mjs";

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

test("a webhook is told of what comes later though nothing else happens", async (t) => {
  const company = await begin(t);
  const receiver = await Receiver.start(t);
  await remindSoon(company, ["p-later"], 4);
  const { id } = await handoffOf(company, "p-later");
  await channel(company, receiver); // now there is somebody to tell, and no news
  await receiver.until(({ json }) => json.data.handoff === id);
});

test("a handoff that is given to somebody is told where they are", async (t) => {
  const company = await begin(t);
  await company.member("sales,product", ["sales_leads"]);
  const [leads, sales, product, other] = await Promise.all([1, 2, 3, 4].map(() => Receiver.start(t)));
  await channel(company, leads, { teams: ["sales_leads"] });
  await channel(company, sales, { roles: ["sales"] });
  await channel(company, product, { roles: ["product"] });
  await channel(company, other, { teams: ["team_rest"] });
  await remindSoon(company, ["p-mine", "p-rest"], 6);
  const { user } = (await company.get("/session", { roles: "sales,product" })).json;
  const { id, version } = await handoffOf(company, "p-mine");
  const given = { params: { id }, version, body: { user: user.id, team: null } };
  assert.equal((await company.change("PUT", "/handoffs/{id}/assigned", given)).status, 200);
  const rest = await handoffOf(company, "p-rest");
  for (const receiver of [leads, sales, product]) {
    const { json } = await receiver.until((each) => each.json.data.handoff === id);
    assert.deepEqual(json.data.to, { user: user.id, team: null, role: null });
  }
  // The team decides, so that all of sales hear of it; product does not.
  for (const receiver of [sales, other]) {
    const { json } = await receiver.until((each) => each.json.data.handoff === rest.id);
    assert.deepEqual(json.data.to, { user: null, team: "team_rest", role: null });
  }
  assert.deepEqual([leads.got.length, product.got.length, other.got.length], [1, 1, 1]);
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
