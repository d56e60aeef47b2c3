// Written by tools/types.mjs from schema/openapi.yaml. Change the schema, not this file.

import type { Measure, Period, Text } from "../../report";
import type { Bant, Handoff, Member, Milestone, OwnerInput, Playbook } from "./common";

export type SlaDay = {
  date: string;
  kind: "used" | "left" | "rest";
  /** Business minutes of the day that are used or left; 0 on a resting day. */
  minutes: number;
};

export type Fit = {
  name: string;
  label: Text;
  match_pct: number | null;
  needed_pct: number;
  matched: boolean | null;
  criteria: ({
    code: string;
    label: Text;
    met: "yes" | "no" | "unknown";
    weight: number;
    value: string | null;
  })[];
};

export type PlaybookList = { items: Playbook[] };

export type HandoffPage = {
  items: Handoff[];
  /** Pass it as cursor to go on; null at the end. */
  next_cursor: string | null;
  /** How many in all; null where counting would cost more than the list. */
  total: number | null;
  /** reminders, escalations: of those that wait, of how many one has come for who asks; of whom both have come is an escalation. */
  counts: {
    reminders: number;
    escalations: number;
    waiting: number;
    mine: number;
    late: number;
    soon: number;
    accepted: number;
    rejected: number;
    returned: number;
  };
  /** Share accepted of all submissions that were decided; a later return leaves the acceptance. */
  accepted: Measure;
};

export type Brief = {
  handoff: Handoff;
  /** Why it came to sales. */
  why: Text[];
  /** What they did, newest first. */
  did: ({
    at: string;
    label: Text;
    said: string | null;
    /** How often that day, one after the other; at is the last. */
    times: number;
  })[];
  fit: Fit[];
  bant: Bant[];
  pains: Text[];
  /** How to open the call, from the definition. */
  openers: Text[];
  questions: ({
    text: Text;
    /** Code of the BANT answer it would give. */
    answers: string | null;
  })[];
  playbooks: Playbook[];
  group: Member[];
  /** The clock day by day. */
  sla_days: SlaDay[];
  reminders: ({ at: string; kind: "reminder" | "escalation"; to: Text; sent: boolean })[];
  milestones: Milestone[];
};

export type DecisionInput = {
  decision: "accept" | "reject" | "return";
  /** Code from Options; asked for when rejecting and returning. */
  reason?: string | null;
  note?: string | null;
};

export type BulkInput = {
  items: { id: string; version: string }[];
  action: "accept" | "reject" | "return" | "assign";
  reason?: string | null;
  note?: string | null;
  assign?: OwnerInput;
};

export type BulkResult = {
  /** In the order asked; each stands alone. */
  results: ({ id: string; handoff: Handoff | null; error: { code: string; message: string } | null })[];
};

export type Rejected = {
  period: Period;
  total: number;
  decided: number;
  reasons: ({
    reason: string | null;
    label: Text;
    decision: "reject" | "return";
    count: number;
    compare_count: number | null;
    share: Measure;
  })[];
  sources: {
    value: string;
    label: Text;
    decided: number;
    accepted: Measure;
    /** Leads of this channel keep failing in sales. */
    failing: boolean;
  }[];
  items: Handoff[];
  next_cursor: string | null;
};
