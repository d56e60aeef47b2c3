// Written by tools/types.mjs from schema/feedback.schema.json. Change the schema, not this file.

import type { Fared, Range, Time, Words } from "./shared-types";

/** What `masa feedback --format json` prints. Shares are in per cent with 95% Wilson intervals; tests are two-sided z-tests of two shares. */
export type Feedback = {
  program: string;
  as_of: Time;
  definition: { name: string; hash: string };
  funnel: string;
  /** only first laps that began in it; null: all */
  from: Time | null;
  until: Time | null;
  /** fewer in a group: too few to say */
  min_n: number;
  /** first laps looked at */
  subjects: number;
  /** made at once: a strong difference is one that stands with as many */
  tests: number;
  criteria: ({
    /** MEL.comes_back, MQL.icp.NAME.CRITERION, MQL.bant.NAME.QUESTION, MQL.scores.NAME.TERM */
    key: string;
    kind: "clause" | "profile" | "question" | "term";
    /** looked at when it was entered by its rule */
    stage: string;
    name: Words;
    rule: Words;
    /** a term whose points vary is met by who got at least so many, as half did; 0: any at all */
    at_least_points: number | null;
    /** of those without: of whom it was not known */
    unknown: number;
    with: Fared;
    without: Fared;
    accepted: {
      p_value: number | null;
      /** with less without, in points of per cent */
      difference_ci95: Range;
    };
    won: {
      p_value: number | null;
      /** with less without, in points of per cent */
      difference_ci95: Range;
    };
    says: "too_few" | "required" | "does_not_tell_apart" | "predicts" | "predicts_against";
    support: "none" | "indicative" | "strong";
    text: Words;
  })[];
  /** most failing first; empty without channels or without a decided stage */
  channels: ({
    channel: string | null;
    label: Words;
    handed_over: number;
    /** turned down, given back or lost, and never won */
    failed: number;
    won: number;
    failed_pct: number | null;
    ci95: Range;
    others_failed_pct: number | null;
    p_value: number | null;
    keeps_failing: boolean;
    support: "none" | "indicative" | "strong";
  })[];
};
