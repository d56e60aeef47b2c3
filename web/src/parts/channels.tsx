// What each channel costs and returns. Return leans to one side of zero or to the other; loss is hatched.
import { usePage } from "../app/context";
import { usePeeks } from "../app/peeks";
import * as format from "../text/format";
import type { Channel } from "../text/names";
import { Num } from "../text/rich";
import { recommendationWord, words } from "../text/words";
import { Block } from "./block";
import { Empty, Open, Pill } from "./primitives";

const kinds: Record<Channel["recommendation"], string> = {
  increase: "good", continue: "good", improve_targeting: "warn", re_examine: "warn", stop: "bad", develop: "plain",
};

function Advice({ channel }: { channel: Channel }) {
  const { show } = usePage();
  const kind = channel.support === "none" ? "few" : `${kinds[channel.recommendation]} ${channel.support === "strong" ? "" : "seems"}`;
  return <><Pill kind={kind}>{show(recommendationWord(channel))}</Pill><span class="sub wrap">{show(channel.why)}</span></>;
}

/** The axis shows at most a return of 300%: one lucky channel may not flatten the others. */
function useAxis(channels: Channel[]) {
  const known = channels.flatMap((channel) => (channel.roi_pct === null ? [] : [channel.roi_pct]));
  const most = Math.min(300, Math.max(50, ...known));
  const least = Math.max(-100, Math.min(-20, ...known));
  const zero = (100 * -least) / (most - least);
  const length = (roi: number) => (100 * Math.min(most, Math.abs(roi))) / (most - least);
  return { zero, length };
}

export function Channels() {
  const { report, show, say, isolate, money } = usePage();
  const peeks = usePeeks();
  const { channels, spend } = report;
  const axis = useAxis(channels);
  const first = report.stages[0]?.stage ?? "";
  const goal = report.funnel.goal;
  const cost = (value: number | null) => (value === null ? <span class="muted plain">{show(words.none)}</span> : <Num>{money(value)}</Num>);
  const each = (count: number, stage: string) => <span class="sub hide-s"><Num>{format.count(count)}</Num> <bdi>{stage}</bdi></span>;
  return (
    <Block id="channels" title={words.channels} note={spend && words.channelsNote(report.currency, spend.credit)} notes={["channels"]}>
      {channels.length === 0 ? <Empty>{show(words.noChannels)}</Empty> : (
        <div class="Card TableCard">
          <table class="channels stacked cells">
            <thead><tr>
              <th scope="col">{show(words.channel)}</th><th scope="col" class="num">{show(words.spend)}</th><th scope="col" class="num">{show(words.per(first))}</th>
              <th scope="col" class="num">{show(words.per(goal))}</th>
              <th scope="col" class="grow">{show(words.loss)} <span class="flip" aria-hidden="true">←</span> <span class="flip" aria-hidden="true">→</span> {show(words.gain)}</th>
              <th scope="col" class="num"><bdi>{show(words.roi)}</bdi></th><th scope="col">{show(words.recommendation)}</th>
            </tr></thead>
            <tbody>
              {channels.map((channel) => (
                <tr key={channel.source}>
                  <th scope="row" class="wrap">{isolate(say(channel.label))}</th>
                  <td class="num" data-label={say(words.spend)}><Num>{money(channel.monthly_spend)}</Num></td>
                  <td class="num" data-label={say(words.per(first))}>{cost(channel.cost_per_mcl)}{each(channel.mcl, first)}</td>
                  <td class="num" data-label={say(words.per(goal))}>{cost(channel.cost_per_sqo)}{each(channel.sqo, goal)}</td>
                  <td class="full">{channel.roi_pct === null ? <span class="muted small">{show(words.noReturn)}</span> : (
                    <span class="Lean" aria-hidden="true" style={`--zero:${axis.zero.toFixed(2)}%`}><i class={channel.roi_pct < 0 ? "loss" : "gain"} style={`inline-size:${axis.length(channel.roi_pct).toFixed(1)}%`} /></span>)}</td>
                  <td class="num strong" data-label={say(words.roi)}>{channel.roi_pct === null ? <span class="muted">{format.NONE}</span>
                    : <Open peek={() => peeks.channel(channel)}>{format.signed(channel.roi_pct, format.wholePercent)}</Open>}</td>
                  <td class="full advice"><Advice channel={channel} /></td>
                </tr>
              ))}
            </tbody>
            {spend && (
              <tfoot><tr>
                <td>{show(words.together)}</td><td class="num"><Num>{money(spend.total)}</Num></td><td class="num">{cost(spend.cost_per_mcl)}</td>
                <td class="num">{cost(spend.cost_per_sqo)}</td><td colSpan={3} />
              </tr></tfoot>
            )}
          </table>
        </div>
      )}
    </Block>
  );
}
