// A score as a sum: each term where the one before ended, the threshold and the borderline band through all rows.
import * as format from "../../text/format";
import { Num } from "../../text/rich";
import { useApp } from "../app";
import type { Part, Why } from "../why-types";
import { Panel } from "./basics";
import { Sign } from "./why";

export type Score = Why["scores"][number];

export interface Bar {
  part: Part;
  from: number;
  to: number;
}

/** Where each term begins and ends. */
export function waterfall(parts: Part[]): Bar[] {
  let sum = 0;
  return parts.map((part) => {
    const from = sum;
    sum += part.points;
    return { part, from: Math.min(from, sum), to: Math.max(from, sum) };
  });
}

/** Points for what was done fade and come again; the others stand for what is known. */
const isEngagement = (part: Part) => part.inputs?.some((input) => input.name.startsWith("signals.")) ?? false;
const kindOf = (part: Part) => (part.points < 0 ? "minus" : isEngagement(part) ? "eng" : "");

function Lane({ score, most, from, to, kind }: { score: Score; most: number; from: number; to: number; kind: string }) {
  const pct = (value: number) => `${((100 * value) / most).toFixed(1)}%`;
  const { above, borderline } = score;
  return (
    <td class="lane" aria-hidden="true">
      <span>
        {above !== null && borderline !== null && (
          <u style={`inset-inline-start:${pct(borderline)};inline-size:${pct(above - borderline)}`} />
        )}
        {above !== null && <b style={`inset-inline-start:${pct(above)}`} />}
        <i class={kind} style={`inset-inline-start:${pct(from)};inline-size:${pct(to - from)}`} />
      </span>
    </td>
  );
}

function Term({ part }: { part: Part }) {
  const { of, show } = useApp();
  const why = part.why_zero ?? part.worth ?? part.rule;
  return (
    <th scope="row">
      {of(part.label)}
      <span class="sub wrap">
        {part.unknown ? show("score.unknown") : why && of(why)}
        {part.capped && <> · {show("score.capped")}</>}
      </span>
    </th>
  );
}

export function ScoreLedger({ score }: { score: Score }) {
  const { show, say, options, lang, isolate } = useApp();
  const bars = waterfall(score.parts);
  const total = score.value ?? 0;
  const most = Math.max(100, score.above ?? 0, total, ...bars.map((bar) => bar.to));
  const label = options.scores.find((each) => each.name === score.score)?.label[lang];
  const name = label ?? say("score.named", { name: score.score });
  return (
    <Panel title={isolate(name)} note={<Stand score={score} />}>
      <table class="ScoreLedger">
        <caption class="visually-hidden">{say("score.sum", { name, n: format.plain(total) })}</caption>
        <tbody>
          {bars.map(({ part, from, to }) => (
            <tr key={part.name}>
              <Term part={part} />
              <Lane score={score} most={most} from={from} to={to} kind={kindOf(part)} />
              <td class="num">
                <Num>{format.signed(part.points, format.plain)}</Num>
              </td>
            </tr>
          ))}
          <tr class="total">
            <th scope="row">{show("score.total")}</th>
            <Lane score={score} most={most} from={0} to={Math.max(0, total)} kind="sum" />
            <td class="num big">
              <Num>{score.value === null ? format.NONE : format.plain(score.value)}</Num>
            </td>
          </tr>
        </tbody>
      </table>
      <ScoreLegend score={score} engagement={score.parts.some(isEngagement)} fit={!score.parts.every(isEngagement)} />
    </Panel>
  );
}

function Stand({ score }: { score: Score }) {
  const { show } = useApp();
  if (score.value === null || score.above === null) return null;
  const borderline = score.borderline !== null && score.value > score.borderline;
  return <>{show(score.value > score.above ? "score.above" : borderline ? "score.borderline" : "score.below")}</>;
}

function ScoreLegend({ score, engagement, fit }: { score: Score; engagement: boolean; fit: boolean }) {
  const { show } = useApp();
  return (
    <p class="Legend">
      {score.borderline !== null && (
        <span>
          <i class="borderline" />
          {show("score.borderline")} <Num>{`${score.borderline}–${score.above}`}</Num>
        </span>
      )}
      {score.above !== null && (
        <span>
          <i class="threshold" />
          {show("score.threshold")} <Num>{format.plain(score.above)}</Num>
        </span>
      )}
      {fit && (
        <span>
          <i class="fit" />
          {show("score.fit")}
        </span>
      )}
      {engagement && (
        <span>
          <i class="engagement" />
          {show("score.engagement")}
        </span>
      )}
    </p>
  );
}

/** A profile or a BANT as far as rules read it: each criterion with what it read. */
export function Profile({ profile }: { profile: Why["profiles"][number] }) {
  const { show, of, segmentLabel } = useApp();
  return (
    <Panel
      title={show("fit.named", { name: segmentLabel(profile.profile) })}
      note={
        profile.fit === null
          ? show("why.unknown")
          : show("fit.match", { match: Math.round(100 * profile.fit), needed: Math.round(100 * profile.match_at) })
      }
    >
      <ul class="CheckList">
        {profile.parts.map((part) => (
          <li key={part.name}>
            <Sign truth={part.truth} />
            <span>{of(part.label)}</span>
            <span class="muted small">{show("fit.weight", { n: part.weight ?? 0 })}</span>
            {part.rule && <span class="detail">{of(part.rule)}</span>}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
