// A definition of several funnels at `masa serve` itself: lists, numbers, pages and handoffs of each.
import assert from "node:assert/strict";
import { test } from "node:test";
import { companyOf } from "./company.mjs";

const DEFINITION = `masa: 1
company: { name: Acme, locale: en-US, zone: Asia/Jerusalem, currency: USD, week: sunday, holidays: none }
events:
  signed_up: { en: signed up }
  demo_booked: { en: booked a demo }
  contract_ends: { en: the contract ends soon, touch: false }
  deal_won: { of: deal, key: deal, outcome: true }
traits:
  person: { name: string, email: string }
  account: { name: string }
signals:
  demos: { did: demo_booked }
  team_demos: { of: account, members: { sum: demos } }
funnels:
  b2b:
    of: person
    stages:
      MEL: { owner: marketing, enter: { did: signed_up } }
      MQL: { owner: marketing, enter: { did: demo_booked } }
      SAL: { owner: sales, decided_by: sales, sla: 2d, return_to: MEL, reject: [ not_relevant ], return: [ too_early ] }
  renewals:
    en: Renewals
    of: person
    stages:
      due: { owner: success, enter: { did: contract_ends } }
      taken: { owner: sales, decided_by: sales, sla: 5d, route: [ { to: keepers } ], reject: [ leaves ],
               milestones: [ offer ] }
  companies:
    of: account
    stages: { known: { enter: account.contacts >= 1 }, keen: { enter: signals.team_demos >= 1 } }
  deals: { of: deal, stages: { won: { enter: { did: deal_won } } } }
teams: { keepers: { en: Keepers } }
report: { funnel: b2b, basis: cohort, period: 2026, min_n: 5 }
`;

const said = (id, i, what, more = {}) => ({
  type: "track",
  event: what,
  userId: id,
  messageId: `${id}-${what}`,
  timestamp: `2026-01-0${i}T09:00:00Z`,
  ...more,
});
const person = (id) => [
  {
    type: "identify",
    userId: id,
    messageId: `${id}-i`,
    timestamp: "2026-01-01T07:00:00Z",
    traits: { name: `Name ${id}` },
  },
  {
    type: "group",
    userId: id,
    groupId: `a-${id}`,
    messageId: `${id}-g`,
    timestamp: "2026-01-01T08:00:00Z",
    traits: { name: `Company of ${id}` },
  },
];
const events = [
  ...["p1", "p2", "p3"].flatMap((id) => [...person(id), said(id, 2, "signed_up"), said(id, 3, "demo_booked")]),
  ...["p3", "p4"].map((id) => said(id, 4, "contract_ends")),
  ...person("p4"),
  said("p1", 5, "deal_won", { properties: { deal: "d1" } }),
];

const company = companyOf({ definition: DEFINITION, events }, () => company.answers("/leads"));

const get = async (path, query = {}, roles = "sales") => (await company.get(path, { roles, query })).json;
const ids = (items) => items.map(({ id }) => id).sort();
const act = (verb, path, handoff, body) =>
  company.change(verb, path, {
    params: { id: handoff.id },
    version: handoff.version,
    body,
  });

test("a list is of the funnel that is asked for, with names", async () => {
  assert.deepEqual(ids((await get("/leads")).items), ["p1", "p2", "p3"]);
  const { items } = await get("/leads", { funnel: "renewals" });
  assert.deepEqual(ids(items), ["p3", "p4"]);
  const p4 = items.find(({ id }) => id === "p4");
  assert.deepEqual([p4.name, p4.account.name, p4.funnel, p4.stage], ["Name p4", "Company of p4", "renewals", "due"]);
  assert.deepEqual(
    ids(
      (
        await get("/leads", {
          funnel: "renewals",
          stage: "due",
          q: "company p4",
        })
      ).items,
    ),
    ["p4"],
  );
  const accounts = await get("/leads", { funnel: "companies" });
  assert.deepEqual(ids(accounts.items), ["a-p1", "a-p2", "a-p3", "a-p4"]);
  assert.equal(accounts.items.find(({ id }) => id === "a-p1").name, "Company of p1");
  assert.deepEqual(ids((await get("/leads", { funnel: "deals" })).items), ["d1"]);
  for (const path of ["/leads", "/nobody", "/handoffs", "/rejected"]) {
    const { status, json } = await company.get(path, {
      roles: "sales",
      query: { funnel: "no_such" },
    });
    assert.deepEqual([status, json.error.code], [400, "bad_parameter"], path);
  }
});

test("so are the people behind a number, its file, and nobody's leads", async () => {
  const query = { funnel: "renewals", cell: "stage:due" };
  const { items, total } = await get("/report/people", query, "marketing");
  assert.deepEqual([total, ids(items)], [2, ["p3", "p4"]]);
  assert.ok(items.every(({ name, stage }) => name.startsWith("Name p") && stage === "due"));
  const { text } = await company.get("/report/people.csv", { query });
  assert.match(text, /\np4,Name p4,,,a-p4,Company of p4,due,/);
  const file = (await company.get("/leads.csv", { query: { funnel: "renewals" } })).text;
  assert.equal(file.trim().split("\n").length, 3);
  const nobody = await get("/nobody", { funnel: "renewals" });
  assert.deepEqual(ids(nobody.items.map(({ lead }) => lead)), ["p3", "p4"]);
});

test("the inbox holds the handoffs of all funnels of persons, and of one", async () => {
  const all = await get("/handoffs");
  const funnels = (page) => page.items.map(({ funnel, lead }) => `${funnel}:${lead.id}`);
  assert.deepEqual(funnels(all).sort(), ["b2b:p1", "b2b:p2", "b2b:p3", "renewals:p3", "renewals:p4"]);
  const due = all.items.map(({ sla }) => Date.parse(sla.due_at));
  assert.deepEqual(
    due,
    [...due].sort((a, b) => a - b),
  );
  const paged = await company.all("/handoffs", {
    roles: "sales",
    query: { limit: "2" },
  });
  assert.deepEqual(
    paged.map(({ id }) => id),
    all.items.map(({ id }) => id),
  );
  const one = await get("/handoffs", { funnel: "renewals" });
  assert.deepEqual([funnels(one).sort(), one.counts.waiting, one.counts.late], [["renewals:p3", "renewals:p4"], 2, 2]);
  assert.equal(all.counts.waiting, 5);
});

test("a page is of a funnel: the one asked for, the report's, or the one that counts the lead", async () => {
  const page = async (id, query = {}) =>
    (
      await company.get("/leads/{id}", {
        roles: "sales",
        params: { id },
        query,
      })
    ).json;
  const stages = ({ path }) => path.map(({ stage }) => stage);
  assert.deepEqual(stages(await page("p3")), ["MEL", "MQL", "SAL"]);
  const renewal = await page("p3", { funnel: "renewals" });
  assert.deepEqual([stages(renewal), renewal.lead.funnel], [["due", "taken"], "renewals"]);
  assert.deepEqual(
    renewal.handoffs.map(({ funnel }) => funnel),
    ["renewals"],
  );
  assert.deepEqual(stages(await page("p4")), ["due", "taken"]);
  const account = await page("a-p1", { funnel: "companies" });
  assert.deepEqual([account.lead.name, account.lead.stage], ["Company of p1", "keen"]);
  const { status } = await company.get("/leads/{id}", {
    params: { id: "p1" },
    query: { funnel: "no_such" },
  });
  assert.equal(status, 400);
});

test("a handoff of another funnel is briefed, told, decided, taken back and assigned like any", async () => {
  const ear = await company.listen("sales");
  const one = async () =>
    (await get("/handoffs", { funnel: "renewals", state: "all" })).items.find(({ lead }) => lead.id === "p4");
  const handoff = await one();
  assert.equal(handoff.assigned.team.name, "keepers");
  const brief = (
    await company.get("/handoffs/{id}", {
      roles: "sales",
      params: { id: handoff.id },
    })
  ).json;
  assert.deepEqual(
    brief.milestones.map(({ code }) => code),
    ["offer"],
  );
  assert.equal(brief.handoff.lead.name, "Name p4");
  const wrong = await act("POST", "/handoffs/{id}/decision", handoff, {
    decision: "reject",
    reason: "not_relevant",
  });
  assert.deepEqual([wrong.status, wrong.json.error.code], [422, "reason_needed"]);
  const given = await act("PUT", "/handoffs/{id}/assigned", handoff, {
    user: null,
    team: "keepers",
  });
  assert.equal(given.status, 200);
  const accepted = await act("POST", "/handoffs/{id}/decision", await one(), {
    decision: "accept",
  });
  assert.deepEqual([accepted.status, accepted.json.state, accepted.json.funnel], [200, "accepted", "renewals"]);
  await ear.until(({ kind, id, state }) => kind === "handoff" && id === handoff.id && state === "accepted");
  const { items } = await get("/leads", { funnel: "renewals", stage: "taken" });
  assert.deepEqual(ids(items), ["p4"]);
  assert.equal((await get("/leads")).items.find(({ id }) => id === "p3").stage, "MQL");
  const undone = await act("POST", "/handoffs/{id}/undo", accepted.json);
  assert.deepEqual([undone.status, undone.json.state], [200, "waiting"]);
  ear.close();
});

test("who is counted in two funnels is decided on in each alone", async () => {
  const { items } = await get("/handoffs", { funnel: "renewals" });
  const handoff = items.find(({ lead }) => lead.id === "p3");
  const { json } = await act("POST", "/handoffs/{id}/decision", handoff, {
    decision: "reject",
    reason: "leaves",
  });
  assert.equal(json.state, "rejected");
  const back = await get("/rejected", {
    funnel: "renewals",
    period: "this month",
  });
  assert.deepEqual(
    back.items.map(({ lead }) => lead.id),
    ["p3"],
  );
  assert.equal((await get("/rejected", { period: "this month" })).items.length, 0);
  const other = await get("/handoffs", { funnel: "b2b" });
  assert.ok(other.items.some(({ lead, state }) => lead.id === "p3" && state === "waiting"));
});

test("words are kept for persons, of whatever funnel, and for nobody else", async () => {
  const note = (id) =>
    company.change("POST", "/leads/{id}/notes", {
      params: { id },
      body: { text: "called", kind: "call" },
    });
  assert.equal((await note("p4")).status, 201);
  const refused = await note("a-p1");
  assert.deepEqual([refused.status, refused.json.error.code], [422, "not_a_person"]);
});

test("the agenda is of a funnel, its numbers, what waits in it, and its links", async () => {
  const usual = await get("/agenda", { week: "2026-W01" });
  const renewals = await get("/agenda", { week: "2026-W01", funnel: "renewals" });
  assert.deepEqual([usual.funnel, renewals.funnel], ["b2b", "renewals"]);
  assert.deepEqual(await get("/agenda", { week: "2026-W01", funnel: "b2b" }), usual);
  const values = (agenda) => Object.fromEntries(agenda.numbers.map(({ code, value }) => [code, value]));
  assert.ok("volume.MEL" in values(usual) || Object.keys(values(usual)).some((code) => code.includes("MEL")));
  assert.ok(Object.keys(values(renewals)).some((code) => code.includes("due")));
  const rows = (agenda, code) => agenda.sections.find((each) => each.code === code)?.rows ?? [];
  assert.ok(rows(renewals, "late").length > 0);
  for (const { link } of renewals.sections.flatMap((each) => each.rows))
    if (link !== null) assert.match(link, /[?&]funnel=renewals(#|$)/);
  for (const { link } of usual.sections.flatMap((each) => each.rows)) assert.doesNotMatch(link ?? "", /funnel=/);
  for (const funnel of ["companies", "deals"]) assert.equal((await get("/agenda", { funnel })).funnel, funnel);
  const { status, json } = await company.get("/agenda", { query: { funnel: "no_such" } });
  assert.deepEqual([status, json.error.code], [400, "bad_parameter"]);
});

test("a decision is to change a number of a funnel, and the register is read by it", async () => {
  const enter = (body) => company.ask("POST", "/register", { body, once: true });
  const texts = async (query) => (await get("/register", query)).items.map(({ text }) => text).sort();
  const ours = (await enter({ text: "in renewals", kpi: "due>taken", funnel: "renewals" })).json;
  assert.deepEqual([ours.funnel, ours.measure.kpi], ["renewals", "due>taken"]);
  assert.equal((await enter({ text: "in b2b", kpi: "MEL>MQL" })).json.funnel, "b2b");
  assert.equal((await enter({ text: "of accounts", kpi: "keen", funnel: "companies" })).json.funnel, "companies");
  assert.equal((await enter({ text: "of none", funnel: "renewals" })).json.funnel, null);
  assert.equal((await enter({ text: "x", kpi: "due>taken" })).status, 422);
  assert.equal((await enter({ text: "x", kpi: "MEL>MQL", funnel: "no_such" })).status, 422);
  assert.deepEqual(await texts({}), ["in b2b", "in renewals", "of accounts", "of none"]);
  assert.deepEqual(await texts({ funnel: "renewals" }), ["in renewals", "of none"]);
  assert.deepEqual(await texts({ funnel: "b2b" }), ["in b2b", "of none"]);
  assert.equal((await get("/register", { funnel: "renewals" })).total, 2);
  assert.equal((await company.get("/register", { query: { funnel: "no_such" } })).status, 400);
  const moved = await company.ask("PATCH", "/register/{id}", {
    params: { id: ours.id },
    version: ours.version,
    body: { kpi: "MQL>SAL", funnel: "b2b" },
  });
  assert.deepEqual([moved.json.funnel, moved.json.measure.kpi], ["b2b", "MQL>SAL"]);
});
