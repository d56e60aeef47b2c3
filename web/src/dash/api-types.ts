// Written by tools/types.mjs from schema/openapi.yaml. Change the schema, not this file.

import type { Change, Interval, Kpi, Measure, Period, Text } from "../report";
import type { Backtest } from "./backtest-types";

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

export type Side = "marketing" | "sales";

export type Session = {
  user: {
    id: string;
    name: string;
    email: string;
    roles: Role[];
    teams: string[];
    lang: "he" | "en";
  };
  /** What the roles allow, so that the page need not know the rules. */
  may: ("see_leads" | "assign_leads" | "write_about_leads" | "decide_handoffs" | "propose_handoffs" | "edit_definition" | "sign_marketing" | "sign_sales" | "manage_users" | "manage_keys" | "manage_channels" | "see_audit" | "export" | "erase")[];
  /** To be sent back as X-Masa-Csrf with every change. */
  csrf_token: string;
  /** Of the session; null for an API key. */
  expires_at: string | null;
  company: string;
  currency: string;
  locale: string;
  zone: string;
  /** Name and version. */
  program: string;
};

/** What lists and menus are made of; follows the current definition. */
export type Options = {
  /** Definition these come from. */
  version: string;
  /** How a report reads the log when nobody asks: the definition's. */
  mode: "if" | "recorded";
  funnels: ({
    name: string;
    label: Text;
    of: "person" | "account" | "deal" | "subscription";
    stages: ({
      stage: string;
      label: Text;
      owner: string | null;
      decided: boolean;
      sla: Text | null;
    })[];
    exits: { name: string; label: Text }[];
  })[];
  /** Sides that own stages. */
  owners: { code: string; label: Text }[];
  reasons: {
    reject: {
      code: string;
      label: Text;
      /** In which it may be given. */
      funnels: string[];
      /** BANT answer that should be known before this reason is given. */
      needs?: string;
    }[];
    return: {
      code: string;
      label: Text;
      /** In which it may be given. */
      funnels: string[];
    }[];
  };
  milestones: { code: string; label: Text }[];
  scores: ({
    name: string;
    label: Text;
    owner: string | null;
    above: number;
    borderline_from: number | null;
  })[];
  bant: ({
    name: string;
    label: Text;
    pass_at: number;
    answers: ({ code: string; label: Text; question: Text | null })[];
  })[];
  /** The most frequent 200 values of each. */
  dimensions: { name: string; label: Text; values: { value: string; label: Text }[] }[];
  segments: { name: string; label: Text }[];
  /** Months and quarters with data, newest first. */
  periods: {
    /** As the period parameter takes it. */
    period: string;
    label: Text;
  }[];
  teams: TeamRef[];
  /** To whom leads can be assigned; handoffs, those of them who are of sales. */
  people: { id: string; name: string; roles: Role[] }[];
  calendar: {
    /** 0 is Sunday. */
    workdays: number[];
    from: string;
    to: string;
    holidays: string | null;
  };
};

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

export type SlaDay = {
  date: string;
  kind: "used" | "left" | "rest";
  /** Business minutes of the day that are used or left; 0 on a resting day. */
  minutes: number;
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

export type LeadPage = {
  items: Lead[];
  /** Pass it as cursor to go on; null at the end. */
  next_cursor: string | null;
  /** How many in all; null where counting would cost more than the list. */
  total: number | null;
};

export type PeoplePage = {
  items: Lead[];
  /** Pass it as cursor to go on; null at the end. */
  next_cursor: string | null;
  /** How many in all; null where counting would cost more than the list. */
  total: number | null;
  cell: {
    /** What the number says: 12 of 25 went from SAL to SQL. */
    label: Text;
    formula: Text;
    /** The number itself; equal to total. */
    value: number;
    /** Version by which it was counted. */
    definition: string;
    period: Period;
    basis: "cohort" | "flow";
    state: "reached" | "now";
  };
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

export type PlaybookList = { items: Playbook[] };

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

/** One of the two, or both null to leave nobody. */
export type OwnerInput = { user: string | null; team: string | null };

export type MilestoneInput = { done_at: string | null; due?: string | null; note?: string | null };

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

export type Agenda = {
  /** ISO week: 2026-W17. */
  week: string;
  /** Whose numbers and leads they are. */
  funnel: string;
  from: string;
  to: string;
  as_of: string;
  /** This week against the one before. */
  numbers: Kpi[];
  sections: ({
    code: "attention" | "late" | "rejected" | "nobody" | "due" | "effects" | "channels" | "proposals" | "topics";
    title: Text;
    rows: ({
      id: string | null;
      text: Text;
      /** A topic as its author wrote it. */
      said: string | null;
      /** Address inside the dashboard. */
      link: string | null;
      owner: Text | null;
      due: string | null;
    })[];
  })[];
};

export type TopicInput = { text: string };

/** A decision taken, with who, until when, and its later effect. */
export type Entry = {
  id: string;
  version: string;
  text: string;
  why: string | null;
  owner: UserRef;
  side: "marketing" | "sales" | "both";
  taken_at: string;
  due: string | null;
  status: "open" | "done" | "dropped";
  /** Code of the report's action that it answers. */
  action: string | null;
  /** Whose number it is to change; null when it names none. */
  funnel: string | null;
  /** What it was to change, and what became of it. */
  measure: {
    kpi: string;
    label: Text;
    unit: "pct" | "count" | "days" | "money" | "ratio";
    before: number | null;
    before_n: number | null;
    after: number | null;
    after_n: number | null;
    after_ci95: Interval;
    change: Change | null;
    as_of: string | null;
  } | null;
};

export type EntryInput = {
  text?: string;
  why?: string | null;
  owner?: string;
  side?: "marketing" | "sales" | "both";
  due?: string | null;
  status?: "open" | "done" | "dropped";
  action?: string | null;
  kpi?: string | null;
  /** Of which funnel the kpi is; the report's when not given. */
  funnel?: string | null;
};

export type EntryPage = {
  items: Entry[];
  /** Pass it as cursor to go on; null at the end. */
  next_cursor: string | null;
  /** How many in all; null where counting would cost more than the list. */
  total: number | null;
};

export type Signoff = {
  side: Side;
  state: "missing" | "signed" | "refused";
  by: UserRef | null;
  at: string | null;
  note: string | null;
};

export type DefinitionShort = {
  /** Content hash. */
  version: string;
  name: string;
  /** One is published at a time. */
  state: "draft" | "published" | "retired";
  author: UserRef | null;
  created_at: string;
  effective_from: string | null;
  effective_to: string | null;
  note: string | null;
  based_on: string | null;
  signoffs: Signoff[];
  /** What it changes against based_on, in sentences. */
  changed: Text[];
};

export type Definition = {
  version: string;
  name: string;
  state: "draft" | "published" | "retired";
  author: UserRef | null;
  created_at: string;
  effective_from: string | null;
  effective_to: string | null;
  note: string | null;
  based_on: string | null;
  signoffs: Signoff[];
  changed: Text[];
  /** The YAML. */
  text: string;
};

export type DefinitionPage = {
  items: DefinitionShort[];
  /** Pass it as cursor to go on; null at the end. */
  next_cursor: string | null;
  /** How many in all; null where counting would cost more than the list. */
  total: number | null;
};

export type DefinitionInput = { text: string; note?: string | null };

export type CheckInput = { text: string };

export type Problem = {
  line: number;
  column: number;
  end_column: number | null;
  severity: "error" | "warning";
  /** For people, in the language of Accept-Language; code stands in backquotes. */
  message: string;
  /** What would mend it, in the same language. */
  help: string | null;
};

export type Check = {
  ok: boolean;
  /** Hash it would have; null while there are errors. */
  version: string | null;
  /** All of them, in order. */
  problems: Problem[];
  /** Empty while there are errors. */
  explain: {
    path: string;
    line: number;
    title: Text;
    /** The rule as a sentence. */
    sentence: Text;
  }[];
};

export type Diff = {
  from: string;
  to: string;
  lines: ({
    kind: "same" | "added" | "removed";
    old: number | null;
    new: number | null;
    text: string;
  })[];
  /** The change in sentences. */
  meaning: Text[];
};

export type SignoffInput = {
  side: Side;
  /** False: refused. */
  sign: boolean;
  note?: string | null;
};

export type PublishInput = {
  /** Null: now. Never in the past. */
  effective_from?: string | null;
};

/** Either text or version. */
export type BacktestInput = {
  text?: string;
  version?: string;
  /** A version; the published one when not given. */
  against?: string;
  period?: string;
};

export type Job = {
  id: string;
  kind: "backtest";
  state: "queued" | "running" | "done" | "failed" | "cancelled";
  by: UserRef;
  created_at: string;
  progress: {
    done: number;
    total: number | null;
    per_second: number | null;
    seconds_left: number | null;
  };
  /** When done. */
  result: Backtest | null;
  error: { code: string; message: string } | null;
};

export type User = {
  id: string;
  version: string;
  name: string;
  email: string;
  roles: Role[];
  teams: string[];
  lang: "he" | "en";
  state: "invited" | "active" | "locked" | "off";
  created_at: string;
  last_seen_at: string | null;
  sessions: number;
};

export type UserList = { items: User[] };

export type UserInput = {
  name?: string;
  email?: string;
  roles?: Role[];
  teams?: string[];
  lang?: "he" | "en";
  /** active also unlocks. */
  state?: "active" | "off";
};

export type Invited = {
  user: User;
  /** Works once; the token stands behind the #, so that no server log holds it. /claim#TOKEN, and /claim?first#TOKEN for the first admin. */
  link: string;
  expires_at: string;
};

export type SessionRow = {
  id: string;
  user: UserRef;
  created_at: string;
  last_seen_at: string;
  ip: string | null;
  agent: string | null;
  current: boolean;
};

export type SessionList = { items: SessionRow[] };

export type Key = {
  id: string;
  /** api: for this interface. write: for the intake. */
  kind: "api" | "write";
  name: string;
  /** Its first letters, to know it by. */
  prefix: string;
  /** Of an api key. */
  roles: Role[];
  /** Whether an api key may change things, too. */
  writes: boolean;
  /** Of a write key: the source that its events carry. */
  source: string | null;
  /** Of a write key: from whose pages browsers may send; none: from any. */
  origins: string[];
  /** Of a write key: the calls it may make; none: all. */
  calls: ("track" | "identify" | "group" | "page" | "screen" | "alias")[];
  /** Of a write key: the tracked events it may send, by name, or by how they begin (`page_*`); none: all. */
  events: string[];
  /** Of a write key. visitors: it may name no person (userId, previousId) and no account (groupId), and speaks of the anonymousId alone. */
  speaks_of: "anyone" | "visitors" | null;
  /** Of a write key: all of it. It stands in web pages, and is no secret. */
  write_key: string | null;
  /** Of what a write key may send; changes want it in If-Match. */
  version: string | null;
  created_at: string;
  created_by: UserRef;
  last_used_at: string | null;
  expires_at: string | null;
  revoked_at: string | null;
};

export type KeyLimits = {
  /** From whose pages browsers may send; none: from any. */
  origins?: string[];
  /** The calls it may make; none: all. */
  calls?: ("track" | "identify" | "group" | "page" | "screen" | "alias")[];
  /** The tracked events it may send, by name, or by how they begin (`page_*`); none: all. */
  events?: string[];
  /** visitors: it names no person and no account. */
  speaks_of?: "anyone" | "visitors";
};

export type TemplateList = { items: Template[] };

export type Template = {
  name: "b2b" | "aida" | "subscription";
  /** A commented definition. */
  text: string;
};

export type KeyList = { items: Key[] };

export type KeyInput = {
  kind: "api" | "write";
  name: string;
  roles?: Role[];
  writes?: boolean;
  source?: string | null;
  origins?: string[];
  /** Of a write key: the calls it may make; none: all. */
  calls?: ("track" | "identify" | "group" | "page" | "screen" | "alias")[];
  /** Of a write key: the tracked events it may send, by name, or by how they begin (`page_*`); none: all. */
  events?: string[];
  speaks_of?: "anyone" | "visitors";
  /** For a key that stands in pages: the calls track, page, screen and identify, of visitors alone, unless said otherwise; needs origins. */
  preset?: "browser";
  expires_at?: string | null;
};

export type NewKey = {
  key: Key;
  /** Of an api key only a digest is kept. */
  secret: string;
};

export type Channel = {
  id: string;
  name: string;
  url: string;
  /** For whose handoffs; with no team and no role: for everybody's. */
  teams: string[];
  roles: Role[];
  created_at: string;
  created_by: UserRef;
  /** When its secret was made. */
  secret_at: string;
  ended_at: string | null;
  /** Messages that wait to be sent. */
  waiting: number;
  /** When something arrived last. */
  sent_at: string | null;
  /** The last try that failed. */
  failed: { at: string; status: number | null; reason: SendReason } | null;
  /** The first try that failed since one went well; null when the last one did. */
  failing_since: string | null;
  /** Since then a message was given up, or tried five times in vain: administrators are told (delivery_failing). */
  troubled: boolean;
};

export type ChannelList = { items: Channel[] };

export type ChannelInput = {
  name: string;
  /** https; http only where the server was started so. Of private networks only those that it was started with are called. */
  url: string;
  teams?: string[];
  roles?: Role[];
};

export type NewChannel = {
  channel: Channel;
  /** `whsec_` and base64: signs what is sent, and is not shown again. */
  secret: string;
};

/** Why it was not sent, where no status tells. no_address: the name leads nowhere. not_allowed: to a private network, or to this machine. late: it came to be more than a day before it could be sent. decided: the handoff waits no more, or for somebody else. ended: the webhook. erased: the lead. */
export type SendReason = "no_address" | "not_allowed" | "no_connection" | "too_slow" | "certificate" | "broken" | "late" | "decided" | "ended" | "erased" | null;

export type Send = {
  id: string;
  /** The webhook-id that its receiver sees, the same at each try. */
  message: string;
  type: "handoff.reminder" | "handoff.escalation" | "channel.test";
  handoff: string | null;
  /** Its id; null of a try, and once the lead was erased. */
  lead: string | null;
  stage: string | null;
  /** A team or a role, of an escalation; null: whoever has the handoff. */
  to: string | null;
  /** When it was to be told. */
  due_at: string;
  decided_at: string;
  /** unknown: on its way. overtaken: it need not be sent any more. */
  state: "pending" | "unknown" | "sent" | "failed" | "overtaken";
  attempts: number;
  tried_at: string | null;
  /** Of the last answer. */
  status: number | null;
  reason: SendReason;
  /** When it is tried again. */
  next_at: string | null;
};

export type SendPage = {
  items: Send[];
  /** Pass it as cursor to go on; null at the end. */
  next_cursor: string | null;
  total: number;
};

export type AuditItem = {
  id: string;
  at: string;
  actor: { kind: "user" | "key" | "system"; id: string | null; name: string };
  /** Dotted: handoff.accepted, definition.published, user.locked. */
  action: string;
  subject: { kind: string; id: string; label: string } | null;
  text: Text;
  ip: string | null;
  details: Record<string, unknown>;
};

export type AuditPage = {
  items: AuditItem[];
  /** Pass it as cursor to go on; null at the end. */
  next_cursor: string | null;
  /** How many in all; null where counting would cost more than the list. */
  total: number | null;
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

export type Health = {
  status: "ok" | "degraded" | "stopping";
  program: string;
  as_of: string | null;
  checks: ({ name: string; ok: boolean; note: string | null })[];
};

export type SignIn = { email: string; password: string };

export type Claim = {
  token: string;
  name?: string;
  /** Of the first admin; an invitation has its own. */
  email?: string;
  /** Of the first admin; the company's when not given. */
  lang?: "he" | "en";
  password: string;
};

export type LinkView = {
  purpose: "first-admin" | "invitation" | "reset";
  /** Empty for a first admin. */
  name: string;
  email: string;
};

export type PasswordInput = { current: string; new: string };
