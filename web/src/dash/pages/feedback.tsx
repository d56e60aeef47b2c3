// The feedback loop: for each rule, how those who met it fared later against those who did not; and the channels whose
// leads keep failing.
import { Num } from "../../text/rich";
import * as format from "../../text/format";
import { useApp } from "../app";
import type { Feedback } from "../feedback-types";
import { useData } from "../data/use-data";
import { Fetched, Head, Nothing, Panel } from "../parts/basics";
import { ofAccepted, ofFate, Share } from "../parts/share";

type Criterion = Feedback["criteria"][number];

const lights = {
  predicts: "good",
  predicts_against: "bad",
  does_not_tell_apart: "off",
  required: "off",
  too_few: "few",
} as const;

/** Rules that tell something come first; those that everybody had to meet, last. */
const RANK = ["predicts_against", "predicts", "does_not_tell_apart", "too_few", "required"];
export const ranked = (rows: Criterion[]) => [...rows].sort((a, b) => RANK.indexOf(a.says) - RANK.indexOf(b.says));

function Verdict({ row }: { row: Criterion }) {
  const { show } = useApp();
  const seems = row.support === "indicative" ? "seems" : "";
  return (
    <span class={`BandPill ${lights[row.says]} ${seems}`}>
      <span>{show(`verdict.${row.says}`)}</span>
    </span>
  );
}

function Rule({ row }: { row: Criterion }) {
  const { of, show, say } = useApp();
  const apart = row.accepted.difference_ci95;
  return (
    <tr>
      <th scope="row" class="wrap">
        {of(row.name)}
        <span class="sub wrap">{show(`feedback.${row.kind}`, { stage: row.stage })}</span>
      </th>
      <td class="num" data-label={say("feedback.met")}>
        <Share of={ofAccepted(row.with)} />
      </td>
      <td class="num" data-label={say("feedback.unmet")}>
        <Share of={ofAccepted(row.without)} />
      </td>
      <td class="num hide-s">
        <Share of={ofFate(row.with, "won")} />
      </td>
      <td class="num hide-s">
        <Share of={ofFate(row.with, "turned_down")} />
      </td>
      <td class="num" data-label={say("feedback.lift")}>
        {apart ? (
          <Num>{`${format.signed(apart[0]!, format.plain)} … ${format.signed(apart[1]!, format.plain)}`}</Num>
        ) : (
          <span class="muted">{format.NONE}</span>
        )}
      </td>
      <td class="full wrap">
        <Verdict row={row} />
        <span class="sub wrap">{of(row.text)}</span>
      </td>
    </tr>
  );
}

const heads = [
  { key: "feedback.rule", kind: "" },
  { key: "feedback.met", kind: "num" },
  { key: "feedback.unmet", kind: "num" },
  { key: "feedback.won", kind: "num hide-s" },
  { key: "feedback.turned_down", kind: "num hide-s" },
  { key: "feedback.lift", kind: "num" },
  { key: "feedback.verdict", kind: "" },
] as const;

function Rules({ feedback }: { feedback: Feedback }) {
  const { show } = useApp();
  return (
    <div class="Card TableCard">
      <table class="Plain stacked feedback">
        <thead>
          <tr>
            {heads.map(({ key, kind }) => (
              <th scope="col" class={kind} key={key}>
                {show(key)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ranked(feedback.criteria).map((row) => (
            <Rule row={row} key={row.key} />
          ))}
        </tbody>
      </table>
      <p class="TableFoot">
        <span>{show("feedback.tests", { n: feedback.tests })}</span>
      </p>
    </div>
  );
}

function Channels({ feedback }: { feedback: Feedback }) {
  const { of, show } = useApp();
  const failing = feedback.channels.filter((channel) => channel.keeps_failing);
  if (failing.length === 0) return null;
  return (
    <Panel title={show("feedback.channels")} note={show("feedback.channels_note")} class="Warned">
      <ul class="Rows">
        {failing.map((channel) => (
          <li key={channel.channel}>
            <span>
              <strong>{of(channel.label)}</strong>
              <span class="sub wrap">
                {show("feedback.failed", {
                  n: channel.failed,
                  of: channel.handed_over,
                  pct: format.percent(channel.failed_pct ?? 0),
                  others: format.percent(channel.others_failed_pct ?? 0),
                })}
              </span>
            </span>
            <a href={`/rejected?where=${encodeURIComponent(`source:${channel.channel ?? ""}`)}`}>
              {show("feedback.who")}
            </a>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

export function FeedbackPage() {
  const { say, show } = useApp();
  const data = useData<Feedback>("/feedback", { on: ["definition", "report"] });
  return (
    <>
      <Head title={say("feedback.title")} crumb={show("feedback.crumb")} />
      <Fetched data={data} rows={8}>
        {(feedback) =>
          feedback.criteria.length === 0 ? (
            <Nothing title={say("feedback.none")}>{show("feedback.none_help")}</Nothing>
          ) : (
            <div class="Stack">
              <Channels feedback={feedback} />
              <Rules feedback={feedback} />
            </div>
          )
        }
      </Fetched>
    </>
  );
}
