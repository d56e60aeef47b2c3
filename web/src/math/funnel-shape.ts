// The geometry of the funnel's picture: bars on one baseline, the stream between them at its true height, what left
// above it, and below a ruler of days to scale. Pure numbers in the picture's own units; drawing and mirroring are
// done elsewhere.

export interface FunnelInput {
  counts: number[];
  before: (number | null)[];
  /** One fewer than counts: mean days to the next stage, and the days allowed. */
  days: (number | null)[];
  allowed: (number | null)[];
}

export interface Bar {
  x: number;
  width: number;
  top: number;
  before: number | null;
}
export interface Step {
  x: number;
  width: number;
  top: number;
  fromTop: number;
  label: { x: number; y: number; above: boolean };
}
export interface Leg {
  x: number;
  width: number;
  over: number;
  days: number;
  row: number;
}
export interface Road {
  fromStage: number;
  toStage: number;
  fromRuler: number;
  toRuler: number;
}

export interface FunnelShape {
  width: number;
  height: number;
  base: number;
  ruler: number;
  stageWidth: number;
  stepWidth: number;
  bars: Bar[];
  steps: Step[];
  legs: (Leg | null)[];
  roads: (Road | null)[];
}

const WIDTH = 1169;
const TOP = 12;
const BASE = 216;
const ROAD = 6;
const RULER = 282;
const HEIGHT = 294;
const THINNEST = 1.5;
/** A label of days needs about this much ruler; shorter legs put theirs on a second row. */
const LABEL = 62;

/** Up to eight stages share one width; more make the picture wider, and it scrolls inside its card. */
function columns(stages: number) {
  const dense = stages > 6 && stages <= 8;
  const stage = dense ? 66 : Math.min(150, Math.max(84, (0.36 * WIDTH) / stages));
  const narrowest = dense ? 91 : stages > 8 ? 128 : 133;
  const width = Math.max(WIDTH, stages * stage + (stages - 1) * narrowest);
  const step = stages > 1 ? (width - stages * stage) / (stages - 1) : 0;
  return { width, stage, step };
}

function placeLegs(input: FunnelInput, from: number, to: number): (Leg | null)[] {
  const total = input.days.reduce<number>((sum, days) => sum + (days ?? 0), 0);
  if (total <= 0) return input.days.map(() => null);
  let x = from;
  let row = 1;
  return input.days.map((days, i) => {
    if (days === null) return null;
    const width = ((to - from) * days) / total;
    const allowed = input.allowed[i] ?? null;
    const over = allowed !== null && days > allowed ? (width * (days - allowed)) / days : 0;
    row = width < LABEL && row === 0 ? 1 : 0;
    const leg = { x, width, over, days, row };
    x += width;
    return leg;
  });
}

export function funnelShape(input: FunnelInput): FunnelShape {
  const { width, stage, step } = columns(input.counts.length);
  const most = Math.max(1, ...input.counts, ...input.before.map((value) => value ?? 0));
  const height = (value: number) => (value > 0 ? Math.max(THINNEST, ((BASE - TOP) * value) / most) : 0);
  const left = (i: number) => i * (stage + step);

  const bars = input.counts.map((value, i) => {
    const before = input.before[i] ?? null;
    return {
      x: left(i) + 3,
      width: stage - 6,
      top: BASE - height(value),
      before: before === null ? null : BASE - height(before),
    };
  });
  const steps = bars.slice(1).map((bar, i) => {
    const from = bars[i]!;
    const x = from.x + from.width;
    const drop = bar.top - from.top;
    const above = drop < 34;
    const label = above
      ? { x: x + step / 2 + 3, y: from.top - 5, above }
      : { x: x + step * 0.46, y: from.top + drop * 0.3, above };
    return { x, width: bar.x - x, top: bar.top, fromTop: from.top, label };
  });
  const middle = (i: number) => left(i) + stage / 2;
  const last = input.counts.length - 1;
  const legs = placeLegs(input, middle(0), middle(last));
  const roads = legs.map(
    (leg, i) =>
      leg && {
        fromStage: middle(i),
        toStage: middle(i + 1),
        fromRuler: leg.x,
        toRuler: leg.x + leg.width,
      },
  );
  return {
    width,
    height: HEIGHT,
    base: BASE,
    ruler: RULER,
    stageWidth: stage,
    stepWidth: step,
    bars,
    steps,
    legs,
    roads,
  };
}

const at = (value: number) => Math.round(value * 10) / 10;
const point = (x: number, y: number) => `${at(x)} ${at(y)}`;

/** What left: full height at the bar, falling to the next stage's height. */
export function lostPath({ x, width, fromTop, top }: Step): string {
  const fall = `C${point(x + width * 0.38, fromTop)} ${point(x + width * 0.42, top)} ${point(x + width - 18, top)}`;
  return `M${point(x, fromTop)}${fall}H${at(x)}Z`;
}

/** An even bend between two heights. */
function bend(from: number, y: number, to: number, toY: number): string {
  const half = (y + toY) / 2;
  return `C${point(from, half)} ${point(to, half)} ${point(to, toY)}`;
}

/** One edge of a road: from under a stage to its place on the ruler. */
export function roadEdge(stage: number, ruler: number): string {
  return `M${point(stage, BASE + ROAD)}${bend(stage, BASE + ROAD, ruler, RULER)}`;
}

/** The road from a step between two stages down to its leg of the ruler. */
export function roadPath(road: Road): string {
  const back = bend(road.toRuler, RULER, road.toStage, BASE + ROAD);
  return `${roadEdge(road.fromStage, road.fromRuler)}H${at(road.toRuler)}${back}Z`;
}
