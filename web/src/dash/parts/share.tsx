// A share, its interval, and how many it rests on; grey while they are too few.
import type { Measure } from "../../report";
import * as format from "../../text/format";
import { Num } from "../../text/rich";
import { useApp } from "../app";
import type { Fared } from "../shared-types";

export interface Part {
  pct: number | null;
  hits: number;
  n: number;
  ci95: [number, number] | null;
  thin: boolean;
}

export const ofMeasure = (of: Measure): Part => ({
  pct: of.value,
  hits: of.hits,
  n: of.n,
  ci95: of.ci95,
  thin: of.support === "none",
});

/** Accepted among those on whom people decided; null where nobody had decided yet. */
export const ofAccepted = ({ accepted }: Fared): Part | null =>
  accepted && {
    pct: accepted.pct_of_decided,
    hits: accepted.count,
    n: accepted.decided,
    ci95: accepted.ci95 as Part["ci95"],
    thin: accepted.support === "none",
  };

export const ofFate = (fared: Fared, fate: "won" | "lost" | "turned_down"): Part => ({
  pct: fared[fate].pct,
  hits: fared[fate].count,
  n: fared.n,
  ci95: fared[fate].ci95 as Part["ci95"],
  thin: fared.support === "none",
});

export function Share({ of }: { of: Part | null }) {
  const { show } = useApp();
  if (of === null || of.pct === null) return <span class="muted">{format.NONE}</span>;
  const counts = `${format.count(of.hits)}/${format.count(of.n)}`;
  return (
    <span class={`Share ${of.thin ? "thin" : ""}`} title={`n = ${format.count(of.n)}`}>
      <Num>{format.percent(of.pct)}</Num>
      <span class="sub">
        {of.thin ? (
          <>
            <Num>{counts}</Num> · {show("change.thin")}
          </>
        ) : (
          <Num>{`${format.range(of.ci95, "pct", "USD")} · ${counts}`}</Num>
        )}
      </span>
    </span>
  );
}
