// The e-mail sequence: what was sent, opened and clicked, and what each mail brought.
import { usePage } from "../app/context";
import { usePeeks } from "../app/peeks";
import * as format from "../text/format";
import type { Mail } from "../text/names";
import { Num } from "../text/rich";
import { words } from "../text/words";
import { Block } from "./block";
import { Empty, Open } from "./primitives";
import { Heads } from "./table";

/** A rate with its bar on the axis that all the mails share, and the count behind it. */
function RateCell({ mail, what, most }: { mail: Mail; what: "opened" | "clicked"; most: number }) {
  const { say, inUnit } = usePage();
  const peeks = usePeeks();
  const rate = what === "opened" ? mail.open_pct : mail.click_pct;
  return (
    <td data-label={say(words[what])}>
      <span class="BarCell">
        <span class="well" aria-hidden="true">
          <span
            class={`Bar ${what === "clicked" ? "deep" : ""}`}
            style={`inline-size:${((100 * (rate ?? 0)) / most).toFixed(1)}%`}
          />
        </span>
        <span class="num">
          <Open peek={() => peeks.mailRate(mail, what)} n={mail.sent}>
            {inUnit(rate, "pct")}
          </Open>{" "}
          <span class="muted micro of">
            <Num>{format.count(mail[what])}</Num>
          </span>
        </span>
      </span>
    </td>
  );
}

/** The longest bar leaves a little of its well free, so that it is seen to be a part. */
const axis = (rates: (number | null)[]) => Math.max(1, ...rates.map((rate) => rate ?? 0)) * 1.25;

function MailTable({ mails, stage }: { mails: Mail[]; stage: string }) {
  const { show, say } = usePage();
  const peeks = usePeeks();
  const mostOpened = axis(mails.map((mail) => mail.open_pct));
  const mostClicked = axis(mails.map((mail) => mail.click_pct));
  const several = new Set(mails.map((mail) => mail.sequence)).size > 1;
  return (
    <table class="sequence stacked cells pairs">
      <Heads
        of={[
          { text: show(words.mail) },
          { text: show(words.sent), kind: "num" },
          { text: show(words.opened) },
          { text: show(words.clicked) },
          { text: show(words.brought(stage)), kind: "num" },
        ]}
      />
      <tbody>
        {mails.map((mail) => (
          <tr key={`${mail.sequence} ${mail.step}`}>
            <th scope="row" class="wrap">
              <span class="muted">
                <Num>{String(mail.step)}</Num>
              </span>
              {say(mail.label) !== String(mail.step) && <>&ensp;{show(mail.label)}</>}
              {several && <bdi class="sub">{mail.sequence}</bdi>}
            </th>
            <td class="num" data-label={say(words.sent)}>
              <Open peek={() => peeks.mailCount(mail, "sent")}>{format.count(mail.sent)}</Open>
            </td>
            <RateCell mail={mail} what="opened" most={mostOpened} />
            <RateCell mail={mail} what="clicked" most={mostClicked} />
            <td class="num strong" data-label={say(words.brought(stage))}>
              <Open peek={() => peeks.mailCount(mail, "brought")}>{format.count(mail.contributed_to_mel)}</Open>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Notes({ mails }: { mails: Mail[] }) {
  const { report, show } = usePage();
  const { sequence_feeds: feeds } = report;
  const opened = mails.reduce((sum, mail) => sum + mail.machine_opened, 0);
  const clicked = mails.reduce((sum, mail) => sum + mail.machine_clicked, 0);
  const n = format.count;
  return (
    <p class="TableFoot">
      {feeds && <span>{show(words.feeds(n(feeds.by_mail), n(feeds.total), feeds.stage, n(feeds.other)))}</span>}
      {opened + clicked > 0 && <span>{show(words.machine(n(opened), n(clicked)))}</span>}
    </p>
  );
}

export function Sequence() {
  const { report, show } = usePage();
  const mails = report.sequence;
  return (
    <Block id="sequence" title={words.sequence} notes={["sequence"]}>
      {mails.length === 0 ? (
        <Empty>{show(words.noSequence)}</Empty>
      ) : (
        <div class="Card TableCard">
          <MailTable mails={mails} stage={report.sequence_feeds?.stage ?? ""} />
          <Notes mails={mails} />
        </div>
      )}
    </Block>
  );
}
