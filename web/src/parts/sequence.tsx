// The e-mail sequence: what was sent, opened and clicked, and what each mail brought.
import { usePage } from "../app/context";
import { usePeeks } from "../app/peeks";
import * as format from "../text/format";
import { Num } from "../text/rich";
import { words } from "../text/words";
import { Block } from "./block";
import { Empty, Open } from "./primitives";

export function Sequence() {
  const { report, show, say, inUnit } = usePage();
  const peeks = usePeeks();
  const { sequence: mails, sequence_feeds: feeds } = report;
  const stage = feeds?.stage ?? "";
  const bar = (share: number | null, most: number, kind: string) => (
    <span class="well" aria-hidden="true"><span class={`Bar ${kind}`} style={`inline-size:${((100 * (share ?? 0)) / most).toFixed(1)}%`} /></span>
  );
  const top = (values: (number | null)[]) => Math.max(1, ...values.map((value) => value ?? 0)) * 1.25;
  const openTop = top(mails.map((mail) => mail.open_pct));
  const clickTop = top(mails.map((mail) => mail.click_pct));
  const machine = mails.reduce((sum, mail) => ({ opened: sum.opened + mail.machine_opened, clicked: sum.clicked + mail.machine_clicked }), { opened: 0, clicked: 0 });
  const several = new Set(mails.map((mail) => mail.sequence)).size > 1;
  return (
    <Block id="sequence" title={words.sequence} notes={["sequence"]}>
      {mails.length === 0 ? <Empty>{show(words.noSequence)}</Empty> : (
        <div class="Card TableCard">
          <table class="sequence stacked cells pairs">
            <thead><tr>
              <th scope="col">{show(words.mail)}</th><th scope="col" class="num">{show(words.sent)}</th>
              <th scope="col">{show(words.opened)}</th><th scope="col">{show(words.clicked)}</th><th scope="col" class="num">{show(words.brought(stage))}</th>
            </tr></thead>
            <tbody>
              {mails.map((mail) => (
                <tr key={`${mail.sequence} ${mail.step}`}>
                  <th scope="row" class="wrap"><span class="muted"><Num>{String(mail.step)}</Num></span>&ensp;{show(mail.label)}{several && <span class="sub"><bdi>{mail.sequence}</bdi></span>}</th>
                  <td class="num" data-label={say(words.sent)}><Open peek={() => peeks.mailCount(mail, "sent")}>{format.count(mail.sent)}</Open></td>
                  <td data-label={say(words.opened)}><span class="BarCell">{bar(mail.open_pct, openTop, "")}<span class="num"><Open peek={() => peeks.mailRate(mail, "opened")}>{inUnit(mail.open_pct, "pct")}</Open> <span class="muted micro of"><Num>{format.count(mail.opened)}</Num></span></span></span></td>
                  <td data-label={say(words.clicked)}><span class="BarCell">{bar(mail.click_pct, clickTop, "deep")}<span class="num"><Open peek={() => peeks.mailRate(mail, "clicked")}>{inUnit(mail.click_pct, "pct")}</Open> <span class="muted micro of"><Num>{format.count(mail.clicked)}</Num></span></span></span></td>
                  <td class="num strong" data-label={say(words.brought(stage))}><Open peek={() => peeks.mailCount(mail, "brought")}>{format.count(mail.contributed_to_mel)}</Open></td>
                </tr>
              ))}
            </tbody>
          </table>
          <p class="TableFoot">
            {feeds && <span>{show(words.feeds(format.count(feeds.by_mail), format.count(feeds.total), feeds.stage, format.count(feeds.other)))}</span>}
            {machine.opened + machine.clicked > 0 && <span>{show(words.machine(format.count(machine.opened), format.count(machine.clicked)))}</span>}
          </p>
        </div>
      )}
    </Block>
  );
}
