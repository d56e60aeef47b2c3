// What people are told at once: each condition when it begins and when it ends, once, and nobody for whom it is not.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { Company } from "./company.mjs";
import { DEFINITION, proposed } from "./handed.mjs";

const ROLES = ["marketing", "sales", "success", "product", "admin"];
const MAY = {
  channel_failing: ["marketing", "admin"],
  sla_late: ["sales", "sales,product"],
  disk_full: ["marketing", "sales", "success", "admin"],
};

/** Whatever happened: begins and ends follow each other, and only those hear whom it is for. */
function sane(ears) {
  for (const [roles, ear] of Object.entries(ears)) {
    const on = new Set();
    for (const alert of ear.alerts()) {
      assert.ok(MAY[alert.code].includes(roles), `${roles} heard ${alert.id}`);
      assert.notEqual(on.has(alert.id), alert.on, `${roles} heard twice: ${JSON.stringify(alert)}`);
      if (alert.on) assert.ok(alert.text.he && alert.text.en);
      if (alert.on) on.add(alert.id);
      else on.delete(alert.id);
    }
    ear.close();
  }
}

async function begin(t, options) {
  const company = await Company.start({
    definition: DEFINITION,
    ...options,
  });
  t.after(() => company.stop());
  await company.answers("/handoffs", {
    roles: "sales",
  });
  return company;
}

async function listeners(company, roles = ROLES) {
  const ears = {};
  for (const each of roles) ears[each] = await company.listen(each);
  return ears;
}

const today = () => new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Jerusalem" }).format(new Date());
const isOn = (id) => (each) => each.kind === "alert" && each.id === id && each.on;
const isOff = (id) => (each) => each.kind === "alert" && each.id === id && !each.on;

test("a source begins to fail in sales, and recovers", async (t) => {
  const company = await begin(t, { events: proposed("p", 60) });
  const ears = await listeners(company);
  const { items } = (await company.get("/handoffs", { roles: "sales", query: { limit: "200" } })).json;
  const of = (source) => items.filter(({ lead }) => lead.dimensions.source === source);
  const [linkedin, search] = [of("linkedin"), of("search")];
  /** Whether it fails, as the page of what was sent back says. */
  const fails = async (query) => {
    const { json } = await company.get("/rejected", { query });
    return json.sources.find(({ value }) => value === "linkedin")?.failing ?? false;
  };
  const seen = [false];
  const decide = async ({ id, version }, body) => {
    const { status } = await company.change("POST", "/handoffs/{id}/decision", {
      params: { id },
      version,
      body,
    });
    assert.equal(status, 200);
    seen.push(await fails({ period: `2026-01-01..${today()}` }));
  };
  for (let i = 0; i < 8; i++) {
    await decide(search.pop(), { decision: "accept" });
    const back = i % 2 ? { decision: "reject", reason: "no_budget" } : { decision: "return", reason: "too_early" };
    await decide(linkedin.pop(), back);
  }
  assert.ok(seen.at(-1));
  const told = await ears.marketing.until(isOn("channel_failing:linkedin"));
  assert.match(told.text.en, /linkedin/);
  assert.match(told.text.he, /linkedin.*נכשלים/);
  assert.ok(Date.parse(told.since) <= Date.now());
  const link = new URL(told.link, company.url);
  assert.equal(link.pathname, "/rejected");
  assert.ok(await fails(Object.fromEntries(link.searchParams)), "the page that it leads to says so, too");

  const later = await company.listen("admin");
  await later.until(isOn("channel_failing:linkedin"));
  while (seen.at(-1)) await decide(linkedin.pop(), { decision: "accept" });
  for (const ear of [ears.marketing, ears.admin, later]) {
    const ended = await ear.until(isOff("channel_failing:linkedin"));
    assert.equal(ended.text, null);
  }
  const turns = seen.filter((now, i) => i && now !== seen[i - 1]);
  for (const ear of [ears.marketing, ears.admin])
    assert.deepEqual(
      ear.alerts("channel_failing").map(({ on }) => on),
      turns,
    );
  later.close();
  sane(ears);
});

/** Leads like those of handed.mjs, whose time runs out so many seconds from now. */
const dueIn = (seconds, names) => {
  const events = proposed("x", names.length);
  const shift = Date.now() + 1000 * seconds - 86_400_000 - Date.parse("2026-01-06T09:00:00Z");
  const moved = (at, i) => new Date(Date.parse(at) + shift - 60_000 * i).toISOString();
  return events.map((each) => {
    const i = Number(each.userId.slice(1));
    const name = (text) => text.replace(`x${i}`, names[i]);
    const traits = each.traits && JSON.parse(name(JSON.stringify(each.traits)));
    const made = {
      ...each,
      userId: names[i],
      messageId: name(each.messageId),
      timestamp: moved(each.timestamp, i),
    };
    return traits ? { ...made, traits } : made;
  });
};

test("a handoff's time runs out", async (t) => {
  const definition = DEFINITION.replace(/sla:\n(\s{10,}.*\n)+/, "sla: 1d\n");
  const company = await begin(t, { definition, events: dueIn(-3600, ["old"]) });
  await company.member("sales,product", ["team_east"]);
  const ears = await listeners(company, [...ROLES, "sales,product"]);
  const [one, east] = [ears.sales, ears["sales,product"]];
  await company.send("batch", { batch: dueIn(3, ["east", "west", "mine"]) });
  await company.until(({ json }) => json.total === 4, "/handoffs", {
    roles: "sales",
  });
  const { items } = (await company.get("/handoffs", { roles: "sales" })).json;
  const of = Object.fromEntries(items.map((each) => [each.lead.id, each]));
  const id = (name) => `sla_late:${of[name].id}`;
  const told = await one.until(isOn(id("mine")));
  assert.ok(Date.parse(told.since) <= Date.now());
  assert.equal(told.link, `/handoffs/${of.mine.id}`);
  assert.match(told.text.en, /^mine@example.com: the time to decide on SAL is over$/);
  await one.until(isOn(id("west")));
  for (const name of ["west", "mine", "east"]) await east.until(isOn(id(name)));

  const { people } = (await company.get("/options")).json;
  const me = people.find(({ name }) => name === "sales@example.com");
  const given = await company.change("PUT", "/handoffs/{id}/assigned", {
    params: { id: of.mine.id },
    version: of.mine.version,
    body: { user: me.id, team: null },
  });
  assert.equal(given.status, 200);
  await east.until(isOff(id("mine")));
  const { version } = (
    await company.get("/handoffs/{id}", {
      roles: "sales",
      params: { id: of.west.id },
    })
  ).json.handoff;
  await company.change("POST", "/handoffs/{id}/decision", {
    params: { id: of.west.id },
    version,
    body: { decision: "accept" },
  });
  await Promise.all([one.until(isOff(id("west"))), east.until(isOff(id("west")))]);

  const turns = (ear, name) =>
    ear
      .alerts("sla_late")
      .filter((each) => each.id === id(name))
      .map(({ on }) => on);
  assert.deepEqual(turns(one, "mine"), [true, false, true], "of all first, then given to them");
  assert.deepEqual(turns(east, "mine"), [true, false]);
  assert.deepEqual(turns(east, "east"), [true]);
  assert.deepEqual(turns(one, "east"), [], "what is the team's is the team's");
  const again = await company.listen("sales");
  await again.until(isOn(id("mine")));
  assert.deepEqual(turns(again, "mine"), [true]);
  assert.deepEqual(turns(again, "west"), []);
  again.close();
  sane(ears);
});

test("a disk that is full, and room again", async (t) => {
  const company = await begin(t, {
    events: proposed("p", 2),
    under: ["prlimit", `--fsize=${4 << 20}:unlimited`],
  });
  const ears = await listeners(company);
  const filler = "x".repeat(20_000);
  const again = {
    userId: "p0",
    event: "demo_booked",
    properties: { filler },
    timestamp: "2026-01-07T00:00:00Z",
  };
  const send = (i) => company.track({ ...again, messageId: `m${i}` });
  let i = 0;
  while ((await send(i++)).status === 200) assert.ok(i < 1000);
  assert.equal((await send(i++)).status, 503);
  const hear = MAY.disk_full.map((roles) => ears[roles]);
  for (const ear of hear) await ear.until(isOn("disk_full"));
  const later = await company.listen("success");
  await later.until(isOn("disk_full"));
  execFileSync("prlimit", ["--pid", `${company.process.pid}`, "--fsize=unlimited:unlimited"]);
  assert.equal((await send(i++)).status, 200);
  for (const ear of [...hear, later]) assert.match((await ear.until(isOff("disk_full"))).text.en, /kept again/);
  for (const ear of hear) assert.equal(ear.alerts("disk_full").length, 2);
  later.close();
  sane(ears);
});

test("of very many handoffs past their time each team is told of its own", async (t) => {
  const company = await begin(t, { events: proposed("p", 180) });
  await company.member("sales,product", ["team_east"]);
  await company.member("sales", []);
  await company.kill(); // so that nobody was told before the teams were known
  await company.serve();
  const { items } = (await company.answers("/handoffs", { roles: "sales", query: { limit: "200" } })).json;
  const teamOf = new Map(items.map(({ id, assigned }) => [`sla_late:${id}`, assigned.team.name]));
  const heard = async (roles, team) => {
    const ear = await company.listen(roles);
    const of = () => ear.alerts("sla_late").filter(({ id }) => teamOf.get(id) === team);
    await ear.until(() => of().length >= 50);
    ear.close();
    return of().length;
  };
  assert.equal(await heard("sales,product", "team_east"), 50);
  assert.equal(await heard("sales", "team_rest"), 50, "nobody is in that team, so that all of sales are told");
});
