// Written by tools/types.mjs from schema/openapi.yaml. Change the schema, not this file.

import type { Text } from "../../report";

/** The one shape of every refusal. */
export type Error = {
  error: {
    /** Stable, snake_case; the program branches on it. */
    code: string;
    /** One sentence for people: what is wrong and what helps, in the language of Accept-Language. */
    message: string;
    /** What the code promises: errors lists fields or lines, version the one that stands now, retry_after_seconds when to come back. */
    details?: Record<string, unknown>;
  };
};

export type UserRef = { id: string; name: string };

export type TeamRef = { name: string; label: Text };

export type Role = "marketing" | "sales" | "success" | "product" | "admin";

export type AccountRef = { id: string; name: string | null; domain: string | null };

/** A clock, in business hours by the company's week and holidays where the SLA is counted in them. */
export type Sla = {
  stage: string;
  /** As the definition says it: 2 business days. */
  allowed: Text;
  /** Whether its minutes are business minutes; else all that pass. */
  business: boolean;
  started_at: string;
  /** Null when nobody knows. */
  due_at: string | null;
  /** Minutes left; negative when late. */
  left_minutes: number;
  /** Minutes allowed. */
  total_minutes: number;
  /** soon: less than a quarter is left. paused: a clock in working time, outside of it. met: decided in time. */
  state: "ok" | "soon" | "late" | "paused" | "met";
  /** Why the clock stands. */
  paused: Text | null;
  reminded_at: string | null;
  escalated_at: string | null;
  escalated_to: UserRef | null;
};

export type ScoreShort = {
  name: string;
  value: number;
  /** Strictly above this the score passes. */
  above: number;
  verdict: "below" | "borderline" | "above";
};

/** A lead as a row of a list. */
export type Lead = {
  /** Of the subject; an un-merge may change it, the old one then answers 301. */
  id: string;
  name: string | null;
  email: string | null;
  /** Role in the organisation, as said. */
  title: string | null;
  account: AccountRef | null;
  funnel: string;
  /** Held now; null before the first stage or after leaving. */
  stage: string | null;
  stage_since: string | null;
  lap: number;
  /** How the lap stands. */
  state: "open" | "won" | "lost" | "rejected" | "returned" | "left";
  owner: UserRef | null;
  team: TeamRef | null;
  /** Of the side that owns the stage. */
  score: ScoreShort | null;
  /** Dimension to value; names in Options. */
  dimensions: Record<string, string>;
  sla: Sla | null;
  last_touch: { at: string; label: Text } | null;
  captured_at: string | null;
};

export type Bant = {
  name: string;
  label: Text;
  yes: number;
  of: number;
  pass_at: number;
  passed: boolean | null;
  answers: ({
    code: string;
    label: Text;
    answer: "yes" | "no" | "unknown";
    /** In whose words it was said, as written. */
    said: string | null;
    /** A call, a form, a sales note. */
    source: Text | null;
    at: string | null;
    /** A discovery question for an unknown answer. */
    question: Text | null;
    /** People may answer it; else it is worked out. */
    by_hand: boolean;
  })[];
};

/** One seat of the buying group. */
export type Member = {
  role: Text;
  part: "decides" | "influences" | "uses" | "blocks" | "unknown";
  /** Null: nobody known in this role. */
  lead: Lead | null;
  note: Text | null;
};

export type Milestone = {
  code: string;
  label: Text;
  done_at: string | null;
  by: UserRef | null;
  due: string | null;
  note: string | null;
};

export type Playbook = {
  id: string;
  title: Text;
  /** The situation it is for. */
  when: Text;
  steps: Text[];
  /** When it was last gone over. */
  refreshed: string | null;
};

/** One of the two, or both null to leave nobody. */
export type OwnerInput = { user: string | null; team: string | null };

export type Decision = {
  decision: "accept" | "reject" | "return";
  reason: string | null;
  reason_label: Text | null;
  note: string | null;
  by: UserRef;
  at: string;
  /** Until then POST …/undo takes it back without a trace in the numbers. */
  undo_until: string | null;
  after_acceptance: boolean;
  /** Id of the brief as it was seen, kept with the decision. */
  saw: string | null;
};

export type Handoff = {
  id: string;
  /** Also the ETag; send it as If-Match. */
  version: string;
  lead: Lead;
  funnel: string;
  /** The stage proposed. */
  stage: string;
  from_stage: string | null;
  proposed_at: string;
  state: "waiting" | "accepted" | "rejected" | "returned" | "withdrawn";
  assigned: {
    user: UserRef | null;
    team: TeamRef | null;
    /** Why it came there; null when a person assigned it. */
    rule: Text | null;
  };
  score: ScoreShort | null;
  sla: Sla | null;
  decision: Decision | null;
  /** Earlier decisions of this handoff, newest first. */
  earlier: Decision[];
};

/** The data of one server-sent event; the event's name is its kind. */
export type StreamEvent = { kind: "hello"; program: string; as_of: string } | {
  kind: "report";
  as_of: string;
  /** Of the report's funnel: stage to how many ever reached, all time. */
  counts: Record<string, number>;
  /** The same of each other funnel, by its name. */
  funnels: Record<string, Record<string, number>>;
} | { kind: "lead"; id: string; stage: string | null; label: Text } | {
  kind: "handoff";
  id: string;
  version: string;
  state: string;
  /** How many wait in all. */
  waiting: number;
  by: UserRef | null;
} | { kind: "register"; id: string; version: string } | { kind: "definition"; version: string; state: string } | {
  kind: "job";
  id: string;
  state: string;
  done: number;
  total: number | null;
} | {
  kind: "alert";
  /** The same as long as it holds. */
  id: string;
  code: "channel_failing" | "sla_late" | "intake_stopped" | "disk_full" | "delivery_failing";
  on: boolean;
  /** What it is; of one that ended what there is to say of its end, or null. */
  text: Text | null;
  /** Where in the dashboard to look. */
  link: string | null;
  since: string;
};
