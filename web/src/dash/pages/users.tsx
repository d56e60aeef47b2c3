// Users: who may come in, in which roles; a one-time link for somebody new or somebody who forgot.
import { useState } from "preact/hooks";
import { useApp } from "../app";
import type { Invited, Role, User, UserList } from "../api-types";
import { ask } from "../data/api";
import { useData } from "../data/use-data";
import { Fetched, Head, When } from "../parts/basics";
import { Dialog } from "../parts/dialog";
import { Field, Form, Ticks } from "../parts/form";
import { Secret } from "../parts/secret";
import { Sessions } from "./account";

const ROLES: Role[] = ["marketing", "sales", "success", "product", "admin"];
const lights = { active: "good", invited: "warn", locked: "bad", off: "off" };

function Invite({ onDone }: { onDone(): void }) {
  const { say, show } = useApp();
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [roles, setRoles] = useState<string[]>([]);
  const [invited, setInvited] = useState<Invited | null>(null);
  const send = async () =>
    setInvited(await ask<Invited>("/users", { method: "POST", once: true, body: { name, email, roles } }));
  return (
    <Dialog title={show("users.invite")} onClose={onDone}>
      {invited ? (
        <Secret text={invited.link} note={show("users.link_note")} until={invited.expires_at} onDone={onDone} />
      ) : (
        <Form button={show("users.invite")} onSubmit={send}>
          <Field label={say("name")} value={name} onInput={setName} required maxLength={200} />
          <Field label={say("email")} value={email} onInput={setEmail} type="email" required />
          <Ticks
            label={say("users.roles")}
            values={roles}
            choices={ROLES.map((value) => ({ value, label: say(`role.${value}`) }))}
            onChange={setRoles}
          />
        </Form>
      )}
    </Dialog>
  );
}

function Change({ user, onDone }: { user: User; onDone(): void }) {
  const { say, show, session } = useApp();
  const [name, setName] = useState(user.name);
  const [roles, setRoles] = useState<string[]>(user.roles);
  const [invited, setInvited] = useState<Invited | null>(null);
  const path = `/users/${encodeURIComponent(user.id)}`;
  const send = async () => {
    await ask(path, { method: "PATCH", version: user.version, body: { name, roles } });
    onDone();
  };
  const turn = async (state: "active" | "off") => {
    await ask(path, { method: "PATCH", version: user.version, body: { state } });
    onDone();
  };
  const link = async () => setInvited(await ask<Invited>(`${path}/invitation`, { method: "POST", body: {} }));
  if (invited)
    return (
      <Dialog title={show("users.link")} onClose={onDone}>
        <Secret text={invited.link} note={show("users.link_note")} until={invited.expires_at} onDone={onDone} />
      </Dialog>
    );
  const off = user.state === "off" || user.state === "locked";
  return (
    <Dialog title={<bdi>{user.name}</bdi>} note={<bdi>{user.email}</bdi>} onClose={onDone}>
      <Form
        button={show("save")}
        onSubmit={send}
        end={
          <>
            <button type="button" class="Button" onClick={() => void link()}>
              {show("users.link")}
            </button>
            {user.id !== session.user.id && (
              <button
                type="button"
                class={off ? "Button" : "Button danger"}
                onClick={() => void turn(off ? "active" : "off")}
              >
                {show(off ? "users.on" : "users.off")}
              </button>
            )}
          </>
        }
      >
        <Field label={say("name")} value={name} onInput={setName} required maxLength={200} />
        <Ticks
          label={say("users.roles")}
          values={roles}
          choices={ROLES.map((value) => ({ value, label: say(`role.${value}`) }))}
          onChange={setRoles}
        />
      </Form>
      <h3>{show("account.sessions")}</h3>
      <Sessions user={user.id} />
    </Dialog>
  );
}

function Table({ users, onOpen }: { users: User[]; onOpen(user: User): void }) {
  const { show, say } = useApp();
  return (
    <div class="Card TableCard">
      <table class="Plain stacked">
        <thead>
          <tr>
            <th scope="col">{show("name")}</th>
            <th scope="col">{show("users.roles")}</th>
            <th scope="col">{show("users.state")}</th>
            <th scope="col">{show("users.seen")}</th>
            <th scope="col">
              <span class="visually-hidden">{show("users.change")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {users.map((user) => (
            <tr key={user.id}>
              <th scope="row">
                <bdi>{user.name}</bdi>
                <span class="sub">
                  <bdi>{user.email}</bdi>
                </span>
              </th>
              <td>{user.roles.map((role) => say(`role.${role}`)).join(", ")}</td>
              <td>
                <span class={`BandPill ${lights[user.state]}`}>
                  <span>{show(`users.${user.state}`)}</span>
                </span>
              </td>
              <td>
                <When at={user.last_seen_at} />
              </td>
              <td>
                <button
                  type="button"
                  class="Button"
                  aria-label={say("users.change_of", { name: user.name })}
                  onClick={() => onOpen(user)}
                >
                  {show("users.change")}
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function UsersPage() {
  const { say, show } = useApp();
  const data = useData<UserList>("/users");
  const [open, setOpen] = useState<User | "new" | null>(null);
  const done = () => {
    setOpen(null);
    data.reload();
  };
  return (
    <>
      <Head
        title={say("nav.users")}
        crumb={show("users.crumb")}
        end={
          <button type="button" class="Button primary" onClick={() => setOpen("new")}>
            {show("users.invite")}
          </button>
        }
      />
      <Fetched data={data}>{({ items }) => <Table users={items} onOpen={setOpen} />}</Fetched>
      {open === "new" && <Invite onDone={done} />}
      {open !== null && open !== "new" && <Change user={open} onDone={done} />}
    </>
  );
}
