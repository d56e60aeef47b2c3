// Written by tools/types.mjs from schema/openapi.yaml. Change the schema, not this file.

import type { Text } from "../../report";
import type { AccountRef, Bant, Handoff, Lead, Member, Milestone, Playbook, Sla, UserRef } from "./common";

export type LeadPage = {
  items: Lead[];
  /** Pass it as cursor to go on; null at the end. */
  next_cursor: string | null;
  /** How many in all; null where counting would cost more than the list. */
  total: number | null;
};

/** A saved view of the leads list. */
export type View = {
  id: string;
  version: string;
  name: string;
  shared: boolean;
  owner: UserRef;
  /** The query string of GET /leads without cursor and limit. */
  query: string;
};

export type ViewInput = { name: string; shared: boolean; query: string };

export type ViewList = { items: View[] };

export type StageStep = {
  stage: string;
  label: Text;
  owner: string | null;
  /** passed_through: entered and left in one instant; inherited: this lap began after it. */
  state: "past" | "now" | "ahead" | "passed_through" | "inherited";
  entered_at: string | null;
  left_at: string | null;
  /** Spent there so far. */
  days: number | null;
  /** Median of those who went on. */
  usual_days: number | null;
  sla: Sla | null;
};

export type LeadDetail = {
  lead: Lead;
  identities: ({ kind: "user_id" | "email" | "anonymous_id" | "phone"; value: string; since: string })[];
  traits: ({
    name: string;
    label: Text;
    /** As text, as the sender wrote it. */
    value: string;
    of: "person" | "account";
    since: string | null;
  })[];
  consent: { email: boolean | null; at: string | null };
  /** All stages of the funnel in order, in the present lap. */
  path: StageStep[];
  bant: Bant[];
  account: {
    account: AccountRef;
    people: number;
    open: number;
    won: number;
    dimensions: Record<string, string>;
  } | null;
  group: Member[];
  /** Newest first. */
  handoffs: Handoff[];
  milestones: Milestone[];
  /** Those whose situation is this one. */
  playbooks: Playbook[];
  /** Subjects that were merged into this one. */
  merged_from: string[];
};

export type TimelineItem = {
  id: string;
  at: string;
  kind: "event" | "stage" | "decision" | "note" | "identity" | "reminder";
  /** Event type of the definition, or the kind; exit, of a stage that was left so. */
  type: string;
  label: Text;
  detail: Text | null;
  /** Text that people wrote, as written. */
  said: string | null;
  /** The stage entered or left at this instant. */
  stage: string | null;
  by: UserRef | null;
  source: string | null;
  /** Likelihood that a person did it, for opens and clicks. */
  human_pct: number | null;
  /** False: seen but not counted, detail says why. */
  counted: boolean;
  late: boolean;
  /** As sent. */
  properties: Record<string, unknown>;
  /** What the definition calls some of the properties. */
  labels?: Record<string, Text>;
};

export type TimelinePage = {
  items: TimelineItem[];
  /** Pass it as cursor to go on; null at the end. */
  next_cursor: string | null;
  /** How many in all; null where counting would cost more than the list. */
  total: number | null;
};

export type NoteInput = { text: string; kind: "note" | "call" | "meeting"; minutes?: number };

export type RawEvent = {
  id: string;
  bytes: number;
  /** Null when it has more than 65,536 bytes. */
  event: Record<string, unknown> | null;
};

export type AnswersInput = {
  /** Name of the BANT model. */
  model: string;
  /** By code. unknown takes back what was answered by hand; of what is worked out it is refused (known). */
  answers: Record<string, { answer: "yes" | "no" | "unknown"; said?: string }>;
};

export type MilestoneInput = { done_at: string | null; due?: string | null; note?: string | null };

export type Nobody = {
  items: NobodyRow[];
  /** Pass it as cursor to go on; null at the end. */
  next_cursor: string | null;
  /** How many in all; null where counting would cost more than the list. */
  total: number | null;
  counts: { no_owner: number; no_touch: number; both: number };
  /** From how many days without a touch a lead is in the list. */
  idle_days: number;
};

export type NobodyRow = { lead: Lead; kind: "no_owner" | "no_touch" | "both"; idle_days: number | null };

export type ErasureLook = {
  /** The id that they go by. */
  person: string;
  user_ids: string[];
  /** Of browsers that nobody else used. */
  anonymous_ids: string[];
  /** That they brought. */
  events: number;
  /** Of these: they speak of a deal, an account or the market, and stay without the person. */
  kept: number;
  /** Events of others that name them. */
  mentions: number;
};

export type ErasureInput = {
  /** The id once more. */
  confirm: string;
};

export type Erased = {
  receipts: ErasureReceipt[];
  /** False: somebody was reading just then, and what was written over still stands beside the store until it is erased or merged again. */
  log_emptied: boolean;
};

export type ErasureReceipt = {
  number: number;
  /** When it was asked for. */
  at: string;
  /** The name that what stays goes by. */
  residue: string | null;
  /** By which what comes again is refused. */
  ids: number;
  events: number;
  kept: number;
  mentions: number;
  /** Written anew. */
  blocks: number;
  /** Entries of the trail that were blanked. */
  audit: number;
  /** That stay, to the day. */
  facts: number;
};
