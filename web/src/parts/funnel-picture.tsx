// The drawn part of the funnel: geometry once, mirrored by one transform for Hebrew; its words are text that stands
// over it.
import { usePage } from "../app/context";
import { type FunnelShape, lostPath, roadEdge, roadPath } from "../math/funnel-shape";
import { saidLimit } from "../math/limit";
import * as format from "../text/format";
import { words } from "../text/words";

function useColors() {
  const { report, stageColor } = usePage();
  return (i: number) => stageColor(report.funnel.stages[i]?.stage ?? "");
}

interface Drawn {
  shape: FunnelShape;
}

/** Between two bars: who went on, at the next stage's height, and above them who left, fading. */
function Streams({ shape }: Drawn) {
  const color = useColors();
  return (
    <>
      {shape.steps.map((step, i) => (
        <>
          <rect
            x={step.x}
            y={step.top}
            width={step.width}
            height={Math.max(0, shape.base - step.top)}
            fill={color(i + 1)}
            opacity="var(--flow)"
          />
          {step.top - step.fromTop > 1 && <path d={lostPath(step)} fill="url(#lost)" mask={`url(#fade${i})`} />}
        </>
      ))}
    </>
  );
}

/** The dashed line of the earlier period, on a rim that lifts it from whatever it crosses. */
function Before({ x, y, width }: { x: number; y: number; width: number }) {
  const line = `M${x - 6} ${y}h${width + 12}`;
  return (
    <>
      <path d={line} stroke="var(--surface)" stroke-width="3" />
      <path d={line} stroke="var(--ink)" stroke-width="1.5" stroke-dasharray="4 3" />
    </>
  );
}

function Bars({ shape }: Drawn) {
  const color = useColors();
  return (
    <>
      {shape.bars.map((bar, i) => (
        <>
          <rect
            x={bar.x}
            y={bar.top}
            width={bar.width}
            height={Math.max(0, shape.base - bar.top)}
            rx="3"
            fill={color(i)}
          />
          {bar.before !== null && <Before x={bar.x} y={bar.before} width={bar.width} />}
        </>
      ))}
    </>
  );
}

function Roads({ shape, weakest }: Drawn & { weakest: number }) {
  const color = useColors();
  const roads = shape.roads.flatMap((road, i) => (road ? [{ road, i }] : []));
  return (
    <>
      {roads.map(({ road, i }) => (
        <path
          d={roadPath(road)}
          fill={i === weakest ? "var(--bad)" : color(i + 1)}
          opacity={i === weakest ? 0.13 : 0.16}
        />
      ))}
      {roads.map(({ road }) => (
        <path
          d={`${roadEdge(road.fromStage, road.fromRuler)}${roadEdge(road.toStage, road.toRuler)}`}
          fill="none"
          stroke="var(--surface)"
          stroke-width="2"
        />
      ))}
    </>
  );
}

function Ruler({ shape }: Drawn) {
  const color = useColors();
  const leg = (x: number, width: number, fill: string) => (
    <rect x={x} y={shape.ruler} width={Math.max(1, width)} height="8" rx="2" fill={fill} />
  );
  return (
    <>
      {shape.legs.map(
        (each, i) =>
          each && (
            <>
              {leg(each.x + 1.5, each.width - 3, color(i + 1))}
              {each.over > 3 && leg(each.x + each.width - each.over, each.over - 1.5, "url(#over)")}
            </>
          ),
      )}
    </>
  );
}

function Hatch({
  id,
  size,
  ground,
  line,
  width,
}: Record<"id" | "ground" | "line", string> & Record<"size" | "width", number>) {
  return (
    <pattern id={id} width={size} height={size} patternUnits="userSpaceOnUse" patternTransform="rotate(35)">
      <rect width={size} height={size} fill={ground} />
      <path d={`M0 0v${size}`} stroke={line} stroke-width={width} />
    </pattern>
  );
}

function Patterns({ shape }: Drawn) {
  return (
    <defs>
      <Hatch id="lost" size={6} ground="var(--sunk)" line="var(--line-2)" width={1.6} />
      <Hatch id="over" size={5} ground="var(--surface)" line="var(--stage-6)" width={2.6} />
      {shape.steps.map((step, i) => {
        const end = step.x + step.width - 12;
        return (
          <>
            <linearGradient id={`fg${i}`} gradientUnits="userSpaceOnUse" x1={step.x} x2={end} y1="0" y2="0">
              <stop stop-color="#fff" />
              <stop offset="1" stop-color="#fff" stop-opacity="0" />
            </linearGradient>
            <mask id={`fade${i}`}>
              <rect x={step.x} y="0" width={step.width} height={shape.height} fill={`url(#fg${i})`} />
            </mask>
          </>
        );
      })}
    </defs>
  );
}

/** The words of the picture stand over it as text, so that they keep their size when the picture shrinks. */
function Labels({ shape }: Drawn) {
  const { report, say, show } = usePage();
  const percent = (value: number, of: number) => `${((100 * value) / of).toFixed(2)}%`;
  const at = (x: number, y: number) =>
    `inset-inline-start:${percent(x, shape.width)};inset-block-start:${percent(y, shape.height)}`;
  const rows = report.transitions.map((transition, i) => ({ transition, step: shape.steps[i], leg: shape.legs[i] }));
  return (
    <div class="labels">
      {rows.map(({ transition: { left }, step }) =>
        step && left.total > 0 ? (
          <span class={`out ${step.label.above ? "above" : ""}`} style={at(step.label.x, step.label.y)}>
            {show(words.left(format.short(left.total)))}
          </span>
        ) : null,
      )}
      {rows.map(({ transition, leg }) => {
        const { sla_days: allowed, sla_over_days: over } = transition;
        const said = saidLimit(transition);
        return leg ? (
          <>
            <span class={`day row${leg.row}`} style={at(leg.x + leg.width / 2, shape.height)}>
              {show(words.days(format.plain(leg.days), leg.days === 1))}
            </span>
            {leg.over > 0 && allowed !== null && said !== null && (
              <span class="soft" style={at(leg.x + leg.width - leg.over / 2, shape.height)}>
                {show(words.over(format.plain(over ?? leg.days - allowed), say(said)))}
              </span>
            )}
          </>
        ) : null;
      })}
      {shape.legs.some((leg) => leg !== null) && (
        <span class="soft" style={at(shape.stageWidth / 2, shape.height)}>
          {show(words.dayZero)}
        </span>
      )}
    </div>
  );
}

export function Picture({ shape, weakest, label }: Drawn & { weakest: number; label: string }) {
  const { lang } = usePage();
  return (
    <div class="picture">
      <svg viewBox={`0 0 ${shape.width} ${shape.height}`} role="img" aria-label={label}>
        <Patterns shape={shape} />
        <g transform={lang === "he" ? `translate(${shape.width} 0) scale(-1 1)` : undefined}>
          <Streams shape={shape} />
          <Bars shape={shape} />
          <Roads shape={shape} weakest={weakest} />
          <Ruler shape={shape} />
        </g>
      </svg>
      <Labels shape={shape} />
    </div>
  );
}
