// The people behind a number, in a drawer: how many, counted how, and each of them.
import { Num } from "../../text/rich";
import * as format from "../../text/format";
import { useApp } from "../app";
import type { PeoplePage } from "../api";
import { BASE } from "../data/api";
import { searchOf } from "../data/router";
import { useData } from "../data/use-data";
import { Fetched, Icon, icons, Nothing, When } from "./basics";
import { Dialog } from "./dialog";
import { LeadCells, LeadHeads } from "./lead-cells";
import { More, useMore } from "./more";

/** The report's filters and the cell, as the server takes them. */
export const peopleQuery = (query: URLSearchParams): string => {
  const kept = new URLSearchParams(query);
  for (const name of ["lang", "theme"]) kept.delete(name);
  return searchOf(kept);
};

export function PeopleDrawer({ query, onClose }: { query: URLSearchParams; onClose(): void }) {
  const { show } = useApp();
  const address = `/report/people${peopleQuery(query)}`;
  const data = useData<PeoplePage>(address, { on: ["report", "handoff"] });
  const title = data.value ? <PeopleTitle page={data.value} /> : show("people.title");
  return (
    <Dialog kind="drawer" title={title} note={data.value && <PeopleNote page={data.value} />} onClose={onClose}>
      <Fetched data={data} rows={10}>
        {(page) => <PeopleList page={page} address={address} key={address} />}
      </Fetched>
    </Dialog>
  );
}

const PeopleTitle = ({ page }: { page: PeoplePage }) => {
  const { of } = useApp();
  return <>{of(page.cell.label)}</>;
};

function PeopleNote({ page }: { page: PeoplePage }) {
  const { of, show } = useApp();
  const { formula, period, definition } = page.cell;
  return (
    <>
      {of(formula)} · {of(period.label)} · {show("definition.one")} <bdi dir="ltr">{definition.slice(0, 6)}</bdi>
    </>
  );
}

function PeopleList({ page, address }: { page: PeoplePage; address: string }) {
  const { say, show, may } = useApp();
  const list = useMore(address, page);
  if (page.total === 0) return <Nothing title={say("people.none")}>{show("people.none_help")}</Nothing>;
  return (
    <>
      <table class="People">
        <thead>
          <tr>
            <LeadHeads stage="stage.now" />
            <th scope="col" class="hide-s">
              {show("lead.captured")}
            </th>
          </tr>
        </thead>
        <tbody>
          {list.items.map((lead) => (
            <tr key={lead.id}>
              <LeadCells lead={lead} wrap />
              <td class="hide-s">
                <When at={lead.captured_at} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <More list={list} />
      <p class="DrawerFoot">
        <span class="muted small">
          <Num>{format.count(page.total ?? page.items.length)}</Num> {show("people.in_all")}
        </span>
        {may("export") && (
          <a class="Button" href={`${BASE}${csvAddress(address)}`} download>
            <Icon path={icons.download} /> CSV
          </a>
        )}
      </p>
    </>
  );
}

/** A link can't set Accept: the ending says the same. */
const csvAddress = (address: string) => address.replace("/report/people", "/report/people.csv");
