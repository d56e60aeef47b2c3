// What each channel costs and returns. Return leans to one side of zero or to the other; loss is hatched.
import { useState } from "preact/hooks";
import { usePage } from "../app/context";
import { usePeeks } from "../app/peeks";
import { greatest } from "../math/greatest";
import * as format from "../text/format";
import type { Channel } from "../text/names";
import { Num } from "../text/rich";
import { recommendationWord, showAll, words } from "../text/words";
import { Block } from "./block";
import { Empty, Open, Pill } from "./primitives";
import { Dash, Heads } from "./table";

/** Whoever may send events may name sources without end. */
const AT_FIRST = 20;

type Advised = NonNullable<Channel["recommendation"]>;
const kinds: Record<Advised, string> = {
  increase: "good",
  continue: "good",
  improve_targeting: "warn",
  re_examine: "warn",
  stop: "bad",
  develop: "plain",
};

function Advice({ channel }: { channel: Channel }) {
  const { show } = usePage();
  const { recommendation, why } = channel;
  if (recommendation === null || why === null) return null; // the rest is no channel
  const kind =
    channel.support === "none" ? "few" : `${kinds[recommendation]} ${channel.support === "strong" ? "" : "seems"}`;
  return (
    <>
      <Pill kind={kind}>{show(recommendationWord(recommendation))}</Pill>
      <span class="sub wrap">{show(why)}</span>
    </>
  );
}

/** The axis shows at most a return of 300%: one lucky channel may not flatten the others. */
function useAxis(channels: Channel[]) {
  const known = channels.flatMap((channel) => (channel.roi_pct === null ? [] : [channel.roi_pct]));
  const most = Math.min(300, greatest(50, known));
  const least = Math.max(
    -100,
    -greatest(
      20,
      known.map((roi) => -roi),
    ),
  );
  const zero = (100 * -least) / (most - least);
  const length = (roi: number) => (100 * Math.min(most, Math.abs(roi))) / (most - least);
  return { zero, length };
}

interface RowProps {
  channel: Channel;
  axis: ReturnType<typeof useAxis>;
  first: string;
  goal: string;
}

function None() {
  const { show } = usePage();
  return <span class="muted plain">{show(words.none)}</span>;
}

function Lean({ channel, axis }: Pick<RowProps, "channel" | "axis">) {
  const { show } = usePage();
  const roi = channel.roi_pct;
  if (roi === null) return <span class="muted small">{show(words.noReturn)}</span>;
  return (
    <span class="Lean" aria-hidden="true" style={`--zero:${axis.zero.toFixed(2)}%`}>
      <i class={roi < 0 ? "loss" : "gain"} style={`inline-size:${axis.length(roi).toFixed(1)}%`} />
    </span>
  );
}

function Row({ channel, axis, first, goal }: RowProps) {
  const { say, isolate, money } = usePage();
  const peeks = usePeeks();
  const opens = (text: string) => (
    <Open peek={() => peeks.channel(channel)} n={channel.mcl}>
      {text}
    </Open>
  );
  const cost = (value: number | null) => (value === null ? <None /> : opens(money(value)));
  const how = (count: number, stage: string) => (
    <span class="sub hide-s">
      <Num>{format.count(count)}</Num> <bdi>{stage}</bdi>
    </span>
  );
  return (
    <tr class={channel.rest === undefined ? "" : "rest"}>
      <th scope="row" class="wrap">
        {isolate(say(channel.label))}
      </th>
      <td class="num" data-label={say(words.spend)}>
        {cost(channel.monthly_spend)}
      </td>
      <td class="num" data-label={say(words.per(first))}>
        {cost(channel.cost_per_mcl)}
        {how(channel.mcl, first)}
      </td>
      <td class="num" data-label={say(words.per(goal))}>
        {cost(channel.cost_per_sqo)}
        {how(channel.sqo, goal)}
      </td>
      <td class="full">
        <Lean channel={channel} axis={axis} />
      </td>
      <td class="num strong" data-label={say(words.roi)}>
        {channel.roi_pct === null ? <Dash /> : opens(format.signed(channel.roi_pct, format.wholePercent))}
      </td>
      <td class="full advice">
        <Advice channel={channel} />
      </td>
    </tr>
  );
}

function Totals({ first, goal }: { first: string; goal: string }) {
  const { report, show, say, money } = usePage();
  const { spend } = report;
  if (spend === null) return null;
  const cells = [
    { label: words.spend, value: spend.total / spend.months },
    { label: words.per(first), value: spend.cost_per_mcl },
    { label: words.per(goal), value: spend.cost_per_sqo },
  ];
  return (
    <tfoot>
      <tr>
        <td>{show(words.together)}</td>
        {cells.map(({ label, value }) => (
          <td class="num" data-label={say(label)}>
            {value === null ? <None /> : <Num>{money(value)}</Num>}
          </td>
        ))}
        <td colSpan={3} />
      </tr>
    </tfoot>
  );
}

function Arrow({ children }: { children: string }) {
  return (
    <span class="flip" aria-hidden="true">
      {children}
    </span>
  );
}

function ChannelTable({ channels }: { channels: Channel[] }) {
  const { report, show, stageShort } = usePage();
  const [whole, setWhole] = useState(false);
  const shown = whole ? channels : channels.slice(0, AT_FIRST);
  const axis = useAxis(channels);
  const first = stageShort(report.stages[0]?.stage ?? "");
  const goal = stageShort(report.funnel.goal);
  const leaning = (
    <>
      {show(words.loss)} <Arrow>←</Arrow> <Arrow>→</Arrow> {show(words.gain)}
    </>
  );
  return (
    <div class="Card TableCard">
      <table class="channels stacked cells">
        <Heads
          of={[
            { text: show(words.channel) },
            { text: show(words.spend), kind: "num" },
            { text: show(words.per(first)), kind: "num" },
            { text: show(words.per(goal)), kind: "num" },
            { text: leaning, kind: "grow" },
            { text: <bdi>{show(words.roi)}</bdi>, kind: "num" },
            { text: show(words.recommendation) },
          ]}
        />
        <tbody>
          {shown.map((channel) => (
            <Row key={channel.source} channel={channel} axis={axis} first={first} goal={goal} />
          ))}
        </tbody>
        <Totals first={first} goal={goal} />
      </table>
      {channels.length > shown.length && (
        <p class="TableFoot">
          <button type="button" class="Button quiet" onClick={() => setWhole(true)}>
            {show(showAll(channels))}
          </button>
        </p>
      )}
    </div>
  );
}

export function Channels() {
  const { report, show } = usePage();
  const { channels, spend } = report;
  return (
    <Block
      id="channels"
      title={words.channels}
      note={spend && words.channelsNote(report.currency, spend.credit)}
      notes={["channels"]}
    >
      {channels.length === 0 ? <Empty>{show(words.noChannels)}</Empty> : <ChannelTable channels={channels} />}
    </Block>
  );
}
