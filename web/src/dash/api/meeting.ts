// Written by tools/types.mjs from schema/openapi.yaml. Change the schema, not this file.

import type { Change, Interval, Kpi, Text } from "../../report";
import type { UserRef } from "./common";

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
