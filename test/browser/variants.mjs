// The sample bent into the shapes that break pages: very long names, many stages, a funnel with nobody in it, nothing
// to compare.
import { sample } from "./page.mjs";

const LONG =
  "Internationale Rechnungslegungs- und Zahlungsverkehrsgesellschaft mbH & Co. KG (North-Western Subsidiary)";
const LONG_HE = 'החברה הבינלאומית לניהול חשבוניות, קבלות ותשלומים במטבעות שונים של מדינות הים התיכון והמזרח בע"מ';
const ONE_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";
const long = { he: LONG_HE, en: LONG };

export function longNames() {
  const report = sample();
  report.company = ONE_WORD;
  report.headline.title = {
    he: `${LONG_HE} ${ONE_WORD}`,
    en: `${LONG} ${ONE_WORD}`,
  };
  report.funnel.label = long;
  for (const rows of Object.values(report.breakdowns))
    rows.forEach((row, i) => {
      row.label = i % 2 ? long : { he: ONE_WORD, en: ONE_WORD };
    });
  report.channels.forEach((row) => {
    row.label = long;
    row.why = long;
  });
  report.sequence.forEach((row) => {
    row.label = long;
  });
  report.kpis.forEach((kpi) => {
    kpi.label = long;
  });
  report.actions.forEach((action) => {
    action.text = long;
  });
  report.insights.forEach((insight) => {
    insight.title = long;
    insight.text = { he: ONE_WORD, en: ONE_WORD };
  });
  report.weakest.causes.forEach((cause) => {
    cause.title = long;
  });
  report.exits.forEach((exit) => {
    exit.label = long;
  });
  report.audience.clauses.forEach((clause) => {
    clause.label = long;
  });
  report.funnel.stages.forEach((stage) => {
    stage.label = { he: "התעניינות מתמשכת", en: "keeps on considering" };
  });
  report.quality.files[0].name = `${ONE_WORD}.ndjson.gz`;
  report.definition.name = ONE_WORD;
  return report;
}

/** Stages get other codes, everything that names a stage follows, and numbers become large. */
function withStages(report, codes) {
  const old = report.stages;
  const scale = 10_000;
  const like = (i) => Math.min(old.length - 1, Math.floor((i * old.length) / codes.length));
  const count = (i) => Math.round((old[0].count * scale) / 1.9 ** i);
  const counts = () => Object.fromEntries(codes.map((code, i) => [code, count(i)]));
  report.funnel.stages = codes.map((stage, i) => ({
    ...report.funnel.stages[like(i)],
    stage,
    label: { he: `שלב ${i + 1}`, en: stage },
  }));
  report.funnel.goal = codes.at(-1);
  report.stages = codes.map((stage, i) => ({
    ...old[like(i)],
    stage,
    count: count(i),
    compare_count: Math.round(count(i) * 0.8),
  }));
  report.stages.at(-1).chance_to_end = null;
  report.stages.slice(0, -1).forEach((row) => {
    row.chance_to_end ??= old[0].chance_to_end;
  });
  const transitions = report.transitions;
  report.transitions = codes.slice(1).map((to, i) => ({
    ...transitions[i % transitions.length],
    from: codes[i],
    to,
    n: count(i),
    hits: count(i + 1),
    left: {
      total: count(i) - count(i + 1),
      returned: 0,
      rejected: 0,
      exited: count(i) - count(i + 1),
      waiting: 0,
    },
  }));
  const middle = report.transitions[Math.floor(report.transitions.length / 2)];
  Object.assign(report.weakest, { from: middle.from, to: middle.to });
  Object.assign(report.weakest.what_if, {
    from: middle.from,
    to: middle.to,
    days: [],
  });
  Object.assign(report.overall, { from: codes[0], to: codes.at(-1) });
  for (const rows of Object.values(report.breakdowns))
    rows.forEach((row) => {
      row.counts = counts();
    });
  report.trend.forEach((row) => {
    row.counts = counts();
  });
  return report;
}

export const manyStages = () =>
  withStages(sample(), [
    "Visit",
    "Landing",
    "Consideration",
    "Qualified",
    "Proposal",
    "Negotiation",
    "Security",
    "Contract",
    "Payment",
    "Onboarding",
    "Advocacy",
  ]);

export const shortFunnel = () => withStages(sample(), ["Visited", "Signed up", "Paid"]);

export function noCompare() {
  const report = sample();
  report.compare = null;
  report.stages.forEach((row) =>
    Object.assign(row, {
      compare_count: null,
      change_pct: null,
      change: null,
      compare_of_previous_pct: null,
    }),
  );
  [...report.transitions, report.overall].forEach((row) =>
    Object.assign(row, {
      compare_rate_pct: null,
      compare_n: null,
      compare_hits: null,
      compare_ci95: null,
      change: null,
      compare_mean_days: null,
      compare_median_days: null,
      compare_days_n: null,
    }),
  );
  report.kpis.forEach((kpi) =>
    Object.assign(kpi, {
      compare_value: null,
      compare_n: null,
      compare_hits: null,
      compare_ci95: null,
      change: null,
    }),
  );
  return report;
}

/** No cases, so nothing that could be said of them. */
const NO_CASES = { n: 0, hits: 0, ci95: null, support: "none", needs_more: 20 };

function emptyRows(report) {
  report.stages.forEach((row) => {
    const { n, hits, ...nobody } = NO_CASES;
    Object.assign(row, nobody, {
      count: 0,
      of_previous_pct: null,
      of_first_pct: null,
      stopped: 0,
    });
    if (row.chance_to_end) Object.assign(row.chance_to_end, NO_CASES, { value: null });
  });
  [...report.transitions, report.overall].forEach((row) =>
    Object.assign(row, NO_CASES, {
      rate_pct: null,
      mean_days: null,
      median_days: null,
      days_n: 0,
      sla_over_days: null,
      sla_late: null,
      left: { total: 0, returned: 0, rejected: 0, exited: 0, waiting: 0 },
    }),
  );
}

/** A company on its first day: a definition, and no events. */
export function nothing() {
  const report = noCompare();
  emptyRows(report);
  report.headline.title = {
    he: "עוד אין לידים בתקופה",
    en: "No leads in the period yet",
  };
  report.headline.lede = Object.fromEntries(
    ["how", "why", "now"].map((name) => [
      name,
      { text: { he: "אין עדיין נתונים.", en: "No data yet." }, section: null },
    ]),
  );
  report.kpis.forEach((kpi) =>
    Object.assign(kpi, {
      value: null,
      n: null,
      hits: null,
      ci95: null,
      support: "none",
      needs_more: 0,
    }),
  );
  Object.assign(report, {
    weakest: null,
    second_weakest: null,
    slowest: null,
    handoff: null,
    exits: [],
    outcomes: [],
    audience: null,
    breakdowns: { source: [], region: [] },
    trend: [],
    sequence: [],
    sequence_feeds: null,
    channels: [],
    spend: null,
    insights: [],
    actions: [],
  });
  report.quality = {
    accepted: 0,
    duplicates: 0,
    rejected: 0,
    conflicts: 0,
    late: 0,
    future: 0,
    machine: 0,
    erased: 0,
    undeclared: 3,
    left_out: 0,
    wrong_type: 0,
    unrelated: 0,
    undeclared_events: [{ event: "page_scrolled", count: 3 }],
    wrong_values: [],
    reasons: [],
    files: [],
  };
  return report;
}
