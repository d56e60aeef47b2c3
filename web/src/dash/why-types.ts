// Written by tools/types.mjs from schema/why.schema.json. Change the schema, not this file.

import type { Time, Words } from "./shared-types";

export type Event = {
  /** the sender's id */
  id: string | null;
  type: string;
  label: Words;
  at: Time;
  machine: boolean;
  /** its declared properties */
  says: Record<string, unknown>;
};

/** a value that a rule read */
export type Input = {
  /** as rules write it */
  name: string;
  label: Words;
  /** null: not known */
  value: unknown;
  text: Words;
  /** when it became so */
  since: Time | null;
  /** what said it, or who lends it */
  source: Words | null;
  event_count?: number;
  events?: Event[];
  /** of a value of all people of an account, or all contacts of a deal: how many give something to it */
  people_count?: number;
  /** the first of people_count, who gives most first */
  people?: { person: string; gives: number }[];
  /** what a fit, a BANT, a score was made of then */
  parts?: { name: string; truth: Truth; points: number; unknown: boolean }[];
};

export type Truth = "true" | "false" | "unknown";

export type Clause = {
  /** its label in the definition */
  name: string | null;
  kind: "all" | "any" | "not" | "at_least" | "rule" | "count" | "quiet";
  truth: Truth;
  /** the rule */
  text: Words;
  /** of a leaf: what it came to */
  outcome?: Words | null;
  /** times counted, or members that hold */
  have?: number;
  need?: number;
  /** where the window begins, or from when silence is counted */
  from?: Time;
  /** when a count that holds falls short or a window begins to empty; when silence is full */
  until?: Time;
  /** the next instant at which time alone changes what it reads */
  turns?: Time;
  /** why it cannot be told although all it reads is known */
  note?: string;
  inputs?: Input[];
  event_count?: number;
  /** the latest of event_count */
  events?: Event[];
  members?: Clause[];
};

export type Missing = {
  kind: "count" | "value" | "unknown" | "quiet" | "not" | "some" | "decision" | "evidence" | "time" | "by_hand" | "stage";
  clause: string | null;
  text: Words;
  /** how many more: times of a count, some of several */
  need: number;
  until: Time | null;
  of?: Missing[];
};

export type Stage = {
  lap: number;
  stage: string;
  label: Words;
  entered: Time;
  /** null: still held */
  left: Time | null;
  how: "rule" | "carried" | "decided" | "unproposed" | "returned" | "landed" | "inherited";
  owner: string | null;
  by: string | null;
  /** why it was given back */
  reason: string | null;
  /** the labelled clause that held */
  because: string | null;
  /** by which a lap began there */
  landing: string | null;
  text: Words;
  /** hash of the one that let it in */
  definition: string;
  /** the rule as it was when it let the subject in; null when no rule did */
  clause: Clause | null;
};

export type Ahead = {
  stage: string;
  label: Words;
  /** between laps: by which the next one would begin at this stage */
  landing: string | null;
  landing_label: Words | null;
  /** it may be entered from here */
  next: boolean;
  /** people decide */
  decided: boolean;
  waits_for: "evidence" | "time" | "by_hand" | null;
  waits_until: Time | null;
  missing: Missing[];
  /** by the stage's SLA */
  due: Time | null;
  advice: { name: string; truth: Truth; text: Words; inputs?: Input[] }[];
  /** its rule was true, and it was not open */
  held_first: Time | null;
  held_last: Time | null;
  gate: Words | null;
  clause: Clause | null;
};

export type Funnel = {
  funnel: string;
  label: Words;
  /** 0: never in it */
  lap: number;
  open: boolean;
  now_in: string | null;
  since: Time | null;
  /** in order of time */
  stages: Stage[];
  /** not reached in this lap */
  ahead: Ahead[];
  handoffs: ({
    lap: number;
    stage: string;
    label: Words;
    submitted: Time;
    due: Time | null;
    late: boolean;
    outcome: "open" | "accepted" | "rejected" | "returned" | "withdrawn";
    at: Time | null;
    by: string | null;
    reason: string | null;
    to: string | null;
  })[];
  exits: ({
    lap: number;
    exit: string;
    exit_label: Words;
    stage: string;
    label: Words;
    at: Time;
    by: string | null;
    reason: string | null;
    clause: Clause | null;
  })[];
  refused: ({
    lap: number;
    decision: "accept" | "reject" | "return" | "disqualify";
    at: Time;
    by: string | null;
    why: "role" | "stage" | "redundant" | "nothing held";
  })[];
  /** what would end the lap, as of now */
  exit_rules: { exit: string; label: Words; clause: Clause }[];
  /** within a year, by time alone */
  if_nothing_happens: ({ what: "enters" | "leaves"; name: string; at: Time })[];
};

export type Part = {
  name: string;
  label: Words;
  truth: Truth;
  /** what it adds */
  points: number;
  weight?: number;
  uncapped?: number;
  capped?: boolean;
  /** it adds 0 because something is not known */
  unknown: boolean;
  rule: Words | null;
  worth: Words | null;
  why_zero: Words | null;
  inputs?: Input[];
};

/** What `masa why --format json` prints. Times are instants in UTC; texts are in both languages. */
export type Why = {
  program: string;
  subject: string;
  /** the name it was asked by, another one of a merged person's */
  asked: string;
  kind: "person" | "account" | "deal" | "subscription" | "market";
  as_of: Time;
  /** as if the last definition had always been in force, or each instant under the one in force then */
  mode: "if" | "recorded";
  definition: { name: string; hash: string };
  funnels: Funnel[];
  profiles: ({
    profile: string;
    /** 0 to 1 */
    fit: number | null;
    match_at: number;
    parts: Part[];
  })[];
  questions: ({
    bant: string;
    passed: boolean | null;
    yes: number;
    pass_at: number;
    parts: Part[];
  })[];
  scores: ({
    score: string;
    /** the sum of the parts' points */
    value: number | null;
    above: number | null;
    borderline: number | null;
    parts: Part[];
  })[];
  /** touches that came together with those of others of the same company, and so are a machine's */
  crowds?: {
    event: string;
    /** the subject among them */
    people: number;
    domain: string;
    from: Time;
    until: Time;
    text: Words;
  }[];
  /** points that events gave */
  signals: ({
    signal: string;
    value: number;
    /** before decay and cap */
    given: number;
    /** after decay, before the cap */
    kept: number;
    cap: number | null;
    weights: {
      event: string;
      points: number;
      times: number;
      /** within at_most and inside the window */
      counted: number;
    }[];
  })[];
  /** traits that are known, and values that others lend */
  known?: Input[];
};
