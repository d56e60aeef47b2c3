// What the mock remembers between requests: who is signed in, what was decided, what was written.
import { readFileSync } from "node:fs";
import { channels, sends } from "./channels.mjs";
import * as data from "./data.mjs";
import * as words from "./words.mjs";

const { text } = words;
const DAY = 86_400_000;
const definition = readFileSync(new URL("../../examples/heshbonit4u/masa.yaml", import.meta.url), "utf8");
const older = definition.replace("above: 80\n    borderline: { from: 70", "above: 85\n    borderline: { from: 75");

const signed = (side, by, days) => ({
  side,
  state: "signed",
  by: data.user(by),
  at: data.stamp(data.NOW - days * DAY),
  note: null,
});

function version(hash, state, days, source, more = {}) {
  return {
    version: hash,
    name: "heshbonit4u",
    state,
    author: data.user("u2"),
    created_at: data.stamp(data.NOW - days * DAY),
    effective_from: state === "draft" ? null : data.stamp(data.NOW - days * DAY),
    effective_to: null,
    note: null,
    based_on: null,
    signoffs: [signed("marketing", "u2", days), signed("sales", "u3", days)],
    changed: [],
    text: source,
    ...more,
  };
}

const entry = (id, words, side, days, due, status, measure) => ({
  id,
  version: "1",
  text: words,
  why: null,
  owner: data.user(side === "sales" ? "u3" : "u2"),
  side,
  taken_at: data.stamp(data.NOW - days * DAY),
  due,
  status,
  action: null,
  funnel: measure === null ? null : "b2b",
  measure,
});

const effect = (kpi, he, en, before, after, verdict) => ({
  kpi,
  label: text(he, en),
  unit: "pct",
  before,
  before_n: 120,
  after,
  after_n: 150,
  after_ci95: [after - 7, after + 7],
  change: { pp: Math.round((after - before) * 10) / 10, pct: null, p_value: 0.03, verdict, n_to_tell: null },
  as_of: data.stamp(data.NOW),
});

const key = (id, kind, name, more) => ({
  id,
  kind,
  name,
  prefix: kind === "api" ? "masa_a1" : "wk_9f",
  roles: [],
  writes: kind === "write",
  source: null,
  origins: [],
  calls: [],
  events: [],
  speaks_of: kind === "write" ? "anyone" : null,
  write_key: kind === "write" ? "wk_9f0123456789abcdefghijklmnop" : null,
  version: kind === "write" ? "1" : null,
  created_at: data.stamp(data.NOW - 40 * DAY),
  created_by: data.user("u1"),
  last_used_at: data.stamp(data.NOW - DAY / 2),
  expires_at: null,
  revoked_at: null,
  ...more,
});

const audited = (i, action, he, en, subject) => ({
  id: `l${i}`,
  at: data.stamp(data.NOW - i * 47 * 60_000),
  actor: { kind: "user", ...data.user(["u3", "u2", "u1"][i % 3]) },
  action,
  subject,
  text: text(he, en),
  ip: "192.0.2.7",
  details: {},
});

const ACTIONS = [
  ["handoff.accepted", "קיבל ליד", "accepted a lead", { kind: "handoff", id: "h14", label: "p41" }],
  [
    "handoff.rejected",
    "דחה ליד: אין תקציב",
    "rejected a lead: no budget",
    { kind: "handoff", id: "h16", label: "p77" },
  ],
  [
    "definition.published",
    "פרסם הגדרה",
    "published a definition",
    { kind: "definition", id: "7c41e0", label: "7c41e0" },
  ],
  ["user.signed_in", "נכנס למערכת", "signed in", null],
  ["key.created", "יצר מפתח", "created a key", { kind: "key", id: "k2", label: "site" }],
];

const users = () =>
  words.USERS.map((user, i) => ({
    ...user,
    version: "1",
    lang: "he",
    state: i === 3 ? "invited" : "active",
    created_at: data.stamp(data.NOW - 90 * DAY),
    last_seen_at: i === 3 ? null : data.stamp(data.NOW - i * DAY),
    sessions: i === 3 ? 0 : 1,
  }));

const register = (hostile) => [
  entry("r3", hostile ?? "להוריד את סף ניקוד המכירות מ־80 ל־70", "both", 12, "2026-05-01", "open", null),
  entry(
    "r2",
    "Raise LinkedIn by $1,800 a month",
    "marketing",
    60,
    "2026-03-01",
    "done",
    effect("MQL>SAL", "MQL אל SAL", "MQL to SAL", 71.2, 83.3, "told"),
  ),
  entry(
    "r1",
    "Call within two business days",
    "sales",
    90,
    "2026-02-10",
    "done",
    effect("SAL>SQL", "SAL אל SQL", "SAL to SQL", 50, 48, "noise"),
  ),
];

const definitions = () => [
  version(
    "e1b07f22c4d5",
    "draft",
    2,
    definition.replace("above: 80\n    borderline: { from: 70", "above: 70\n    borderline: { from: 60"),
    {
      based_on: "7c41e0d2a9b8",
      note: "Threshold of the sales score to 70",
      signoffs: [signed("marketing", "u2", 1), { side: "sales", state: "missing", by: null, at: null, note: null }],
      changed: [text("הסף של ניקוד המכירות יורד מ־80 ל־70", "The threshold of the sales score goes from 80 to 70")],
    },
  ),
  version("7c41e0d2a9b8", "published", 40, definition, {
    based_on: "3fa90c11d2e7",
    changed: [text("הסף של ניקוד המכירות יורד מ־85 ל־80", "The threshold of the sales score goes from 85 to 80")],
  }),
  version("3fa90c11d2e7", "retired", 130, older, { effective_to: data.stamp(data.NOW - 40 * DAY) }),
];

const keys = (hostile) => [
  key("k1", "api", hostile ?? "crm sync", { roles: ["sales"] }),
  key("k2", "write", "site", { source: "web" }),
  key("k3", "api", "old export", { roles: ["marketing"], revoked_at: data.stamp(data.NOW - 9 * DAY) }),
];

export function makeState({ company = "Heshbonit4U", empty = false, hostile = null } = {}) {
  const leads = empty ? [] : data.LEADS.map((lead) => ({ ...lead, email: lead.email, title: hostile ?? lead.title }));
  if (hostile)
    leads.forEach((lead) => Object.assign(lead, { name: hostile, account: { ...lead.account, name: hostile } }));
  const byId = new Map(leads.map((lead) => [lead.id, lead]));
  const handoffs = empty ? [] : data.makeHandoffs();
  for (const each of handoffs) {
    const { name, title, account } = byId.get(each.lead.id);
    Object.assign(each.lead, { name, title, account });
  }
  return {
    company,
    empty,
    hostile,
    now: data.NOW,
    serial: 100,
    passwords: new Map(words.USERS.map(({ email }) => [email, "correct horse battery"])),
    failures: new Map(),
    sessions: new Map(),
    seen: new Map(),
    listeners: new Set(),
    alerts: [],
    users: users(),
    leads,
    byId,
    handoffs,
    notes: new Map(),
    answers: new Map(),
    views: empty
      ? []
      : [
          {
            id: "v1",
            version: "1",
            name: "SQL+",
            shared: true,
            owner: data.user("u3"),
            query: "stage=SQL&stage=SQO&sort=-score",
          },
          {
            id: "v2",
            version: "1",
            name: "LinkedIn",
            shared: false,
            owner: data.user("u3"),
            query: "where=source:linkedin",
          },
        ],
    topics: empty ? [] : [{ id: "t1", said: hostile ?? "Partial refunds: who writes the page?", by: data.user("u2") }],
    register: empty ? [] : register(hostile),
    definitions: definitions(),
    jobs: new Map(),
    keys: empty ? [] : keys(hostile),
    channels: empty ? [] : channels(hostile),
    sends: empty ? [] : sends(),
    audit: empty ? [] : Array.from({ length: 140 }, (_, i) => audited(i + 1, ...ACTIONS[i % ACTIONS.length])),
  };
}
