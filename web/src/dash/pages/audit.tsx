// The audit trail: who did what, when, from where.
import { useApp } from "../app";
import type { AuditItem, AuditPage as Page } from "../api";
import { setQuery, searchOf } from "../data/router";
import { useData } from "../data/use-data";
import { Fetched, Head, Nothing, When } from "../parts/basics";
import { Select } from "../parts/form";
import { More, useMore } from "../parts/more";
import type { PageProps } from "../root";

const KINDS = ["handoff.", "definition.", "user.", "key.", "channel."] as const;
const addressOf = { handoff: "/handoffs/", lead: "/leads/", definition: "/definition/" } as const;

function Subject({ item }: { item: AuditItem }) {
  if (!item.subject) return null;
  const { kind, id, label } = item.subject;
  const base = addressOf[kind as keyof typeof addressOf];
  return base ? (
    <a href={base + encodeURIComponent(id)}>
      <bdi>{label}</bdi>
    </a>
  ) : (
    <bdi>{label}</bdi>
  );
}

function Table({ page, address }: { page: Page; address: string }) {
  const { show, of } = useApp();
  const list = useMore(address, page);
  return (
    <div class="Card TableCard">
      <table class="Plain stacked">
        <thead>
          <tr>
            <th scope="col">{show("audit.when")}</th>
            <th scope="col">{show("audit.who")}</th>
            <th scope="col">{show("audit.what")}</th>
            <th scope="col">{show("audit.on")}</th>
            <th scope="col">{show("audit.from")}</th>
          </tr>
        </thead>
        <tbody>
          {list.items.map((item) => (
            <tr key={item.id}>
              <td class="nowrap">
                <When at={item.at} time />
              </td>
              <th scope="row">
                <bdi>{item.actor.name}</bdi>
              </th>
              <td class="full wrap">
                {of(item.text)}
                <span class="sub">
                  <code>{item.action}</code>
                </span>
              </td>
              <td>
                <Subject item={item} />
              </td>
              <td class="muted">{item.ip && <bdi dir="ltr">{item.ip}</bdi>}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <More list={list} />
    </div>
  );
}

export function AuditPage({ place }: PageProps) {
  const { say, show } = useApp();
  const action = place.query.get("action") ?? "";
  const address = `/audit${searchOf(new URLSearchParams({ action }))}`;
  const data = useData<Page>(address);
  return (
    <>
      <Head
        title={say("nav.audit")}
        crumb={show("audit.crumb")}
        end={
          <Select
            inline
            label={say("audit.what")}
            value={action}
            choices={[
              { value: "", label: say("report.all") },
              ...KINDS.map((value) => ({ value, label: say(`audit.${value.slice(0, -1) as "user"}`) })),
            ]}
            onChange={(value) => setQuery({ action: value || null })}
          />
        }
      />
      <Fetched data={data} rows={12}>
        {(page) =>
          page.items.length === 0 ? (
            <Nothing title={say("audit.none")}>{show("audit.none_help")}</Nothing>
          ) : (
            <Table page={page} address={address} key={address} />
          )
        }
      </Fetched>
    </>
  );
}
