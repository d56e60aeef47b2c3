// The feedback loop: for each rule, how those who met it fared later against those who did not; and the channels that
// keep failing.
import { Num } from "../../text/rich";
import * as format from "../../text/format";
import { useApp } from "../app";
import type { Feedback } from "../api-types";
import { useData } from "../data/use-data";
import { Fetched, Head, Nothing, Panel, When } from "../parts/basics";
import { Share } from "./rejected";

type Row = Feedback["rows"][number];
const lights = { predicts: "good", says_nothing: "off", misleads: "bad", thin: "few" };

function Verdict({ row }: { row: Row }) {
  const { show } = useApp();
  return (
    <span class={`BandPill ${lights[row.verdict]}`}>
      <span>{show(`verdict.${row.verdict}`)}</span>
    </span>
  );
}

function Rule({ row }: { row: Row }) {
  const { of, show } = useApp();
  return (
    <tr>
      <th scope="row" class="wrap">
        {of(row.label)}
        <span class="sub wrap">
          {show(`feedback.${row.kind}`)} <bdi>{row.of}</bdi>
        </span>
      </th>
      <td class="num" data-label={show("feedback.met") as string}>
        <Share of={row.met.accepted} />
      </td>
      <td class="num">
        <Share of={row.unmet.accepted} />
      </td>
      <td class="num hide-s">
        <Share of={row.met.won} />
      </td>
      <td class="num hide-s">
        <Share of={row.met.disqualified} good="down" />
      </td>
      <td class="num strong">
        {row.lift_pp === null ? (
          <span class="muted">{format.NONE}</span>
        ) : (
          <Num>{format.signed(row.lift_pp, format.plain)}</Num>
        )}
      </td>
      <td class="full wrap">
        <Verdict row={row} />
        <span class="sub wrap">{of(row.text)}</span>
      </td>
    </tr>
  );
}

function Rules({ feedback }: { feedback: Feedback }) {
  const { show } = useApp();
  const heads = [
    { key: "feedback.rule", kind: "" },
    { key: "feedback.met", kind: "num" },
    { key: "feedback.unmet", kind: "num" },
    { key: "feedback.won", kind: "num hide-s" },
    { key: "feedback.disqualified", kind: "num hide-s" },
    { key: "feedback.lift", kind: "num" },
    { key: "feedback.verdict", kind: "" },
  ] as const;
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
          {feedback.rows.map((row) => (
            <Rule row={row} key={`${row.kind} ${row.id}`} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Channels({ feedback }: { feedback: Feedback }) {
  const { of, show } = useApp();
  const failing = feedback.channels.filter((channel) => channel.failing);
  if (failing.length === 0) return null;
  return (
    <Panel title={show("feedback.channels")} note={show("feedback.channels_note")} class="Warned">
      <ul class="Rows">
        {failing.map((channel) => (
          <li key={channel.value}>
            <span>
              <strong>{of(channel.label)}</strong>
              <span class="sub wrap">
                {of(channel.text)}
                {channel.since && (
                  <>
                    {" "}
                    · {show("feedback.since")} <When at={channel.since} />
                  </>
                )}
              </span>
            </span>
            <a href={`/rejected?where=${encodeURIComponent(`${channel.dimension}:${channel.value}`)}`}>
              {show("feedback.who")}
            </a>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

export function FeedbackPage() {
  const { say, show, of } = useApp();
  const data = useData<Feedback>("/feedback", { on: ["definition", "report"] });
  return (
    <>
      <Head
        title={say("feedback.title")}
        crumb={
          data.value && (
            <>
              {of(data.value.period.label)} · {show("feedback.crumb")}
            </>
          )
        }
      />
      <Fetched data={data} rows={8}>
        {(feedback) =>
          feedback.rows.length === 0 ? (
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
