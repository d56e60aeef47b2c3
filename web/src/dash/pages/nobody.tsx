// Leads between chairs: nobody owns them, or nobody has touched them for long.
import { useState } from "preact/hooks";
import { Num } from "../../text/rich";
import * as format from "../../text/format";
import { useApp } from "../app";
import type { Nobody } from "../api";
import { ask } from "../data/api";
import { searchOf } from "../data/router";
import { type Data, useData } from "../data/use-data";
import { Fetched, Head, Nothing, useErrorText, When } from "../parts/basics";
import { Select } from "../parts/form";
import { FunnelSwitch } from "../parts/funnel";
import { useRowKeys } from "../parts/keys";
import { LeadCells, LeadHeads } from "../parts/lead-cells";
import { More, useMore } from "../parts/more";
import type { PageProps } from "../root";

const KINDS = ["no_owner", "no_touch", "both"] as const;

function Give({ lead, onDone }: { lead: string; onDone(): void }) {
  const { say, options, notify, isolate } = useApp();
  const text = useErrorText();
  const [busy, setBusy] = useState(false);
  const give = async (user: string) => {
    if (user === "") return;
    setBusy(true);
    try {
      await ask(`/leads/${encodeURIComponent(lead)}/owner`, { method: "PUT", body: { user, team: null } });
      notify({ text: isolate(say("nobody.given", { lead })) });
    } catch (error) {
      notify({ text: isolate(text(error)), bad: true });
    }
    setBusy(false);
    onDone();
  };
  return (
    <span aria-busy={busy}>
      <Select
        inline
        label={say("nobody.give")}
        value=""
        choices={[
          { value: "", label: say("bulk.to") },
          ...options.people.map((each) => ({ value: each.id, label: each.name })),
        ]}
        onChange={(user) => void give(user)}
      />
    </span>
  );
}

function Table({ page, address, data }: { page: Nobody; address: string; data: Data<Nobody> }) {
  const { show, may } = useApp();
  const list = useMore(address, page);
  useRowKeys();
  return (
    <div class="Card TableCard">
      <table class="Plain stacked">
        <thead>
          <tr>
            <LeadHeads stage="stage.one" />
            <th scope="col">{show("nobody.why")}</th>
            <th scope="col">{show("lead.touched")}</th>
            {may("assign_leads") && <th scope="col">{show("nobody.give")}</th>}
          </tr>
        </thead>
        <tbody>
          {list.items.map(({ lead, kind, idle_days }) => (
            <tr key={lead.id} data-row>
              <LeadCells lead={lead} />
              <td>
                <span class={`BandPill ${kind === "both" ? "bad" : "warn"}`}>
                  <span>{show(`nobody.${kind}`)}</span>
                </span>
              </td>
              <td>
                <When at={lead.last_touch?.at ?? null} />
                <span class="sub">
                  {idle_days === null ? show("nobody.never") : show("nobody.days", { n: Math.floor(idle_days) })}
                </span>
              </td>
              {may("assign_leads") && (
                <td>
                  <Give lead={lead.id} onDone={data.reload} />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      <More list={list} />
    </div>
  );
}

export function NobodyPage({ place }: PageProps) {
  const { say, show } = useApp();
  const kind = place.query.get("kind");
  const asked = new URLSearchParams([...place.query].filter(([name]) => name === "kind" || name === "funnel"));
  const address = `/nobody${searchOf(asked)}`;
  const data = useData<Nobody>(address, { on: ["lead", "report"] });
  const counts = data.value?.counts;
  const all = counts ? counts.no_owner + counts.no_touch + counts.both : null;
  return (
    <>
      <Head
        title={all === null ? say("nav.nobody") : say("nobody.title", { n: all })}
        crumb={data.value && show("nobody.crumb", { n: data.value.idle_days })}
        end={
          <>
            <FunnelSwitch query={place.query} />
            <nav class="Segment" aria-label={say("nobody.why")}>
              <a href="/nobody" aria-current={kind === null ? "page" : undefined}>
                {show("report.all")}
              </a>
              {KINDS.map((name) => (
                <a href={`/nobody?kind=${name}`} aria-current={kind === name ? "page" : undefined} key={name}>
                  {show(`nobody.${name}`)} {counts && <Num>{format.count(counts[name])}</Num>}
                </a>
              ))}
            </nav>
          </>
        }
      />
      <Fetched data={data} rows={10}>
        {(page) =>
          page.items.length === 0 ? (
            <Nothing title={say("nobody.none")}>{show("nobody.none_help")}</Nothing>
          ) : (
            <Table page={page} address={address} data={data} key={address} />
          )
        }
      </Fetched>
    </>
  );
}
