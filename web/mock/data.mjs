// The mock's data: a company with 1,200 leads, the same at every start, at one fixed instant. Neutral ids, no names.
import { readFileSync } from "node:fs";
import * as words from "./words.mjs";

const { text } = words;
export const NOW = Date.parse("2026-04-20T10:00:00+03:00");
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** An instant as the company writes it. */
export const stamp = (time) => new Date(time + 3 * HOUR).toISOString().slice(0, 19) + "+03:00";
export const day = (time) => stamp(time).slice(0, 10);

/** A repeatable dice for the i-th thing of a kind: 0 to below n. */
export function dice(n, i, kind = 0) {
  let x = (i * 2654435761 + kind * 40503 + 12345) >>> 0;
  x ^= x >>> 15;
  x = Math.imul(x, 2246822519) >>> 0;
  x ^= x >>> 13;
  x = Math.imul(x, 3266489917) >>> 0;
  return ((x ^ (x >>> 16)) >>> 0) % n;
}

export const userRef = ({ id, name }) => ({ id, name });
export const user = (id) => userRef(words.USERS.find((each) => each.id === id));
export const team = (name) => words.TEAMS.find((each) => each.name === name) ?? null;

const WAY = ["MCL", "MEL", "MQL", "SAL", "SQL", "SQO", "WON"];
const STAGE_OF = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 3, 4, 5];

export const measure = (hits, n) => {
  const z = 1.96;
  const p = n === 0 ? 0 : hits / n;
  const mid = n === 0 ? 0 : (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = n === 0 ? 0 : (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  const pct = (x) => Math.round(Math.min(1, Math.max(0, x)) * 1000) / 10;
  return {
    value: n === 0 ? null : pct(p),
    n,
    hits,
    ci95: n === 0 ? null : [pct(mid - half), pct(mid + half)],
    support: n < 20 ? "none" : "indicative",
    needs_more: Math.max(0, 20 - n),
  };
};

function scoreOf(i, place) {
  const sales = place >= 2;
  const value = sales ? 66 + dice(27, i, 3) : 20 + dice(70, i, 3);
  const verdict = value > 80 ? "above" : sales && value > 70 ? "borderline" : "below";
  return { name: sales ? "sales" : "qualification", value, above: 80, verdict };
}

export function slaOf(i, hours, left) {
  const total = hours * 60;
  const state = left === null ? "paused" : left < 0 ? "late" : left < total / 4 ? "soon" : "ok";
  const late = state === "late";
  return {
    stage: "SAL",
    allowed: text("שני ימי עסקים", "2 business days"),
    business: true,
    started_at: stamp(NOW - 2 * DAY - (i % 7) * HOUR),
    due_at: left === null ? null : stamp(NOW + left * 60_000),
    left_minutes: left ?? 540,
    total_minutes: total,
    state,
    paused: left === null ? text("מחכה לפרטים מהשיווק", "waits for marketing") : null,
    reminded_at: late ? stamp(NOW - 5 * HOUR) : null,
    escalated_at: late ? stamp(NOW - HOUR) : null,
    escalated_to: late ? user("u1") : null,
  };
}

const OUTCOMES = ["rejected", "returned", "left"];

export function leadOf(i) {
  const place = STAGE_OF[dice(STAGE_OF.length, i, 1)];
  const captured = NOW - (4 + dice(110, i, 2)) * DAY - dice(10, i, 9) * HOUR;
  const since = Math.min(NOW - HOUR, captured + (3 + place * 9) * DAY * (0.4 + dice(60, i, 4) / 100));
  const gone = place < 3 && dice(14, i, 5) === 0;
  const won = place === 5 && dice(3, i, 6) === 0;
  const owned = place >= 3 && dice(9, i, 7) !== 0;
  const role = words.ROLES[dice(3, i, 8)];
  const account = 1 + dice(400, i, 10);
  const region = words.REGIONS[dice(4, account, 11)].value;
  const idle = dice(30, i, 12);
  return {
    id: `p${i}`,
    name: null,
    email: `p${i}@a${account}.example`,
    title: role.title,
    account: { id: `a${account}`, name: null, domain: `a${account}.example` },
    funnel: "b2b",
    stage: gone ? null : WAY[won ? 6 : place],
    stage_since: gone ? null : stamp(since),
    lap: dice(12, i, 13) === 0 ? 2 : 1,
    state: gone ? OUTCOMES[dice(3, i, 14)] : won ? "won" : "open",
    owner: owned ? user(region === "us_east" ? "u3" : "u4") : null,
    team: place >= 2 ? team(region === "us_east" ? "team_east" : "team_rest") : null,
    score: scoreOf(i, place),
    dimensions: { source: words.SOURCES[dice(6, i, 15)].value, region },
    sla: null,
    last_touch: idle > 27 ? null : { at: stamp(NOW - idle * DAY - dice(9, i, 16) * HOUR), label: touchOf(i) },
    captured_at: stamp(captured),
  };
}

const touchOf = (i) => Object.values(words.EVENTS)[1 + dice(5, i, 17)];

export const LEADS = Array.from({ length: 1200 }, (_, i) => leadOf(i + 1));

/* ---------- handoffs ---------- */

const LEFT = [-120, 180, 540, 840, null, 960, 60, 720, 300, 1020, 400, 90];

function handoffOf(lead, i, state) {
  const decided = state !== "waiting";
  const reasons = state === "rejected" ? words.REASONS.reject : words.REASONS.return;
  const reason = state === "accepted" || !decided ? null : reasons[dice(3, i, 21)];
  const verb = { accepted: "accept", rejected: "reject", returned: "return" }[state];
  const waiting = { ...lead, stage: "MQL", state: "open", sla: decided ? null : slaOf(i, 18, LEFT[i % LEFT.length]) };
  return {
    id: `h${i + 1}`,
    version: "1",
    lead: waiting,
    funnel: "b2b",
    stage: "SAL",
    from_stage: "MQL",
    proposed_at: stamp(NOW - 2 * DAY - i * 3 * HOUR),
    state,
    assigned: {
      user: i % 3 === 0 ? user("u3") : null,
      team: lead.team ?? team("team_rest"),
      rule: text("אזור: החוף המזרחי", "region: US east coast"),
    },
    score: lead.score,
    sla: waiting.sla,
    decision: decided
      ? {
          decision: verb,
          reason: reason?.code ?? null,
          reason_label: reason?.label ?? null,
          note: i % 4 === 0 ? "Asked again in the autumn" : null,
          by: user("u3"),
          at: stamp(NOW - DAY - i * HOUR),
          undo_until: null,
          after_acceptance: false,
          saw: null,
        }
      : null,
    earlier: [],
  };
}

export function makeHandoffs() {
  const ready = LEADS.filter((lead) => lead.stage === "MQL").slice(0, 48);
  const states = ["waiting", "accepted", "waiting", "rejected", "accepted", "returned", "accepted", "waiting"];
  return ready.map((lead, i) => handoffOf(lead, i, i < 12 ? "waiting" : states[i % states.length]));
}

/* ---------- one lead ---------- */

export const bantOf = (i) => {
  const answers = words.BANT.map(({ code, label, question }, k) => {
    const answer = ["yes", "yes", "unknown", "no"][dice(4, i, 30 + k)];
    const known = answer !== "unknown";
    return {
      code,
      label,
      answer,
      said: known && k === 0 ? "Approved for the next quarter" : null,
      source: known ? text("שיחה", "a call") : null,
      at: known ? stamp(NOW - 4 * DAY) : null,
      question: known ? null : question,
      by_hand: true,
    };
  });
  const yes = answers.filter((each) => each.answer === "yes").length;
  const unknown = answers.some((each) => each.answer === "unknown");
  const passed = yes >= 4 ? true : unknown ? null : false;
  return { name: "sales", label: text("BANT של המכירות", "BANT by sales"), yes, of: 4, pass_at: 4, passed, answers };
};

export const fitOf = (i) => {
  const met = ["yes", "yes", "yes", "unknown", "no"];
  const names = [
    ["industry", "ענף", "industry", 3, "saas"],
    ["size", "גודל", "size", 2, "210"],
    ["branches", "סניפים בניו יורק ובניו ג'רזי", "branches in New York and New Jersey", 2, null],
    ["digital", "מנהל דיגיטל", "a chief digital officer", 1, "true"],
  ];
  const criteria = names.map(([code, he, en, weight, value], k) => {
    const answer = met[dice(5, i, 40 + k)];
    return { code, label: text(he, en), met: answer, weight, value: answer === "unknown" ? null : value };
  });
  const sum = criteria.reduce((total, each) => total + each.weight, 0);
  const have = criteria.reduce((total, each) => total + (each.met === "yes" ? each.weight : 0), 0);
  const match = Math.round((1000 * have) / sum) / 10;
  return {
    name: "us_east_saas",
    label: text("תוכנה בחוף המזרחי", "Software, US east coast"),
    match_pct: match,
    needed_pct: 60,
    matched: match >= 60,
    criteria,
  };
};

export function timelineOf(lead, i) {
  const types = Object.keys(words.EVENTS);
  const items = [];
  const start = Date.parse(lead.captured_at);
  const many = 18 + dice(60, i, 50);
  for (let k = 0; k < many; k++) {
    const type = k === 0 ? "report_downloaded" : types[1 + dice(6, i * 100 + k, 51)];
    const opened = type === "email_opened";
    const human = opened ? 5 + dice(95, i * 100 + k, 52) : null;
    const counted = human === null || human >= 50;
    items.push({
      id: `${lead.id}-e${k}`,
      at: stamp(start + ((NOW - start) * k) / many),
      kind: "event",
      type,
      label: words.EVENTS[type],
      detail: counted ? null : text("כנראה מכונה: לא נספר", "probably a machine: not counted"),
      said: type === "form_submitted" ? "How is a partial refund handled?" : null,
      stage: null,
      by: type === "call" ? user("u3") : null,
      source: "web",
      human_pct: human,
      counted,
      late: k === 7,
      properties: type === "page_viewed" ? { path: "/pricing" } : {},
      labels: type === "page_viewed" ? { path: text("כתובת", "address") } : {},
    });
  }
  for (const step of pathOf(lead).filter((each) => each.entered_at !== null)) {
    items.push({
      id: `${lead.id}-s${step.stage}`,
      at: step.entered_at,
      kind: step.stage === "SAL" ? "decision" : "stage",
      type: step.stage === "SAL" ? "decision" : "stage",
      label: step.label,
      detail: step.stage === "SAL" ? text("נציג המכירות קיבל", "accepted by the sales representative") : null,
      said: null,
      stage: step.stage,
      by: step.stage === "SAL" ? user("u3") : null,
      source: null,
      human_pct: null,
      counted: true,
      late: false,
      properties: {},
    });
  }
  return items.sort((a, b) => Date.parse(b.at) - Date.parse(a.at) || (a.id < b.id ? 1 : -1));
}

export function pathOf(lead) {
  const place = lead.stage === null ? 1 : WAY.indexOf(lead.stage);
  const start = Date.parse(lead.captured_at);
  const end = lead.stage_since === null ? NOW : Date.parse(lead.stage_since);
  const entry = (k) => (place === 0 ? start : start + ((end - start) * k) / place);
  return words.STAGES.map(({ stage, label, owner, sla }, k) => {
    const entered = k <= place ? entry(k) : null;
    const left = k < place ? entry(k + 1) : null;
    const days = entered === null ? null : Math.round(((left ?? NOW) - entered) / (DAY / 10)) / 10;
    return {
      stage,
      label,
      owner,
      state: k < place ? "past" : k === place ? "now" : "ahead",
      entered_at: entered === null ? null : stamp(entered),
      left_at: left === null ? null : stamp(left),
      days,
      usual_days: k < 6 ? [14, 9, 2, 5, 12, 20][k] : null,
      sla: k === place && sla !== null && k > 3 ? { ...slaOf(k, 63, 400), stage, allowed: sla } : null,
    };
  });
}

export function groupOf(lead) {
  const others = LEADS.filter((each) => each.account.id === lead.account.id && each.id !== lead.id);
  return words.ROLES.map(({ title, role, part }) => {
    const found = lead.title === title ? lead : (others.find((each) => each.title === title) ?? null);
    const note = found
      ? null
      : text("אין איש קשר. בהזדמנויות שנסגרו היה", "No contact. Opportunities that closed had one");
    return { role, part, lead: found, note };
  });
}

export const milestonesOf = (lead) =>
  words.MILESTONES.map(({ code, label }, k) => {
    const done = ["SQO", "WON"].includes(lead.stage) && k === 0;
    return {
      code,
      label,
      done_at: done ? stamp(NOW - 2 * DAY) : null,
      by: done ? user("u3") : null,
      due: null,
      note: null,
    };
  });

/* ---------- why ---------- */

/** A stage that the sample holds, told as one that is still ahead. */
const asAhead = ({ stage, label, how, text: why, clause }) => ({
  stage,
  label,
  landing: null,
  landing_label: null,
  next: false,
  decided: how === "decided",
  waits_for: null,
  waits_until: null,
  missing: [{ kind: how === "decided" ? "decision" : "some", clause: null, text: why, need: 1, until: null }],
  due: null,
  advice: [],
  held_first: null,
  held_last: null,
  gate: null,
  clause,
});

/** A stage that the sample has ahead, told as held. */
const asHeld = ({ stage, label, clause }, entered) => ({
  lap: 1,
  stage,
  label,
  entered,
  left: null,
  how: "rule",
  owner: "sales",
  by: null,
  reason: null,
  because: null,
  landing: null,
  text: text("לפי הכלל", "by its rule"),
  definition: sample("why").definition.hash,
  clause,
});

/** The sample, brought to where the lead stands. */
export function whyOf(lead) {
  const why = sample("why");
  const [funnel] = why.funnels;
  const times = new Map(pathOf(lead).map((step) => [step.stage, step]));
  const all = [...funnel.stages, ...funnel.ahead];
  const reached = (each) => times.get(each.stage)?.entered_at !== null;
  const utc = (instant) => new Date(instant).toISOString().replace(".000Z", "Z");
  funnel.stages = all.filter(reached).map((each) => {
    const step = times.get(each.stage);
    const held = "entered" in each ? each : asHeld(each, "");
    return { ...held, entered: utc(step.entered_at), left: step.left_at && utc(step.left_at) };
  });
  funnel.ahead = all.filter((each) => !reached(each)).map((each) => ("entered" in each ? asAhead(each) : each));
  funnel.ahead.forEach((each, i) => Object.assign(each, { next: i === 0 || each.stage === "WON" }));
  Object.assign(funnel, { now_in: lead.stage, since: lead.stage_since && utc(lead.stage_since) });
  return { ...why, subject: lead.id };
}

/* ---------- what commands print ---------- */

const samples = new Map();

/** A fixture by name, each time a fresh one. */
export function sample(name) {
  const at = new URL(`../fixtures/${name}.json`, import.meta.url);
  if (!samples.has(name)) samples.set(name, readFileSync(at, "utf8"));
  return JSON.parse(samples.get(name));
}

export const report = () => sample("heshbonit4u");
