// What is made and then kept in a list: users, keys, webhooks. A button that makes, a list, the dialog of one of it.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { useApp } from "../app";
import type { Role } from "../api";
import type { Kind } from "../data/live";
import { useData } from "../data/use-data";
import { Fetched, Head, Nothing } from "./basics";
import { Ticks } from "./form";

/** `A`: what may be done with one that is kept, where that is more than one thing. */
interface KeepingProps<T, A> {
  address: string;
  title: string;
  crumb: ComponentChildren;
  make: ComponentChildren;
  /** When there is none yet. */
  none?: { title: string; text: ComponentChildren };
  /** What changes it besides what is done here. */
  on?: Kind[];
  table(items: T[], open: (item: T, act?: A) => void, reload: () => void): ComponentChildren;
  making(done: () => void): ComponentChildren;
  changing(item: T, done: () => void, act?: A): ComponentChildren;
}

export function Keeping<T, A = never>(props: KeepingProps<T, A>) {
  const { address, title, crumb, make, none, on = [], table, making, changing } = props;
  const data = useData<{ items: T[] }>(address, { on });
  const [open, setOpen] = useState<{ item: T | null; act?: A | undefined } | null>(null);
  const done = () => {
    setOpen(null);
    data.reload();
  };
  const button = (
    <button type="button" class="Button primary" onClick={() => setOpen({ item: null })}>
      {make}
    </button>
  );
  return (
    <>
      <Head title={title} crumb={crumb} end={button} />
      <Fetched data={data}>
        {({ items }) =>
          items.length === 0 && none ? (
            <Nothing title={none.title} action={button}>
              {none.text}
            </Nothing>
          ) : (
            <>{table(items, (item, act) => setOpen({ item, act }), data.reload)}</>
          )
        }
      </Fetched>
      {open && (open.item === null ? making(done) : changing(open.item, done, open.act))}
    </>
  );
}

/** The heads are those of the columns; of the last, which holds a button, only readers of the screen hear it. */
export function KeptTable({
  heads,
  last,
  children,
}: {
  heads: ComponentChildren[];
  last: string;
  children: ComponentChildren;
}) {
  return (
    <div class="Card TableCard">
      <table class="Plain stacked">
        <thead>
          <tr>
            {heads.map((head, i) => (
              <th scope="col" key={i}>
                {head}
              </th>
            ))}
            <th scope="col">
              <span class="visually-hidden">{last}</span>
            </th>
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

/** The teams of the definition, to which it routes; one that it does not know any more can be given up. */
export function TeamTicks({ values, onChange }: { values: string[]; onChange(teams: string[]): void }) {
  const { say, options, teamLabel } = useApp();
  const [given] = useState(values); // stays to be ticked again
  const names = [...new Set([...options.teams.map(({ name }) => name), ...given])];
  if (names.length === 0) return null;
  return (
    <Ticks
      label={say("users.teams")}
      values={values}
      choices={names.map((value) => ({ value, label: teamLabel(value) }))}
      onChange={onChange}
    />
  );
}

export const ROLES: Role[] = ["marketing", "sales", "success", "product", "admin"];

export function RoleTicks({ values, onChange }: { values: string[]; onChange(roles: string[]): void }) {
  const { say } = useApp();
  return (
    <Ticks
      label={say("users.roles")}
      values={values}
      choices={ROLES.map((value) => ({ value, label: say(`role.${value}`) }))}
      onChange={onChange}
    />
  );
}
