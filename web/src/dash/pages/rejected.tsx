// Marketing's side: what sales sent back, and why; which sources keep failing.
import { Num } from "../../text/rich";
import * as format from "../../text/format";
import { useApp } from "../app";
import type { Handoff, Rejected } from "../api";
import { setQuery } from "../data/router";
import { searchOf } from "../data/router";
import { useData } from "../data/use-data";
import { accountName, Fetched, Head, LeadLink, Nothing, Panel, When } from "../parts/basics";
import { Select } from "../parts/form";
import { FunnelSwitch } from "../parts/funnel";
import { More, useMore } from "../parts/more";
import { ofMeasure, Share } from "../parts/share";
import type { PageProps } from "../root";

function ReasonTable({ rejected }: { rejected: Rejected }) {
  const { of, show } = useApp();
  const most = Math.max(1, ...rejected.reasons.map((row) => row.count));
  return (
    <Panel title={show("rejected.why")} note={show("rejected.of", { n: rejected.total, of: rejected.decided })}>
      <table class="Plain">
        <thead>
          <tr>
            <th scope="col">{show("rejected.reason")}</th>
            <th scope="col" class="grow hide-s">
              <span class="visually-hidden">{show("rejected.count")}</span>
            </th>
            <th scope="col" class="num">
              {show("rejected.count")}
            </th>
            <th scope="col" class="num">
              {show("rejected.share")}
            </th>
          </tr>
        </thead>
        <tbody>
          {rejected.reasons.map((row) => (
            <tr key={`${row.decision} ${row.reason}`}>
              <th scope="row">
                {of(row.label)}
                <span class="sub">{show(row.decision === "reject" ? "handoff.rejected" : "handoff.returned")}</span>
              </th>
              <td class="hide-s">
                <span class="well">
                  <span
                    class={`Bar ${row.decision === "reject" ? "outside" : ""}`}
                    style={`inline-size:${(100 * row.count) / most}%`}
                  />
                </span>
              </td>
              <td class="num strong">
                <Num>{format.count(row.count)}</Num>
              </td>
              <td class="num">
                <Share of={ofMeasure(row.share)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function SourceTable({ rejected }: { rejected: Rejected }) {
  const { of, show } = useApp();
  return (
    <Panel title={show("rejected.sources")} note={show("rejected.sources_note")}>
      <table class="Plain">
        <thead>
          <tr>
            <th scope="col">{show("rejected.source")}</th>
            <th scope="col" class="num">
              {show("rejected.decided")}
            </th>
            <th scope="col" class="num">
              {show("handoff.accepted")}
            </th>
          </tr>
        </thead>
        <tbody>
          {rejected.sources.map((row) => (
            <tr key={row.value}>
              <th scope="row">
                {of(row.label)}{" "}
                {row.failing && (
                  <span class="BandPill bad">
                    <span>{show("rejected.failing")}</span>
                  </span>
                )}
              </th>
              <td class="num">
                <Num>{format.count(row.decided)}</Num>
              </td>
              <td class="num">
                <Share of={ofMeasure(row.accepted)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function One({ handoff }: { handoff: Handoff }) {
  const { of, show } = useApp();
  const { decision } = handoff;
  return (
    <li>
      <span>
        <LeadLink lead={handoff.lead} />
        {handoff.lead.account && (
          <span class="muted small">
            {" · "}
            <bdi>{accountName(handoff.lead.account)}</bdi>
          </span>
        )}
        <span class="sub wrap">
          {decision?.reason_label ? of(decision.reason_label) : show(`handoff.one_${handoff.state}`)}
          {decision && (
            <>
              {" "}
              · <bdi>{decision.by.name}</bdi>
            </>
          )}
        </span>
        {decision?.note && (
          <q class="said small">
            <bdi>{decision.note}</bdi>
          </q>
        )}
      </span>
      <span class="muted small end">
        <a href={`/handoffs/${encodeURIComponent(handoff.id)}?view=decided`}>{show(`handoff.one_${handoff.state}`)}</a>
        <span class="sub">
          <When at={decision?.at ?? null} />
        </span>
      </span>
    </li>
  );
}

function List({ page, address }: { page: Rejected; address: string }) {
  const { show } = useApp();
  const list = useMore(address, page);
  return (
    <Panel title={show("rejected.each")} note={show("rejected.each_note")}>
      <ul class="Rows">
        {list.items.map((handoff) => (
          <One handoff={handoff} key={handoff.id} />
        ))}
      </ul>
      <More list={list} />
    </Panel>
  );
}

export function RejectedPage({ place }: PageProps) {
  const { say, show, options, lang } = useApp();
  const filters = [...place.query].filter(([name]) => ["period", "where", "funnel"].includes(name));
  const address = `/rejected${searchOf(new URLSearchParams(filters))}`;
  const data = useData<Rejected>(address, { on: ["handoff"] });
  return (
    <>
      <Head
        title={data.value ? say("rejected.title", { n: data.value.total }) : say("nav.rejected")}
        crumb={show("rejected.crumb")}
        end={
          <>
            <FunnelSwitch query={place.query} />
            <Select
              inline
              label={say("report.period")}
              value={place.query.get("period") ?? ""}
              choices={[
                { value: "", label: say("report.period_default") },
                ...options.periods.map((each) => ({ value: each.period, label: each.label[lang] })),
              ]}
              onChange={(period) => setQuery({ period: period || null })}
            />
          </>
        }
      />
      <Fetched data={data}>
        {(page) =>
          page.total === 0 ? (
            <Nothing title={say("rejected.none")}>{show("rejected.none_help")}</Nothing>
          ) : (
            <div class="Cols even">
              <div class="Stack">
                <ReasonTable rejected={page} />
                <SourceTable rejected={page} />
              </div>
              <List page={page} address={address} key={address} />
            </div>
          )
        }
      </Fetched>
    </>
  );
}
