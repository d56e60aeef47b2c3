// Written by tools/types.mjs from schema/openapi.yaml. Change the schema, not this file.

import type { Text } from "../../report";
import type { Backtest } from "../backtest-types";
import type { UserRef } from "./common";

export type Side = "marketing" | "sales";

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

export type TemplateList = { items: Template[] };

export type Template = {
  name: "b2b" | "aida" | "subscription";
  /** A commented definition. */
  text: string;
};
