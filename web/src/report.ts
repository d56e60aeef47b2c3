// Written by tools/types.mjs from schema/report.schema.json. Change the schema, not this file.

/** The same words in both languages, in logical order, without markup or direction marks; the page isolates numbers and Latin names. Where the definition names a thing in one language only, both hold it. */
export type Text = { he: string; en: string };

export type StageCode = string;

export type Period = {
  from: string;
  /** Last day, included. */
  to: string;
  label: Text;
};

/** [low, high], or null. */
export type Interval = [number, number] | null;

/** Where the point estimate falls: below failing, between failing and good, good, excellent; inside or outside a wanted range; none when no target is set. It classifies whatever n is; support says whether to believe it, and without support no colour is shown. */
export type Band = "failing" | "between" | "good" | "excellent" | "in_range" | "outside" | "none";

/** none: n below settings.min_n. strong: the whole interval lies in the band (or nothing to judge and n suffices). indicative: the estimate does, the interval does not. */
export type Support = "strong" | "indicative" | "none";

/** Only in the last row of a list that was cut: how many values are in it together. Everybody is in one row, so that it adds up; it takes no part in comparisons of values. */
export type Rest = number;

/** How many more are needed until n reaches settings.min_n; 0 when reached. */
export type NeedsMore = number;

export type Bands = {
  /** Below it: failing. */
  failing: number | null;
  /** At or above it: good. */
  good: number | null;
  excellent: number | null;
  /** A wanted range; then the other three are null. */
  wanted: Interval;
};

export type Change = {
  /** Percentage points, for a rate. */
  pp: number | null;
  /** Percent, for a count, an amount, days or a ratio. */
  pct: number | null;
  /** Two-sided. */
  p_value: number | null;
  /** told: p below alpha. noise: it may be chance. thin: n below the minimum in either period, or no test exists. */
  verdict: "told" | "noise" | "thin";
  /** The n in each period that would tell a difference this small, 80% power. */
  n_to_tell: number | null;
};

/** A share in percent with what it stands on. */
export type Measure = {
  value: number | null;
  n: number;
  hits: number;
  ci95: Interval;
  support: Support;
  needs_more: NeedsMore;
};

export type Kpi = {
  /** Stable. FROM>TO is the rate between two stages or outcomes. */
  code: string;
  label: Text;
  group: "overall" | "marketing" | "sales" | "email" | "cost" | "time" | "outcome";
  unit: "pct" | "count" | "days" | "money" | "ratio";
  better: "up" | "down" | "range" | "none";
  /** null: not measurable with the data loaded; note says what is missing. */
  value: number | null;
  compare_value: number | null;
  /** The denominator, or how many the mean is over. */
  n: number | null;
  /** The numerator where it is a count. */
  hits: number | null;
  compare_n: number | null;
  compare_hits: number | null;
  /** 95% interval of the value in the value's own unit (Wilson for a rate); null where none can be given. */
  ci95: Interval;
  band: Band;
  support: Support;
  needs_more: NeedsMore;
  compare_ci95: Interval;
  bands: Bands | null;
  change: Change | null;
  /** The formula in words. */
  formula: Text;
  note: Text | null;
};

export type Transition = {
  from: StageCode;
  to: StageCode;
  rate_pct: number | null;
  n: number;
  hits: number;
  /** 95% interval of the value in the value's own unit (Wilson for a rate); null where none can be given. */
  ci95: Interval;
  band: Band;
  support: Support;
  needs_more: NeedsMore;
  compare_rate_pct: number | null;
  compare_n: number | null;
  compare_hits: number | null;
  compare_ci95: Interval;
  bands: Bands | null;
  change: Change | null;
  mean_days: number | null;
  median_days: number | null;
  /** How many the days are over. */
  days_n: number;
  compare_mean_days: number | null;
  compare_median_days: number | null;
  compare_days_n: number | null;
  /** Hours of work in usual days of work. */
  sla_days: number | null;
  /** True when sla_days are working days; all other days are the calendar's. */
  sla_business: boolean;
  /** sla_days as it was agreed: 4 business hours, 2 business days, 7 days. */
  sla: Text | null;
  /** Mean days above sla_days; null when within or when none is set. */
  sla_over_days: number | null;
  /** How many took longer than sla_days. */
  sla_late: number | null;
  /** What became of those who did not go on. */
  left: {
    /** n - hits. */
    total: number;
    returned: number;
    rejected: number;
    exited: number;
    /** Still there at as_of. */
    waiting: number;
  };
};

export type WhatIf = {
  from: StageCode;
  to: StageCode;
  rate_now_pct: number;
  rate_to_pct: number;
  /** Days assumed afterwards; inputs, not results. */
  days: { from: StageCode; to: StageCode; now: number; to_days: number }[];
  outcomes: {
    stage: StageCode;
    now: number;
    /** n of the transition x rate_to_pct x the later rates, one decimal. */
    expected: number;
    /** The same over the intervals of the later rates; null when none follows. */
    range: Interval;
  }[];
  assumption: Text;
};

/** Stage code to count; all stages of the funnel. */
export type Counts = Record<string, number>;

/** Named values behind the words; what is a number is a number. */
export type Evidence = Record<string, number | string | boolean | null>;

export type Lede = { text: Text; section: Section | null };

/** returned: sent back to an earlier stage. rejected: refused at the decision. exited: left later, with or without a reason. */
export type LeaveKind = "returned" | "rejected" | "exited";

/** The part of the page it stands beside; breakdown.NAME for a dimension. */
export type Section = string;

/** What `masa report --format json` prints and what the report page reads. Every key is always present (but `rest`, which only the row of the rest has); a value that does not exist is null, a list without entries is []. Percentages are numbers rounded to one decimal (46.7 means 46.7%); days are rounded to one decimal; money is a plain number in `currency`. Words the engine writes are {he, en} pairs, so that a reader changes language without another run. Lists are in the order in which they should be shown. */
export type Report = {
  /** Name and major version of this contract. A new key is no new version; a changed or removed key is. */
  schema: "masa.report/1";
  /** Name and version of the program that computed the report, e.g. masa 0.1.0. */
  program: string;
  /** The company's name as the definition gives it. */
  company: string;
  /** ISO 4217 code of every amount of money in the report. */
  currency: string;
  /** BCP 47 tag of the company, e.g. he-IL; numbers and dates follow it. */
  locale: string;
  /** The language asked for; the page opens in it. */
  lang: "he" | "en";
  /** IANA time zone in which days and months are cut, e.g. Asia/Jerusalem. */
  zone: string;
  settings: {
    /** Below this n no colour is given and support is none. */
    min_n: number;
    /** Confidence of every interval, 95. */
    confidence_pct: number;
    /** Two-sided level at which a change counts as told, 5. */
    alpha_pct: number;
  };
  /** The instant up to which events are seen, with the company's offset. */
  as_of: string;
  /** cohort: those who entered the first stage in the period, followed until as_of. flow: entries that happened in the period; carries no intervals and no tests. */
  basis: "cohort" | "flow";
  /** if: as if the definition had always stood. recorded: each instant under the definition that was in force then. */
  mode: "if" | "recorded";
  definition: {
    /** Name of the definition. */
    name: string;
    /** Content hash of the definition; the page shows its first six characters. */
    version: string;
  };
  period: Period;
  /** The parallel earlier period, or null when none is asked for; then every compare_ value and change is null. */
  compare: Period | null;
  funnel: {
    name: string;
    label: Text;
    /** Plural word for what is counted, e.g. leads. */
    subjects: Text;
    /** Code of the last stage of `stages`: the end that 'to last' and 'chance to reach the end' speak of. */
    goal: StageCode;
    /** Sides that own stages, in the order they come, e.g. marketing, sales. */
    owners: { code: string; label: Text }[];
    /** The stages that the report counts, first to goal. */
    stages: ({
      stage: StageCode;
      /** One short word. */
      label: Text;
      /** The long name or what it takes to enter. */
      description: Text | null;
      /** Code of an owner. */
      owner: string | null;
      /** Days allowed to reach this stage from the one before. */
      sla_days: number | null;
      /** True when only a person's decision enters it. */
      decided: boolean;
    })[];
  };
  headline: {
    /** The finding as one sentence; the page's title. */
    title: Text;
    /** How are we doing, why, what now. */
    lede: { how: Lede; why: Lede; now: Lede };
    /** Codes of the kpis shown as headline cards, at most four. */
    cards: string[];
    overall_conversion_pct: number | null;
    /** Difference of the rounded percentages. */
    overall_conversion_change_pp: number | null;
    /** Mean days from the first stage to the goal, whatever their codes. */
    mean_days_mcl_to_sqo: number | null;
    /** Rounded to a whole percent. */
    email_open_rate_pct: number | null;
    /** The same in the compared period. */
    email_open_rate_last_year_pct: number | null;
  };
  kpis: Kpi[];
  /** One row a stage, in funnel order; ci95, band, support and needs_more belong to of_previous_pct. */
  stages: ({
    stage: StageCode;
    /** Ever reached, once per subject and lap. */
    count: number;
    compare_count: number | null;
    /** Change of count against compare_count. */
    change_pct: number | null;
    /** The test of that change. */
    change: Change | null;
    of_previous_pct: number | null;
    compare_of_previous_pct: number | null;
    of_first_pct: number | null;
    /** 95% interval of the value in the value's own unit (Wilson for a rate); null where none can be given. */
    ci95: Interval;
    band: Band;
    support: Support;
    needs_more: NeedsMore;
    /** Subjects whose last reached stage is this one. */
    stopped: number;
    /** Of those who reached this stage, the share that reached the goal. Null on the goal itself. */
    chance_to_end: Measure | null;
  })[];
  /** One row for each pair of neighbouring stages, in funnel order. */
  transitions: Transition[];
  /** The whole way, first stage to goal, in the shape of a transition. */
  overall: Transition | null;
  weakest: {
    from: StageCode;
    to: StageCode;
    /** failing_band: the furthest below its failing limit. lowest_rate: no transition fails, so the lowest rate among those without bands. */
    rule: "failing_band" | "lowest_rate";
    text: Text;
    /** By strength, strongest first. */
    causes: {
      code: string;
      title: Text;
      text: Text;
      /** 0: no data confirm or deny it; 3: the data show it. */
      strength: number;
      evidence: Evidence;
    }[];
    what_if: WhatIf | null;
  } | null;
  /** The next one by the same rule. */
  second_weakest: { from: StageCode; to: StageCode } | null;
  /** The transition furthest over its allowed days; without any allowed days, the longest. */
  slowest: {
    from: StageCode;
    to: StageCode;
    mean_days: number;
    sla_days: number | null;
    over_days: number | null;
  } | null;
  /** Decisions of the receiving side at the stage that is entered by decision. */
  handoff: {
    stage: StageCode;
    /** All of the next five together. */
    submitted: number;
    accepted: number;
    returned: number;
    rejected: number;
    pending: number;
    /** Nobody had to answer in the end: they left, or a later fact carried them past. */
    withdrawn: number;
    /** Decisions with no proposal held under this definition. */
    unproposed: number;
  } | null;
  /** Who left, by stage, kind and reason, most first within a stage. */
  exits: ({
    /** The stage held when leaving. */
    stage: StageCode;
    kind: LeaveKind;
    reason: string | null;
    /** Which of the definition's exits; null: given back or rejected. */
    exit: string | null;
    label: Text;
    count: number;
  })[];
  /** What happened beyond the goal, and at the stage that is entered by what earns revenue. */
  outcomes: ({
    code: string;
    label: Text;
    kind: "won" | "lost";
    count: number;
    compare_count: number | null;
    revenue: number | null;
  })[];
  /** Whom the campaign aimed at against whom it captured; null when no audience is defined. */
  audience: {
    label: Text;
    /** Subjects in the first stage. */
    captured: number;
    /** Share of them inside the target audience. */
    aimed: Measure;
    /** Each condition of the audience by itself. */
    clauses: {
      code: string;
      label: Text;
      met: number;
      unmet: number;
      unknown: number;
    }[];
    /** E.g. by company size. */
    splits: {
      name: string;
      label: Text;
      rows: {
        value: string;
        label: Text;
        /** Whether the audience asks for this value. */
        aimed: boolean;
        count: number;
        /** Of these, how many reached the goal. */
        to_last: number;
      }[];
    }[];
  } | null;
  /** The keys of `breakdowns`, in the order to show them. */
  dimensions: ({ name: string; label: Text; note: Text | null })[];
  /** One list for each dimension, largest first; bands in their order. Of more values than report.values (50) the first have rows, and the last row is all others together. */
  breakdowns: Record<string, ({
    /** Empty in the row of the rest. */
    value: string;
    label: Text;
    rest?: Rest;
    counts: Counts;
    compare_counts: Counts | null;
    to_last_pct: number | null;
    n: number;
    ci95: Interval;
    support: Support;
    needs_more: NeedsMore;
  })[]>;
  /** A month counts the entries that happened in it, whoever they are; it can't be compared with the cohort numbers above it. */
  trend_basis: "flow";
  /** Months in order, without holes: a month with nothing is a row of zeros. */
  trend: {
    month: string;
    /** True when as_of cuts the month. */
    partial: boolean;
    counts: Counts;
  }[];
  sequence: ({
    /** Id of the mail sequence. */
    sequence: string;
    step: number;
    name: string;
    label: Text;
    sent: number;
    opened: number;
    open_pct: number | null;
    open_ci95: Interval;
    clicked: number;
    click_pct: number | null;
    click_ci95: Interval;
    /** Entries to the fed stage whose last mail touch before was this mail. */
    contributed_to_mel: number;
    /** Opens by machines, not counted in opened. */
    machine_opened: number;
    machine_clicked: number;
  })[];
  /** The stage that contributed_to_mel speaks of, whatever its code. */
  sequence_feeds: {
    stage: StageCode;
    total: number;
    by_mail: number;
    /** Entries with no mail touch before. */
    other: number;
  } | null;
  channels: ({
    source: string;
    label: Text;
    rest?: Rest;
    monthly_spend: number;
    /** Subjects in the first stage, whatever its code. */
    mcl: number;
    /** Rounded to whole units. */
    cost_per_mcl: number | null;
    /** Subjects at the goal, whatever its code. */
    sqo: number;
    cost_per_sqo: number | null;
    won: number;
    /** Won revenue credited to the channel. */
    revenue: number;
    /** (revenue - spend) / spend, whole percent; null without spend. */
    roi_pct: number | null;
    /** null in the row of the rest, which is no channel; so are rests_on and why. */
    recommendation: "increase" | "continue" | "improve_targeting" | "re_examine" | "stop" | "develop" | null;
    /** What the recommendation stands on; below the minimum n only spend may carry it. */
    rests_on: "rate" | "spend" | null;
    /** The reason in a few words. */
    why: Text | null;
    support: Support;
    needs_more: NeedsMore;
  })[];
  /** All channels together; null when no spend is loaded. */
  spend: {
    /** The dimension whose values are the channels. */
    dimension: string;
    /** Months the spend covers. */
    months: number;
    /** How revenue is shared between touches. */
    credit: Text;
    total: number;
    cost_per_mcl: number | null;
    cost_per_sqo: number | null;
    compare_total: number | null;
  } | null;
  /** Most important first. */
  insights: ({
    code: string;
    /** none: worth knowing, or too thin to colour. */
    severity: "good" | "warn" | "bad" | "none";
    section: Section;
    support: Support;
    title: Text;
    text: Text;
    evidence: Evidence;
    /** Code of the action that answers it. */
    action: string | null;
  })[];
  actions: ({
    code: string;
    /** 1 is first. */
    priority: number;
    section: Section;
    owner: string | null;
    support: Support;
    text: Text;
    expected_text: Text | null;
    /** Expected effect as named numbers. */
    expected: Evidence;
  })[];
  /** What was read. */
  quality: {
    accepted: number;
    duplicates: number;
    /** Rows that could not be used. */
    rejected: number;
    /** Values that could not be read, left out of rows that are used. */
    left_out: number;
    /** Events with one id and different content. */
    conflicts: number;
    /** Events of the period that arrived after its end; null when no event says when it arrived (receivedAt). */
    late: number | null;
    /** Events after as_of, not seen. */
    future: number;
    /** Events made by machines, as they say, by their user agent, or as they came in a burst or a crowd: where human touches are asked for they are left out, and kept everywhere else. */
    machine: number;
    /** People who asked to be erased: they are in no number. */
    erased: number;
    /** Events of types that the definition does not declare: they count for nothing. */
    undeclared: number;
    /** Values of another type than declared, read as absent. */
    wrong_type: number;
    /** Outcomes of deals that reach no person of the funnel, since no event names a contact. */
    unrelated: number;
    /** Which events `undeclared` counts, most first, as far as their names are known. */
    undeclared_events: { event: string; count: number }[];
    /** Which properties and traits `wrong_type` counts, as event.property, most first. */
    wrong_values: { name: string; count: number }[];
    /** Why rows were rejected. */
    reasons: { code: string; text: Text; count: number }[];
    files: ({
      name: string;
      /** Without blank ones and the header. */
      rows: number;
      /** Events made of the rows (a row of an export makes several), or rows of spend. */
      accepted: number;
      rejected: number;
      format: "csv" | "ndjson";
      gzip: boolean;
      /** As found out, e.g. UTF-8, Windows-1255. */
      encoding: string;
      /** Of CSV, as found out. */
      separator: "comma" | "semicolon" | "tab" | "pipe" | null;
      /** Which mapping read it; null for the Segment shape. */
      mapping: string | null;
      /** A column whose name an earlier one has: the first is read. */
      column_twice: string | null;
    })[];
  };
};
