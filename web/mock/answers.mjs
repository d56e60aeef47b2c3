// Builds what the mock says: pages of lists, briefs, the agenda. State in, plain answer out.
import * as data from "./data.mjs";
import * as words from "./words.mjs";

const { text } = words;
const DAY = 86_400_000;

export class Refusal extends Error {
  constructor(status, code, message, details) {
    super(message);
    Object.assign(this, { status, code, details });
  }
}

/** One page of a list. A cursor is the place in it; nobody outside need know. */
export function page(items, query, most = 200) {
  const from = query.get("cursor") === null ? 0 : Number.parseInt(atob(query.get("cursor")), 10);
  if (!Number.isInteger(from))
    throw new Refusal(400, "bad_cursor", "This cursor is not one of ours; start without it.");
  const limit = Math.min(most, Number(query.get("limit") ?? 50));
  const next = from + limit < items.length ? btoa(String(from + limit)) : null;
  return { items: items.slice(from, from + limit), next_cursor: next, total: items.length };
}

const number = (value) => Number(value);
const TESTS = {
  stage: (lead, values) => values.includes(lead.stage),
  state: (lead, values) => values.includes(lead.state),
  owner: (lead, values) => values.includes(lead.owner?.id ?? "none"),
  team: (lead, values) => values.includes(lead.team?.name ?? "none"),
  score_min: (lead, [value]) => lead.score.value >= number(value),
  score_max: (lead, [value]) => lead.score.value <= number(value),
  verdict: (lead, values) => values.includes(lead.score.verdict),
  q: (lead, [value]) =>
    [lead.id, lead.email, lead.name, lead.title, lead.account.id, lead.account.domain]
      .filter(Boolean)
      .some((field) => field.toLowerCase().includes(value.toLowerCase())),
  where: (lead, values) => {
    const wanted = new Map();
    for (const value of values) {
      const [name, which] = value.split(/:(.*)/s);
      wanted.set(name, [...(wanted.get(name) ?? []), which]);
    }
    return [...wanted].every(([name, any]) => any.includes(lead.dimensions[name]));
  },
};

const KEYS = {
  captured: (lead) => lead.captured_at,
  entered: (lead) => lead.stage_since ?? "",
  touched: (lead) => lead.last_touch?.at ?? "",
  score: (lead) => lead.score.value,
  name: (lead) => lead.name ?? lead.email,
};

export function leads(state, query) {
  let found = state.leads;
  for (const [name, test] of Object.entries(TESTS)) {
    const values = query.getAll(name).filter((value) => value !== "");
    if (values.length > 0) found = found.filter((lead) => test(lead, values));
  }
  const sort = query.get("sort") ?? "-captured";
  const by = KEYS[sort.replace(/^-/, "")];
  if (!by) throw new Refusal(400, "bad_parameter", `Leads can't be sorted by ${sort}; try -captured, -score, name.`);
  const down = sort.startsWith("-") ? -1 : 1;
  return [...found].sort((a, b) => (by(a) < by(b) ? -down : by(a) > by(b) ? down : a.id < b.id ? -1 : 1));
}

/** A cell that a spreadsheet would run as a formula is given an apostrophe; the mark lets Excel read Hebrew. */
export function csv(items) {
  const cell = (value) => {
    const plain = String(value ?? "");
    const safe = /^[=+\-@\t\r]/.test(plain) ? `'${plain}` : plain;
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const head = "id,name,email,title,account,account_name,stage,stage_since,state,owner,score,source".split(",");
  const rows = items.map((lead) => [
    lead.id,
    lead.name,
    lead.email,
    lead.title,
    lead.account.domain,
    lead.account.name,
    lead.stage,
    lead.stage_since,
    lead.state,
    lead.owner?.name,
    lead.score.value,
    lead.dimensions.source,
  ]);
  return "\ufeff" + [head, ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

/* ---------- the report and who stands behind its numbers ---------- */

export function report(state, query) {
  const tree = data.report();
  tree.company = state.company;
  tree.lang = query.get("lang") === "en" ? "en" : "he";
  if (query.get("compare") === "none") dropCompare(tree);
  if (query.get("basis") === "flow") tree.basis = "flow";
  for (const where of query.getAll("where")) {
    const [name, value] = where.split(/:(.*)/s);
    const row = tree.breakdowns[name]?.find((each) => each.value === value);
    if (!row) throw new Refusal(400, "bad_parameter", `There is no ${where}; GET /api/v1/options lists them.`);
    narrow(tree, row);
  }
  return tree;
}

function dropCompare(tree) {
  tree.compare = null;
  const clear = (node) => {
    if (Array.isArray(node)) return node.forEach(clear);
    if (node === null || typeof node !== "object") return;
    for (const key of Object.keys(node)) {
      if (key.startsWith("compare_") || key === "change" || key === "change_pct") node[key] = null;
      else clear(node[key]);
    }
  };
  clear(tree);
}

function narrow(tree, row) {
  tree.stages.forEach((stage, i) => {
    stage.count = row.counts[stage.stage];
    stage.of_previous_pct = i === 0 ? null : data.measure(stage.count, tree.stages[i - 1].count).value;
    stage.ci95 = i === 0 ? null : data.measure(stage.count, tree.stages[i - 1].count).ci95;
  });
  tree.transitions.forEach((each, i) => {
    const { value, ci95, support, needs_more } = data.measure(tree.stages[i + 1].count, tree.stages[i].count);
    const [n, hits] = [tree.stages[i].count, tree.stages[i + 1].count];
    const left = { total: n - hits, returned: 0, rejected: 0, exited: 0, waiting: n - hits };
    Object.assign(each, { n, hits, rate_pct: value, ci95, support, needs_more, left });
  });
}

const CELL = /^(stage|transition|exit|outcome|month):([^:]+)(?::([^:]+))?(?::([^:]+))?(?::([^:]+))?$/;

/** How many the report says stand behind a cell. */
function cellValue(tree, cell) {
  const found = CELL.exec(cell);
  if (!found)
    throw new Refusal(400, "bad_parameter", `cell=${cell} is not stage:MQL, transition:MQL>SAL:went or the like.`);
  const [, kind, which, part, third] = found;
  const stage = (code) => tree.stages.find((each) => each.stage === code);
  if (kind === "stage" && stage(which)) return [stage(which).count, which];
  if (kind === "outcome") {
    const outcome = tree.outcomes.find((each) => each.code === which);
    if (outcome) return [outcome.count, which];
  }
  if (kind === "month") {
    const month = tree.trend.find((each) => each.month === which);
    if (month && part in month.counts) return [month.counts[part], part];
  }
  if (kind === "exit") {
    const [way, exit] = part.split(".");
    const rows = tree.exits.filter(
      (each) => each.stage === which && each.kind === way && (each.reason ?? "none") === third,
    );
    const row = rows.find((each) => exit === undefined || each.exit === exit);
    if (row) return [row.count, which];
  }
  const between = tree.transitions.find((each) => `${each.from}>${each.to}` === which);
  if (kind === "transition" && between) {
    const parts = { went: between.hits, from: between.n, left: between.left.total, ...between.left };
    if (part in parts) return [parts[part], part === "went" ? between.to : between.from];
  }
  throw new Refusal(404, "no_such_cell", `The report has no number ${cell}.`);
}

export function people(state, query) {
  const tree = report(state, query);
  const [value, stage] = cellValue(tree, query.get("cell") ?? "");
  const order = ["MCL", "MEL", "MQL", "SAL", "SQL", "SQO", "WON"];
  const reached = state.leads.filter((lead) => order.indexOf(lead.stage) >= order.indexOf(stage));
  const some = [...reached, ...state.leads.filter((lead) => !reached.includes(lead))].slice(0, value);
  return {
    ...page(some, query),
    cell: {
      label: text(
        `${value} לידים: ${query.get("cell").split(":")[1]}`,
        `${value} leads: ${query.get("cell").split(":")[1]}`,
      ),
      formula: text("מי שהגיעו אי פעם, כל אחד פעם אחת", "ever reached, each once"),
      value,
      definition: tree.definition.version,
      period: tree.period,
      basis: tree.basis,
      state: query.get("state") === "now" ? "now" : "reached",
    },
  };
}

/* ---------- one lead ---------- */

export const indexOf = (lead) => Number(lead.id.slice(1));

export function detail(state, lead) {
  const i = indexOf(lead);
  const bant = state.answers.get(lead.id) ?? data.bantOf(i);
  const colleagues = state.leads.filter((each) => each.account.id === lead.account.id);
  return {
    lead,
    identities: [
      { kind: "user_id", value: lead.id, since: lead.captured_at },
      { kind: "email", value: lead.email, since: lead.captured_at },
      { kind: "anonymous_id", value: `anon-${i}`, since: lead.captured_at },
    ],
    traits: [
      { name: "role", label: text("תפקיד", "role"), value: lead.title, of: "person", since: lead.captured_at },
      { name: "employees", label: text("עובדים", "employees"), value: "210", of: "account", since: lead.captured_at },
    ],
    consent: { email: i % 3 !== 0, at: lead.captured_at },
    path: data.pathOf(lead),
    bant: [bant],
    account: {
      account: lead.account,
      people: colleagues.length,
      open: colleagues.filter((each) => each.state === "open").length,
      won: colleagues.filter((each) => each.state === "won").length,
      dimensions: { region: lead.dimensions.region },
    },
    group: data.groupOf(lead),
    handoffs: state.handoffs.filter((each) => each.lead.id === lead.id),
    milestones: data.milestonesOf(lead),
    playbooks: words.PLAYBOOKS.filter((each) => each.id !== "borderline" || lead.score.verdict === "borderline"),
    merged_from: i % 40 === 0 ? [`anon-${i}-old`] : [],
  };
}

export const timeline = (state, lead) => [
  ...(state.notes.get(lead.id) ?? []),
  ...data
    .timelineOf(lead, indexOf(lead))
    .map((item) => (state.hostile && item.said ? { ...item, said: state.hostile } : item)),
];

export function brief(state, handoff) {
  const lead = state.byId.get(handoff.lead.id);
  const i = indexOf(lead);
  const bant = state.answers.get(lead.id) ?? data.bantOf(i);
  const fit = data.fitOf(i);
  const done = data.timelineOf(lead, i).filter((item) => item.kind === "event" && item.counted);
  const unknown = bant.answers.filter((answer) => answer.answer === "unknown");
  return {
    handoff,
    why: [text(`BANT: ${bant.yes} מתוך ${bant.of}`, `BANT: ${bant.yes} of ${bant.of}`)],
    did: done
      .slice(0, 5)
      .map(({ at, label, said }) => ({ at, label, said: said && (state.hostile ?? said), times: 1 })),
    fit: [fit],
    bant: [bant],
    pains: [text("חשבוניות בכמה מטבעות", "Invoices in several currencies"), text("החזרים חלקיים", "Partial refunds")],
    openers: [
      text("החזרים חלקיים במנוי חודשי: השאלה שהם שאלו", "Partial refunds on a monthly plan: the question they asked"),
      text("נתון מהמחקר שהורידו", "A figure from the research they downloaded"),
    ],
    questions: unknown.map((answer) => ({ text: answer.question, answers: answer.code })),
    playbooks: words.PLAYBOOKS.slice(0, 1),
    group: data.groupOf(lead),
    sla_days: handoff.sla === null ? [] : slaDays(handoff.sla),
    reminders: [
      {
        at: data.stamp(data.NOW + 2 * 3_600_000),
        kind: "reminder",
        to: text("הנציג", "the representative"),
        sent: false,
      },
      {
        at: data.stamp(data.NOW + 5 * 3_600_000),
        kind: "escalation",
        to: text("מנהל המכירות", "the head of sales"),
        sent: false,
      },
    ],
    milestones: data.milestonesOf(lead),
  };
}

/** Thursday's and Sunday's hours are used, Friday and Saturday rest, the rest is today's. */
function slaDays(sla) {
  const used = Math.max(0, sla.total_minutes - Math.max(0, sla.left_minutes));
  const thursday = Math.min(used, 360);
  return [
    { date: "2026-04-16", kind: "used", minutes: thursday },
    { date: "2026-04-17", kind: "rest", minutes: 0 },
    { date: "2026-04-18", kind: "rest", minutes: 0 },
    { date: "2026-04-19", kind: "used", minutes: Math.max(0, used - thursday) },
    { date: "2026-04-20", kind: "left", minutes: Math.max(0, sla.left_minutes) },
  ].filter((each) => each.kind === "rest" || each.minutes > 0);
}

/* ---------- lists of handoffs ---------- */

const inState = {
  waiting: (each) => each.state === "waiting",
  decided: (each) => each.state !== "waiting",
  all: () => true,
};

export function handoffs(state, query, session) {
  const wanted = inState[query.get("state") ?? "waiting"];
  if (!wanted) throw new Refusal(400, "bad_parameter", "state is waiting, decided or all.");
  const mine = (each) => each.assigned.user?.id === session.user.id;
  const told = (each) => each.state === "waiting" && ["soon", "late"].includes(each.sla?.state);
  const found = state.handoffs
    .filter(wanted)
    .filter((each) => query.get("assigned") !== "me" || mine(each))
    .filter((each) => query.get("told") !== "me" || told(each))
    .filter((each) => !query.get("funnel") || query.get("funnel") === each.funnel);
  const due = (each) => each.sla?.due_at ?? (each.state === "waiting" ? "9" : "");
  found.sort((a, b) => (due(a) < due(b) ? -1 : due(a) > due(b) ? 1 : 0));
  const count = (test) => state.handoffs.filter(test).length;
  const is = (name) => count((each) => each.state === name);
  const sla = (name) => count((each) => each.state === "waiting" && each.sla?.state === name);
  const [accepted, rejected, returned] = [is("accepted"), is("rejected"), is("returned")];
  return {
    ...page(found, query),
    counts: {
      waiting: is("waiting"),
      mine: count((each) => each.state === "waiting" && mine(each)),
      late: sla("late"),
      soon: sla("soon"),
      reminders: sla("soon"),
      escalations: sla("late"),
      accepted,
      rejected,
      returned,
    },
    accepted: data.measure(accepted, accepted + rejected + returned),
  };
}

export function rejected(state, query) {
  const decided = state.handoffs.filter((each) => each.state !== "waiting");
  const back = decided.filter((each) => each.state === "rejected" || each.state === "returned");
  const reasons = ["reject", "return"].flatMap((decision) =>
    words.REASONS[decision].map(({ code, label }) => {
      const count = back.filter((each) => each.decision.decision === decision && each.decision.reason === code).length;
      return { reason: code, label, decision, count, compare_count: null, share: data.measure(count, decided.length) };
    }),
  );
  const { items, next_cursor } = page(back, query);
  return {
    period: data.report().period,
    total: back.length,
    decided: decided.length,
    reasons: reasons.filter((each) => each.count > 0).sort((a, b) => b.count - a.count),
    sources: words.SOURCES.map(({ value, label }) => {
      const of = decided.filter((each) => each.lead.dimensions.source === value);
      const accepted = data.measure(of.filter((each) => each.state === "accepted").length, of.length);
      return { value, label, decided: of.length, accepted, failing: value === "tiktok" && of.length > 0 };
    }),
    items,
    next_cursor,
  };
}

export function nobody(state, query) {
  const IDLE = 21;
  const idle = (lead) => (lead.last_touch === null ? null : (state.now - Date.parse(lead.last_touch.at)) / DAY);
  const rows = state.leads
    .filter((lead) => lead.state === "open" && ["SAL", "SQL", "SQO", "MQL"].includes(lead.stage))
    .flatMap((lead) => {
      const days = idle(lead);
      const untouched = days === null || days >= IDLE;
      const kind = lead.owner === null ? (untouched ? "both" : "no_owner") : untouched ? "no_touch" : null;
      return kind === null ? [] : [{ lead, kind, idle_days: days === null ? null : Math.round(days * 10) / 10 }];
    });
  const wanted = query.get("kind");
  const count = (kind) => rows.filter((row) => row.kind === kind).length;
  return {
    ...page(wanted ? rows.filter((row) => row.kind === wanted) : rows, query),
    counts: { no_owner: count("no_owner"), no_touch: count("no_touch"), both: count("both") },
    idle_days: IDLE,
  };
}

/* ---------- the weekly meeting ---------- */

const row = (words, link = null, owner = null, due = null) => ({ id: null, text: words, said: null, link, owner, due });

/** What keeps failing, and what is nobody's. */
const LEFT = [
  {
    code: "channels",
    title: text("מקורות שנכשלים במכירות", "Sources that fail in sales"),
    rows: [
      row(
        text(
          "linkedin: התקבלו 2 מתוך 18; מכל המקורות 61 מתוך 120",
          "linkedin: 2 of 18 accepted; of all sources 61 of 120",
        ),
        "/rejected?period=2026-01-21..2026-04-20",
        text("שיווק", "marketing"),
      ),
    ],
  },
  {
    code: "nobody",
    title: text("לידים שאינם של אף אחד", "Leads that are nobody's"),
    rows: [
      row(text("בלי בעלים ובלי מגע: 12", "Neither owned nor touched: 12"), "/nobody?kind=both"),
      row(text("ליד p31: 40 ימים בלי מגע", "Lead p31: untouched for 40 days"), "/leads/p31"),
    ],
  },
];

export function agenda(state) {
  const tree = data.report();
  const sales = text("מכירות", "Sales");
  const late = state.handoffs.filter((each) => each.sla?.state === "late");
  const codes = ["MQL>SAL", "SAL>SQL", "SQL>SQO"];
  const sections = [
    {
      code: "attention",
      title: text("המעבר החלש", "The weakest transition"),
      rows: [row(tree.weakest.text, "/report#weakest", sales)],
    },
    {
      code: "late",
      title: text("באיחור", "Late"),
      rows: late.map((each) => row(text(`ליד ${each.lead.id}`, `Lead ${each.lead.id}`), `/handoffs/${each.id}`, sales)),
    },
    {
      code: "rejected",
      title: text("נדחו והוחזרו", "Rejected and returned"),
      rows: rejected(state, new URLSearchParams()).reasons.map((each) =>
        row(text(`${each.label.he}: ${each.count}`, `${each.label.en}: ${each.count}`), "/rejected"),
      ),
    },
    ...LEFT,
    {
      code: "proposals",
      title: text("הצעות הדוח", "What the report proposes"),
      rows: tree.actions.map((each) => row(each.text, "/report#actions")),
    },
    {
      code: "due",
      title: text("החלטות שמועדן הגיע", "Decisions that fall due"),
      rows: state.register
        .filter((each) => each.status === "open")
        .map((each) => ({
          ...row(text("החלטה פתוחה", "An open decision"), "/register", null, each.due),
          said: each.text,
        })),
    },
    {
      code: "topics",
      title: text("נושאים שהועלו", "Topics raised"),
      rows: state.topics.map(({ id, said, by }) => ({
        ...row(text("נושא", "topic"), null, text(by.name, by.name)),
        id,
        said,
      })),
    },
  ];
  return {
    week: "2026-W17",
    funnel: "b2b",
    from: "2026-04-19",
    to: "2026-04-25",
    as_of: data.stamp(state.now),
    numbers: tree.kpis.filter((kpi) => codes.includes(kpi.code)),
    sections: state.empty ? [] : sections.filter((section) => section.rows.length > 0 || section.code === "topics"),
  };
}

/** The worked example's, with one channel made to fail so that there is one to look at. */
export function feedback(state) {
  const answer = data.sample("feedback");
  if (state.empty) return { ...answer, criteria: [], channels: [] };
  const { criteria, channels } = answer;
  Object.assign(criteria[2], { says: "predicts", support: "strong" });
  Object.assign(criteria[3], { says: "predicts_against", support: "indicative" });
  Object.assign(channels[0], { keeps_failing: true, support: "indicative", p_value: 0.02 });
  return answer;
}

/* ---------- definitions ---------- */

export function check(source) {
  const problems = [];
  source.split("\n").forEach((line, i) => {
    const tab = line.indexOf("\t");
    if (tab >= 0)
      problems.push({
        line: i + 1,
        column: tab + 1,
        end_column: tab + 2,
        severity: "error",
        message: "A tab can't indent YAML",
        help: "Use spaces",
      });
    const wrong = /signals\.(\w+)/g;
    for (const match of line.matchAll(wrong)) {
      if (["interest", "clicks"].includes(match[1])) continue;
      const column = match.index + "signals.".length + 1;
      problems.push({
        line: i + 1,
        column,
        end_column: column + match[1].length,
        severity: "error",
        message: `There is no signal ${match[1]}`,
        help: "Signals here: clicks, interest",
      });
    }
  });
  if (!/^masa: 1/m.test(source))
    problems.push({
      line: 1,
      column: 1,
      end_column: null,
      severity: "error",
      message: "The first key is not masa: 1",
      help: "Begin with masa: 1",
    });
  const ok = problems.length === 0;
  const lines = source.split("\n");
  const explain = words.STAGES.flatMap(({ stage, label }) => {
    const at = lines.findIndex((line) => line.startsWith(`      ${stage}:`));
    if (at < 0) return [];
    return [
      {
        path: `funnels.b2b.${stage}`,
        line: at + 1,
        title: label,
        sentence: text(`נכנסים ל־${stage} כשכל התנאים מתקיימים`, `${stage} is entered when all its conditions hold`),
      },
    ];
  });
  return { ok, version: ok ? hash(source) : null, problems, explain: ok ? explain : [] };
}

export function hash(source) {
  let x = 2166136261;
  for (let i = 0; i < source.length; i++) x = Math.imul(x ^ source.charCodeAt(i), 16777619) >>> 0;
  return x.toString(16).padStart(8, "0") + "00aa";
}

/** A line diff by the longest common subsequence of what lies between the common beginning and end. */
export function diff(from, to) {
  const [a, b] = [from.split("\n"), to.split("\n")];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const same = (k, shift) => ({ kind: "same", old: k + 1, new: k + 1 + shift, text: a[k] });
  return [
    ...a.slice(0, start).map((_, k) => same(k, 0)),
    ...a
      .slice(start, a.length - end)
      .map((line, k) => ({ kind: "removed", old: start + k + 1, new: null, text: line })),
    ...b.slice(start, b.length - end).map((line, k) => ({ kind: "added", old: null, new: start + k + 1, text: line })),
    ...a.slice(a.length - end).map((_, k) => same(a.length - end + k, b.length - a.length)),
  ];
}

export const backtest = () => data.sample("backtest");
