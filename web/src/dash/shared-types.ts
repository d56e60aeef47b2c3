// Written by tools/types.mjs from schema/*.schema.json. Change the schema, not this file.

export type Time = string;

export type Words = { he: string; en: string };

/** in per cent; null: nothing to measure */
export type Range = [number, number] | null;

export type Share = { count: number; pct: number | null; ci95: Range };

/** what became of some later */
export type Fared = {
  n: number;
  support: "none" | "indicative" | "strong";
  /** null where people had decided before */
  accepted: {
    count: number;
    /** people said yes or no */
    decided: number;
    coverage_pct: number | null;
    pct_of_decided: number | null;
    ci95: Range;
    /** of all: if none, if every one of the undecided were accepted */
    bounds: Range;
    support: "none" | "indicative" | "strong";
  } | null;
  won: Share;
  lost: Share;
  /** rejected or disqualified by people */
  turned_down: Share;
};
