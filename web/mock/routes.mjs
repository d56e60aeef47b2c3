// The routes of the mock, as schema/openapi.yaml has them: `METHOD /path/{name}`, what it needs, and what it does.
import * as answers from "./answers.mjs";
import { Refusal } from "./answers.mjs";
import * as channels from "./channels.mjs";
import * as data from "./data.mjs";
import * as words from "./words.mjs";

const { text } = words;
const MINUTE = 60_000;

const MAY = {
  marketing: ["see_leads", "write_about_leads", "propose_handoffs", "edit_definition", "sign_marketing", "export"],
  sales: [
    ...["see_leads", "assign_leads", "write_about_leads"],
    ...["decide_handoffs", "edit_definition", "sign_sales", "export"],
  ],
  success: ["see_leads", "write_about_leads"],
  product: [],
  admin: [
    ...["see_leads", "assign_leads", "write_about_leads", "edit_definition"],
    ...["manage_users", "manage_keys", "manage_channels", "see_audit", "export", "erase"],
  ],
};

const next = (state, letter) => `${letter}${state.serial++}`;
const at = (state) => data.stamp(state.now);

function must(session, permission, who) {
  if (!session.may.includes(permission)) throw new Refusal(403, "forbidden", `Only ${who} may do this.`);
}

function found(thing, what, id) {
  if (!thing) throw new Refusal(404, "not_found", `There is no ${what} ${id}.`);
  return thing;
}

function unchanged(thing, version) {
  if (version === undefined) throw new Refusal(428, "version_missing", "Send If-Match with the version you saw.");
  if (version.replaceAll('"', "") !== thing.version)
    throw new Refusal(412, "changed_meanwhile", "Somebody changed it meanwhile; look again.", {
      version: thing.version,
    });
}

const touched = (thing) => Object.assign(thing, { version: String(Number(thing.version) + 1) });
const tagged = (thing, status = 200) => ({ status, body: thing, headers: { etag: `"${thing.version}"` } });
const ok = (body, status = 200) => ({ status, body });
const NOTHING = { status: 204 };

/** Who hears of what. */
const AUDIENCE = {
  channel_failing: ["marketing", "admin"],
  sla_late: ["sales"],
  intake_stopped: ["marketing", "sales", "success", "admin"],
  disk_full: ["marketing", "sales", "success", "admin"],
  delivery_failing: ["admin"],
};
export const hears = ({ code }, roles) => AUDIENCE[code].some((role) => roles.includes(role));

/** Tells everybody who listens, of an alert those whom it is for. */
export function tell(state, kind, data) {
  for (const listener of state.listeners)
    if (kind !== "alert" || hears(data, listener.roles)) listener({ kind, ...data });
}

/** Begins or ends what people are told at once; who comes later hears of what holds. */
export function ring(state, alert) {
  state.alerts = state.alerts.filter(({ id }) => id !== alert.id);
  if (alert.on) state.alerts.push(alert);
  tell(state, "alert", alert);
}

function log(state, session, action, subject, he, en) {
  state.audit.unshift({
    id: next(state, "l"),
    at: at(state),
    actor: { kind: "user", ...data.userRef(session.user) },
    action,
    subject,
    text: text(he, en),
    ip: "192.0.2.7",
    details: {},
  });
}

/* ---------- sessions ---------- */

function sessionOf(state, user) {
  const may = [...new Set(user.roles.flatMap((role) => MAY[role]))];
  const { id, name, email, roles, teams, lang } = user;
  return {
    user: { id, name, email, roles, teams, lang },
    may,
    csrf_token: `csrf-${id}-${state.serial++}`,
    expires_at: data.stamp(state.now + 12 * 60 * MINUTE),
    company: state.company,
    currency: "USD",
    locale: "he-IL",
    zone: "Asia/Jerusalem",
    program: "masa 0.1.0",
  };
}

function begin(state, user, status) {
  const session = sessionOf(state, user);
  const cookie = `mock-${user.id}-${state.serial++}`;
  state.sessions.set(cookie, session);
  return {
    status,
    body: session,
    headers: { "set-cookie": `masa_session=${cookie}; Path=/; HttpOnly; SameSite=Strict` },
  };
}

function signIn({ state, body }) {
  const failed = state.failures.get(body.email) ?? 0;
  if (failed >= 5)
    throw new Refusal(429, "locked_out", "Too many wrong passwords; try again in 15 minutes.", {
      retry_after_seconds: 900,
    });
  const user = state.users.find((each) => each.email === body.email && each.state === "active");
  if (!user || state.passwords.get(body.email) !== body.password) {
    state.failures.set(body.email, failed + 1);
    throw new Refusal(401, "wrong_credentials", "E-mail and password do not belong together.");
  }
  return begin(state, user, 200);
}

function claim({ state, body }) {
  if (body.token !== "first")
    throw new Refusal(410, "link_used", "This link was used or has expired; ask an admin for another.");
  return begin(state, state.users[0], 201);
}

function lookAtLink({ body }) {
  if (body.token !== "first")
    throw new Refusal(410, "link_used", "This link was used or has expired; ask an admin for another.");
  return ok({ purpose: "first-admin", name: "", email: "" });
}

/* ---------- handoffs ---------- */

const became = { accept: "accepted", reject: "rejected", return: "returned" };

function checkReason(decision, reason) {
  if (decision === "accept") return null;
  const all = words.REASONS[decision];
  const known = all.find((each) => each.code === reason);
  if (known) return known;
  throw new Refusal(422, "reason_needed", `A reason is needed to ${decision}.`, {
    reasons: all.map(({ code }) => code),
  });
}

function decide(state, session, handoff, { decision, reason = null, note = null }) {
  must(session, "decide_handoffs", "the sales side");
  const after = handoff.state === "accepted" && decision === "return";
  if (handoff.state !== "waiting" && !after)
    throw new Refusal(409, "already_decided", `It is ${handoff.state} already, by ${handoff.decision.by.name}.`);
  const known = checkReason(decision, reason);
  if (handoff.decision) handoff.earlier.unshift(handoff.decision);
  handoff.decision = {
    decision,
    reason: known?.code ?? null,
    reason_label: known?.label ?? null,
    note,
    by: data.userRef(session.user),
    at: at(state),
    undo_until: data.stamp(state.now + MINUTE / 2),
    after_acceptance: after,
    saw: `brief-${handoff.id}-${handoff.version}`,
  };
  handoff.state = became[decision];
  moved(state, handoff, session);
  log(
    state,
    session,
    `handoff.${handoff.state}`,
    { kind: "handoff", id: handoff.id, label: handoff.lead.id },
    `החליט על ליד ${handoff.lead.id}`,
    `decided on lead ${handoff.lead.id}`,
  );
  return handoff;
}

/** A decision shows on the lead, and everybody hears of it. */
function moved(state, handoff, session) {
  touched(handoff);
  const lead = state.byId.get(handoff.lead.id);
  lead.stage = { accepted: "SAL", rejected: null, returned: "MEL", waiting: "MQL" }[handoff.state];
  lead.state = handoff.state === "rejected" ? "rejected" : "open";
  lead.stage_since = lead.stage === null ? null : at(state);
  if (handoff.state === "accepted") lead.owner = handoff.decision.by;
  const waiting = state.handoffs.filter((each) => each.state === "waiting").length;
  const { id, version } = handoff;
  tell(state, "handoff", {
    id,
    version,
    state: handoff.state,
    waiting,
    by: session ? data.userRef(session.user) : null,
  });
  tell(state, "lead", {
    id: lead.id,
    stage: lead.stage,
    label: text(`ליד ${lead.id} עודכן`, `Lead ${lead.id} changed`),
  });
}

function undo({ state, session, params, version }) {
  const handoff = found(
    state.handoffs.find((each) => each.id === params.id),
    "handoff",
    params.id,
  );
  must(session, "decide_handoffs", "the sales side");
  unchanged(handoff, version);
  if (!handoff.decision?.undo_until)
    throw new Refusal(409, "too_late", "It can't be taken back any more; return the lead instead.");
  handoff.decision = handoff.earlier.shift() ?? null;
  handoff.state = handoff.decision ? became[handoff.decision.decision] : "waiting";
  moved(state, handoff, session);
  return tagged(handoff);
}

function assign(state, session, handoff, { user = null, team = null }) {
  if (!session.may.includes("assign_leads")) throw new Refusal(403, "forbidden", "Only the sales side may assign.");
  const person =
    user === null
      ? null
      : found(
          state.users.find((each) => each.id === user),
          "user",
          user,
        );
  if (person && !person.roles.includes("sales"))
    throw new Refusal(422, "may_not_decide", `${person.name} is not in sales, and may not decide it.`);
  const group = team === null ? null : found(data.team(team), "team", team);
  handoff.assigned = { user: person && data.userRef(person), team: group, rule: null };
  touched(handoff);
  return handoff;
}

function bulk({ state, session, body }) {
  const results = body.items.map(({ id, version }) => {
    try {
      const handoff = found(
        state.handoffs.find((each) => each.id === id),
        "handoff",
        id,
      );
      unchanged(handoff, version);
      if (body.action === "assign") assign(state, session, handoff, body.assign ?? {});
      else decide(state, session, handoff, { ...body, decision: body.action });
      return { id, handoff, error: null };
    } catch (refusal) {
      if (refusal.status === 403) throw refusal;
      return { id, handoff: null, error: { code: refusal.code, message: refusal.message } };
    }
  });
  return ok({ results });
}

/* ---------- leads ---------- */

const lead = (state, id) => found(state.byId.get(id), "lead", id);

const erasureOf = ({ id }) => ({
  person: id,
  user_ids: [id],
  anonymous_ids: [`b-${id}`],
  events: 12,
  kept: 1,
  mentions: 2,
});

function erase({ state, session, params, body }) {
  must(session, "erase", "administrators");
  const of = lead(state, params.id);
  if (body.confirm !== params.id) throw new Refusal(422, "not_confirmed", "Write the id of who is to be erased.");
  const { events, kept, mentions } = erasureOf(of);
  state.leads = state.leads.filter((each) => each !== of);
  state.handoffs = state.handoffs.filter((each) => each.lead.id !== of.id);
  log(state, session, "lead.erase", null, "מחיקת ליד", "erased a lead");
  tell(state, "report", { as_of: at(state), counts: {}, funnels: {} });
  const receipt = { number: 1, at: at(state), residue: "61c0a3", ids: 2, events, kept, mentions };
  return ok({ receipts: [{ ...receipt, blocks: 2, audit: 1, facts: 4 }], log_emptied: true });
}

function note({ state, session, params, body }) {
  const of = lead(state, params.id);
  const item = {
    id: next(state, "n"),
    at: at(state),
    kind: "note",
    type: body.kind,
    label: { note: text("הערה", "a note"), call: text("שיחה", "a call"), meeting: text("פגישה", "a meeting") }[
      body.kind
    ],
    detail: null,
    said: body.text,
    stage: null,
    by: data.userRef(session.user),
    source: "dashboard",
    human_pct: null,
    counted: true,
    late: false,
    properties: {},
  };
  state.notes.set(of.id, [item, ...(state.notes.get(of.id) ?? [])]);
  tell(state, "lead", { id: of.id, stage: of.stage, label: item.label });
  return ok(item, 201);
}

function answer({ state, params, body }) {
  const of = lead(state, params.id);
  const bant = structuredClone(state.answers.get(of.id) ?? data.bantOf(answers.indexOf(of)));
  for (const each of bant.answers) {
    const given = body.answers[each.code];
    if (!given) continue;
    const source = given.answer === "unknown" ? null : text("שיחה", "a call");
    Object.assign(each, { answer: given.answer, said: given.said ?? null, source, at: at(state) });
    each.question = given.answer === "unknown" ? words.BANT.find(({ code }) => code === each.code).question : null;
  }
  bant.yes = bant.answers.filter((each) => each.answer === "yes").length;
  const unknown = bant.answers.some((each) => each.answer === "unknown");
  bant.passed = bant.yes >= bant.pass_at ? true : unknown ? null : false;
  state.answers.set(of.id, bant);
  return ok(bant);
}

function own({ state, params, body }) {
  const of = lead(state, params.id);
  of.owner =
    body.user === null
      ? null
      : data.userRef(
          found(
            state.users.find(({ id }) => id === body.user),
            "user",
            body.user,
          ),
        );
  of.team = body.team === null ? null : found(data.team(body.team), "team", body.team);
  tell(state, "lead", { id: of.id, stage: of.stage, label: text("בעלות", "ownership") });
  return ok(of);
}

function milestone({ state, session, params, body }) {
  const of = data.milestonesOf(lead(state, params.id));
  const one = found(
    of.find(({ code }) => code === params.code),
    "milestone",
    params.code,
  );
  return ok({ ...one, ...body, by: body.done_at === null ? null : data.userRef(session.user) });
}

function leadList({ state, query, accept }) {
  const list = answers.leads(state, query);
  if (accept.includes("text/csv")) return { status: 200, csv: answers.csv(list) };
  return ok(answers.page(list, query));
}

/* ---------- views, register, agenda ---------- */

function saveView({ state, session, body }) {
  const view = { id: next(state, "v"), version: "1", ...body, owner: data.userRef(session.user) };
  state.views.push(view);
  return tagged(view, 201);
}

const view = (state, id) =>
  found(
    state.views.find((each) => each.id === id),
    "view",
    id,
  );

function changeView({ state, params, body, version }) {
  const kept = view(state, params.id);
  unchanged(kept, version);
  return tagged(touched(Object.assign(kept, body)));
}

function drop(list, thing) {
  list.splice(list.indexOf(thing), 1);
  return NOTHING;
}

function enter({ state, session, body }) {
  if (!body.text) throw new Refusal(422, "text_missing", "Say what was decided.");
  const { text: said, why = null, side = "both", due = null, action = null, owner } = body;
  const by = owner
    ? found(
        state.users.find((each) => each.id === owner),
        "user",
        owner,
      )
    : session.user;
  const entry = {
    id: next(state, "r"),
    version: "1",
    text: said,
    why,
    owner: data.userRef(by),
    side,
    taken_at: at(state),
    due,
    status: "open",
    action,
    funnel: body.kpi ? "b2b" : null,
    measure: null,
  };
  state.register.unshift(entry);
  tell(state, "register", { id: entry.id, version: entry.version });
  return tagged(entry, 201);
}

function amend({ state, params, body, version }) {
  const entry = found(
    state.register.find((each) => each.id === params.id),
    "decision",
    params.id,
  );
  unchanged(entry, version);
  const { owner, kpi, funnel, ...rest } = body;
  Object.assign(entry, rest);
  if (kpi !== undefined) entry.funnel = kpi === null ? null : (funnel ?? "b2b");
  if (owner) entry.owner = data.user(owner);
  touched(entry);
  tell(state, "register", { id: entry.id, version: entry.version });
  return tagged(entry);
}

function raise({ state, session, body }) {
  state.topics.push({ id: next(state, "t"), said: body.text, by: session.user });
  return ok(answers.agenda(state), 201);
}

/* ---------- definitions ---------- */

const published = (state) => state.definitions.find((each) => each.state === "published");
const definition = (state, id) =>
  found(id === "current" ? published(state) : state.definitions.find((each) => each.version === id), "definition", id);
const short = ({ text: _, ...rest }) => rest;

function propose({ state, session, body, version }) {
  must(session, "edit_definition", "marketing, sales and admins");
  unchanged(published(state), version);
  const checked = answers.check(body.text);
  if (!checked.ok)
    throw new Refusal(422, "definition_wrong", "The definition has errors; none of it was kept.", {
      problems: checked.problems,
    });
  const missing = (side) => ({ side, state: "missing", by: null, at: null, note: null });
  const draft = {
    ...published(state),
    version: checked.version,
    state: "draft",
    author: data.userRef(session.user),
    created_at: at(state),
    effective_from: null,
    note: body.note ?? null,
    based_on: published(state).version,
    signoffs: [missing("marketing"), missing("sales")],
    changed: [text("הטקסט השתנה", "The text changed")],
    text: body.text,
  };
  state.definitions = [draft, ...state.definitions.filter((each) => each.version !== draft.version)];
  tell(state, "definition", { version: draft.version, state: draft.state });
  return tagged(draft, 201);
}

function sign({ state, session, params, body }) {
  must(session, `sign_${body.side}`, `the ${body.side} side`);
  const of = definition(state, params.version);
  const slot = of.signoffs.find((each) => each.side === body.side);
  const by = data.userRef(session.user);
  Object.assign(slot, { state: body.sign ? "signed" : "refused", by, at: at(state), note: body.note ?? null });
  tell(state, "definition", { version: of.version, state: of.state });
  return ok(short(of));
}

function publish({ state, session, params, version }) {
  must(session, "edit_definition", "marketing, sales and admins");
  const of = definition(state, params.version);
  unchanged(of, version);
  const missing = of.signoffs.filter((each) => each.state !== "signed").map(({ side }) => side);
  if (missing.length > 0)
    throw new Refusal(409, "signoff_missing", `Not signed yet by: ${missing.join(", ")}.`, { missing });
  Object.assign(published(state), { state: "retired", effective_to: at(state) });
  Object.assign(of, { state: "published", effective_from: at(state) });
  log(
    state,
    session,
    "definition.published",
    { kind: "definition", id: of.version, label: of.version.slice(0, 6) },
    "פרסם הגדרה",
    "published a definition",
  );
  tell(state, "definition", { version: of.version, state: of.state });
  return ok(short(of));
}

function compareDefinitions({ state, params, query }) {
  const of = definition(state, params.version);
  const against = definition(state, query.get("against") ?? "current");
  return ok({ from: against.version, to: of.version, lines: answers.diff(against.text, of.text), meaning: of.changed });
}

function startBacktest({ state, session, body }) {
  if (body.text !== undefined) {
    const checked = answers.check(body.text);
    if (!checked.ok)
      throw new Refusal(422, "definition_wrong", "The definition has errors.", { problems: checked.problems });
  }
  const job = {
    id: next(state, "b"),
    kind: "backtest",
    state: "running",
    by: data.userRef(session.user),
    created_at: at(state),
    progress: { done: 0, total: 1_200_000, per_second: 900_000, seconds_left: 1.4 },
    result: null,
    error: null,
  };
  state.jobs.set(job.id, job);
  return { status: 202, body: job, headers: { location: `/api/v1/backtests/${job.id}` } };
}

/** Each look brings it a third on. */
function lookAtBacktest({ state, params }) {
  const job = found(state.jobs.get(params.id), "backtest", params.id);
  if (job.state === "running") {
    const done = Math.min(job.progress.total, job.progress.done + 400_000);
    job.progress = { ...job.progress, done, seconds_left: (job.progress.total - done) / 900_000 };
    if (done === job.progress.total) Object.assign(job, { state: "done", result: answers.backtest() });
  }
  return ok(job);
}

/* ---------- users and keys ---------- */

const admin = (session) => must(session, "manage_users", "an admin");
const INVITATION = "https://masa.example.com/claim#first";
const invited = (state, user) => ({ user, link: INVITATION, expires_at: data.stamp(state.now + 3 * 24 * 60 * MINUTE) });

function invite({ state, session, body }) {
  admin(session);
  if (state.users.some((each) => each.email === body.email))
    throw new Refusal(409, "email_taken", "There is a user with this e-mail already.");
  const user = {
    id: next(state, "u"),
    version: "1",
    name: body.name ?? body.email,
    email: body.email,
    roles: body.roles ?? [],
    teams: body.teams ?? [],
    lang: body.lang ?? "he",
    state: "invited",
    created_at: at(state),
    last_seen_at: null,
    sessions: 0,
  };
  state.users.push(user);
  log(state, session, "user.invited", { kind: "user", id: user.id, label: user.name }, "הזמין משתמש", "invited a user");
  return ok(invited(state, user), 201);
}

function changeUser({ state, session, params, body, version }) {
  admin(session);
  const user = found(
    state.users.find((each) => each.id === params.id),
    "user",
    params.id,
  );
  unchanged(user, version);
  if (user.id === session.user.id && body.state === "off")
    throw new Refusal(409, "last_admin", "You can't switch yourself off; another admin can.");
  return tagged(touched(Object.assign(user, body)));
}

const sessions = (state, test) =>
  [...state.sessions].map(([id, each]) => ({ id, each })).filter(({ each }) => test(each));

const sessionRows = (state, session, test) => ({
  items: sessions(state, test).map(({ id, each }) => ({
    id,
    user: data.userRef(each.user),
    created_at: at(state),
    last_seen_at: at(state),
    ip: "192.0.2.7",
    agent: "Firefox on Linux",
    current: each === session,
  })),
});

function makeKey({ state, session, body }) {
  must(session, "manage_keys", "an admin");
  const key = {
    id: next(state, "k"),
    kind: body.kind,
    name: body.name,
    prefix: body.kind === "api" ? "masa_7f" : "wk_31",
    roles: body.roles ?? [],
    writes: body.kind === "write" || (body.writes ?? false),
    source: body.source ?? null,
    origins: body.origins ?? [],
    calls: body.preset === "browser" ? ["track", "identify", "page", "screen"] : (body.calls ?? []),
    events: body.events ?? [],
    speaks_of: body.kind === "api" ? null : body.preset === "browser" ? "visitors" : (body.speaks_of ?? "anyone"),
    write_key: body.kind === "write" ? "wk_310123456789abcdefghijklmnop" : null,
    version: body.kind === "write" ? "1" : null,
    created_at: at(state),
    created_by: data.userRef(session.user),
    last_used_at: null,
    expires_at: body.expires_at ?? null,
    revoked_at: null,
  };
  state.keys.unshift(key);
  return ok({ key, secret: `${key.prefix}0123456789abcdefghijklmnop` }, 201);
}

function limitKey({ state, session, params, body, version }) {
  must(session, "manage_keys", "an admin");
  const key = found(
    state.keys.find((each) => each.id === params.id),
    "key",
    params.id,
  );
  if (key.kind !== "write") throw new Refusal(422, "bad_target", "Only a write key has such limits.");
  unchanged(key, version);
  return tagged(touched(Object.assign(key, body)));
}

function revoke({ state, session, params }) {
  must(session, "manage_keys", "an admin");
  found(
    state.keys.find((each) => each.id === params.id),
    "key",
    params.id,
  ).revoked_at = at(state);
  return NOTHING;
}

function audit({ state, session, query }) {
  must(session, "see_audit", "an admin");
  const wanted = ["actor", "action"].filter((name) => query.get(name));
  const has = { actor: (item) => item.actor.id, action: (item) => item.action };
  const items = state.audit.filter((item) => wanted.every((name) => has[name](item)?.startsWith(query.get(name))));
  return ok(answers.page(items, query));
}

const options = (state) => ({
  version: published(state).version,
  mode: "if",
  funnels: [
    {
      name: "b2b",
      label: text("מכירות B2B", "B2B sales"),
      of: "person",
      stages: words.STAGES,
      exits: [{ name: "lost", label: text("הפסד", "lost") }],
    },
  ],
  owners: [
    { code: "marketing", label: text("שיווק", "Marketing") },
    { code: "sales", label: text("מכירות", "Sales") },
  ],
  reasons: words.REASONS,
  milestones: words.MILESTONES,
  scores: [
    { name: "sales", label: text("ניקוד המכירות", "Sales score"), owner: "sales", above: 80, borderline_from: 70 },
    {
      name: "qualification",
      label: text("ניקוד ההסמכה", "Qualification score"),
      owner: "marketing",
      above: 80,
      borderline_from: null,
    },
  ],
  bant: [{ name: "sales", label: text("BANT של המכירות", "BANT by sales"), pass_at: 4, answers: words.BANT }],
  dimensions: [
    { name: "source", label: text("מקור", "Source"), values: words.SOURCES },
    { name: "region", label: text("אזור", "Region"), values: words.REGIONS },
  ],
  segments: [{ name: "aimed", label: text("קהל היעד", "Target audience") }],
  periods: [
    { period: "2026-01", label: text("ינואר 2026", "January 2026") },
    { period: "2025-Q4", label: text("רבעון 4 של 2025", "Q4 2025") },
    { period: "2025-12", label: text("דצמבר 2025", "December 2025") },
  ],
  teams: words.TEAMS,
  people: state.users.map((user) => ({ ...data.userRef(user), roles: user.roles })),
  calendar: { workdays: [0, 1, 2, 3, 4], from: "09:00", to: "17:00", holidays: "israel" },
});

/** A route's first word may be `open`: it needs nobody signed in. `once` asks for an Idempotency-Key. */
export const routes = {
  "open GET /health": ({ state }) =>
    ok({ status: "ok", program: "masa 0.1.0", as_of: at(state), checks: [{ name: "store", ok: true, note: null }] }),
  "open POST /session": signIn,
  "open POST /session/claim": claim,
  "open POST /session/link": lookAtLink,
  "GET /session": ({ session }) => ok(session),
  "DELETE /session": ({ state, session }) => {
    for (const { id } of sessions(state, (each) => each === session)) state.sessions.delete(id);
    return { status: 204, headers: { "set-cookie": "masa_session=; Path=/; Max-Age=0" } };
  },
  "POST /session/password": ({ state, session, body }) => {
    if (state.passwords.get(session.user.email) !== body.current)
      throw new Refusal(403, "wrong_password", "The present password is another.");
    state.passwords.set(session.user.email, body.new);
    return NOTHING;
  },
  "PATCH /session": ({ session, body }) => ok(Object.assign(session, { user: Object.assign(session.user, body) })),
  "GET /options": ({ state }) => ok(options(state)),

  "GET /report": ({ state, query }) => ({ status: 200, body: answers.report(state, query), cached: true }),
  "GET /report/people": ({ state, query }) => ok(answers.people(state, query)),
  "GET /report/people.csv": ({ state, query }) => ({
    status: 200,
    csv: answers.csv(answers.people(state, query).items),
  }),

  "GET /leads": leadList,
  "GET /leads.csv": (request) => leadList({ ...request, accept: "text/csv" }),
  "GET /leads/{id}": ({ state, params }) => ok(answers.detail(state, lead(state, params.id))),
  "GET /leads/{id}/events/{event}": ({ state, params }) => {
    const item = answers.timeline(state, lead(state, params.id)).find((each) => each.id === params.event);
    if (!item) throw new Refusal(404, "not_found", `There is no event ${params.event} of this lead.`);
    const event = {
      type: "track",
      event: item.type,
      userId: params.id,
      messageId: item.id,
      timestamp: item.at,
      properties: { ...item.properties, undeclared: "as it came" },
    };
    return ok({ id: item.id, bytes: JSON.stringify(event).length, event });
  },
  "GET /leads/{id}/timeline": ({ state, params, query }) =>
    ok(answers.page(answers.timeline(state, lead(state, params.id)), query)),
  "GET /leads/{id}/why": ({ state, params }) => ok(data.whyOf(lead(state, params.id))),
  "GET /leads/{id}/erasure": ({ state, session, params }) => {
    must(session, "erase", "administrators");
    return ok(erasureOf(lead(state, params.id)));
  },
  "once POST /leads/{id}/erasure": erase,
  "once POST /leads/{id}/notes": note,
  "PUT /leads/{id}/answers": answer,
  "PUT /leads/{id}/owner": own,
  "PUT /leads/{id}/milestones/{code}": milestone,
  "GET /views": ({ state }) => ok({ items: state.views }),
  "POST /views": saveView,
  "PUT /views/{id}": changeView,
  "DELETE /views/{id}": ({ state, params }) => drop(state.views, view(state, params.id)),

  "GET /handoffs": ({ state, query, session }) => ok(answers.handoffs(state, query, session)),
  "GET /handoffs/{id}": ({ state, params }) => {
    const of = found(
      state.handoffs.find((each) => each.id === params.id),
      "handoff",
      params.id,
    );
    return { status: 200, body: answers.brief(state, of), headers: { etag: `"${of.version}"` } };
  },
  "once POST /handoffs/{id}/decision": ({ state, session, params, body, version }) => {
    const of = found(
      state.handoffs.find((each) => each.id === params.id),
      "handoff",
      params.id,
    );
    must(session, "decide_handoffs", "the sales side");
    unchanged(of, version);
    return tagged(decide(state, session, of, body));
  },
  "once POST /handoffs/{id}/undo": undo,
  "PUT /handoffs/{id}/assigned": ({ state, session, params, body, version }) => {
    const of = found(
      state.handoffs.find((each) => each.id === params.id),
      "handoff",
      params.id,
    );
    unchanged(of, version);
    return tagged(assign(state, session, of, body));
  },
  "once POST /handoffs/bulk": bulk,
  "GET /playbooks": () => ok({ items: words.PLAYBOOKS }),
  "GET /rejected": ({ state, query }) => ok(answers.rejected(state, query)),
  "GET /nobody": ({ state, query }) => ok(answers.nobody(state, query)),

  "GET /agenda": ({ state }) => ok(answers.agenda(state)),
  "once POST /agenda/topics": raise,
  "DELETE /agenda/topics/{id}": ({ state, params }) =>
    drop(
      state.topics,
      found(
        state.topics.find((each) => each.id === params.id),
        "topic",
        params.id,
      ),
    ),
  "GET /register": ({ state, query }) =>
    ok(
      answers.page(
        state.register.filter((each) => !query.get("status") || each.status === query.get("status")),
        query,
      ),
    ),
  "once POST /register": enter,
  "PATCH /register/{id}": amend,
  "GET /feedback": ({ state }) => ok(answers.feedback(state)),

  "GET /definitions": ({ state, query }) => ok(answers.page(state.definitions.map(short), query)),
  "POST /definitions": propose,
  "GET /definitions/templates": ({ state }) =>
    ok({ items: ["b2b", "aida", "subscription"].map((name) => ({ name, text: published(state).text })) }),
  "POST /definitions/check": ({ body }) => ok(answers.check(body.text)),
  "GET /definitions/{version}": ({ state, params }) => tagged(definition(state, params.version)),
  "GET /definitions/{version}/diff": compareDefinitions,
  "once POST /definitions/{version}/signoffs": sign,
  "once POST /definitions/{version}/publish": publish,
  "once POST /backtests": startBacktest,
  "GET /backtests/{id}": lookAtBacktest,
  "DELETE /backtests/{id}": ({ state, params }) => {
    const job = found(state.jobs.get(params.id), "backtest", params.id);
    if (job.state === "running") job.state = "cancelled";
    return NOTHING;
  },

  "GET /users": ({ state }) => ok({ items: state.users }),
  "once POST /users": invite,
  "PATCH /users/{id}": changeUser,
  "POST /users/{id}/invitation": ({ state, session, params }) => {
    admin(session);
    return ok(
      invited(
        state,
        found(
          state.users.find((each) => each.id === params.id),
          "user",
          params.id,
        ),
      ),
      201,
    );
  },
  "GET /users/{id}/sessions": ({ state, session, params }) =>
    ok(sessionRows(state, session, (each) => each.user.id === params.id)),
  "DELETE /sessions/{id}": ({ state, params }) => {
    found(state.sessions.get(params.id), "session", params.id);
    state.sessions.delete(params.id);
    return NOTHING;
  },
  "GET /keys": ({ state, query }) =>
    ok({ items: state.keys.filter((each) => !query.get("kind") || each.kind === query.get("kind")) }),
  "once POST /keys": makeKey,
  "PATCH /keys/{id}": limitKey,
  "DELETE /keys/{id}": revoke,
  ...channels.routes,
  "GET /audit": audit,
};
