// Written by tools/types.mjs from schema/openapi.yaml. Change the schema, not this file.

import type { Period, Text } from "../../report";
import type { Lead } from "./common";

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
