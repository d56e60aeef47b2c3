// Written by tools/types.mjs from schema/backtest.schema.json. Change the schema, not this file.

import type { Fared, Time, Words } from "./shared-types";

/** What `masa backtest --format json` prints. Shares are in per cent with 95% Wilson intervals. */
export type Backtest = {
  program: string;
  as_of: Time;
  period: {
    from: Time;
    /** half open */
    until: Time;
  };
  funnel: string;
  old: { name: string; hash: string };
  new: { name: string; hash: string };
  /** sentences of check --explain that only one of them has */
  rules: { only_old: Words[]; only_new: Words[] };
  /** below it no support */
  min_n: number;
  /** whose first lap began in the period under either */
  subjects: number;
  stages: ({
    stage: string;
    label: Words;
    rule_changed: boolean;
    in_old: boolean;
    in_new: boolean;
    old_count: number;
    new_count: number;
    cells: { both: Fared; old_only: Fared; new_only: Fared; neither: Fared };
    /** all whom each lets in: how precise its rule is */
    lets_in: { old: Fared; new: Fared };
    old_only_against_new_only: { p_won: number | null; p_accepted: number | null; verdict: "thin" | "noise" | "told" };
  })[];
  /** of the report, under each; empty when the funnel is not the one reported on */
  numbers: ({
    code: string;
    label: Words | null;
    unit: "percent" | "count" | "days" | "money" | "ratio";
    old: number | null;
    new: number | null;
    difference: number | null;
  })[];
  handoffs: {
    weeks: number | null;
    old: number;
    new: number;
    old_per_week: number | null;
    new_per_week: number | null;
  };
  move_count: number;
  /** whose furthest stage differs; null: not in the funnel */
  moves: ({
    subject: string;
    /** null: not known, or not for this role to see */
    name?: string | null;
    /** likewise */
    email?: string | null;
    old: string | null;
    new: string | null;
    direction: "further" | "less_far";
  })[];
};
