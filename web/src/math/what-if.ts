// What a better rate at one transition would bring further down, by the same arithmetic as the engine's: those at the
// start of the transition, times the wished rate, times the later rates as they are; the range takes the later rates'
// intervals.
import type { Report, Transition } from "../report";

export interface Outcome {
  stage: string;
  now: number;
  expected: number;
  range: [number, number] | null;
}

const share = (transition: Transition) => (transition.n > 0 ? transition.hits / transition.n : 0);

export function outcomes(report: Pick<Report, "transitions">, from: string, ratePct: number): Outcome[] {
  const first = report.transitions.findIndex((transition) => transition.from === from);
  if (first < 0) return [];
  const start = report.transitions[first]!;
  let expected = (start.n * ratePct) / 100;
  let low = expected;
  let high = expected;
  return report.transitions.slice(first).map((transition, i) => {
    if (i > 0) {
      expected *= share(transition);
      low *= (transition.ci95?.[0] ?? 0) / 100;
      high *= (transition.ci95?.[1] ?? 100) / 100;
    }
    return {
      stage: transition.to,
      now: transition.hits,
      expected,
      range: i > 0 && transition.ci95 ? [low, high] : null,
    };
  });
}

/** 16.25 people are 16 or 17; 10.8 are about 11 when a range stands beside it. */
export function asPeople(value: number): { low: number; high: number } {
  const near = Math.round(value);
  if (Math.abs(value - near) < 0.05) return { low: near, high: near };
  return { low: Math.floor(value), high: Math.ceil(value) };
}
