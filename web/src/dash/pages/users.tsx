// Users: who may come in, in which roles; a one-time link for somebody new or somebody who forgot.
import { useState } from "preact/hooks";
import { Dotted } from "../../text/rich";
import { useApp } from "../app";
import type { Invited, User } from "../api";
import { ask, changeSeen } from "../data/api";
import { When } from "../parts/basics";
import { Dialog } from "../parts/dialog";
import { Field, Form } from "../parts/form";
import { Keeping, KeptTable, RoleTicks, TeamTicks } from "../parts/keeping";
import { Secret } from "../parts/secret";
import { Sessions } from "./account";

const lights = { active: "good", invited: "warn", locked: "bad", off: "off" };

function Invite({ onDone }: { onDone(): void }) {
  const { say, show } = useApp();
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [roles, setRoles] = useState<string[]>([]);
  const [teams, setTeams] = useState<string[]>([]);
  const [invited, setInvited] = useState<Invited | null>(null);
  const send = async () =>
    setInvited(await ask<Invited>("/users", { method: "POST", once: true, body: { name, email, roles, teams } }));
  return (
    <Dialog title={show("users.invite")} onClose={onDone}>
      {invited ? (
        <Secret text={invited.link} note={show("users.link_note")} until={invited.expires_at} onDone={onDone} />
      ) : (
        <Form button={show("users.invite")} onSubmit={send}>
          <Field label={say("name")} value={name} onInput={setName} required maxLength={200} />
          <Field label={say("email")} value={email} onInput={setEmail} type="email" required />
          <RoleTicks values={roles} onChange={setRoles} />
          <TeamTicks values={teams} onChange={setTeams} />
        </Form>
      )}
    </Dialog>
  );
}

function Change({ user, onDone }: { user: User; onDone(): void }) {
  const { say, show, session } = useApp();
  const [seen, setSeen] = useState(user);
  const [name, setName] = useState(user.name);
  const [roles, setRoles] = useState<string[]>(user.roles);
  const [teams, setTeams] = useState<string[]>(user.teams);
  const [invited, setInvited] = useState<Invited | null>(null);
  const path = `/users/${encodeURIComponent(user.id)}`;
  const look = async () => {
    const { items } = await ask<{ items: User[] }>("/users");
    const now = items.find((each) => each.id === user.id) ?? user;
    setSeen(now);
    setName(now.name);
    setRoles(now.roles);
    setTeams(now.teams);
  };
  const send = async () => {
    await changeSeen(path, { method: "PATCH", version: seen.version, body: { name, roles, teams } }, look);
    onDone();
  };
  const turn = async (state: "active" | "off") => {
    await changeSeen(path, { method: "PATCH", version: seen.version, body: { state } }, look);
    onDone();
  };
  const link = async () => setInvited(await ask<Invited>(`${path}/invitation`, { method: "POST", body: {} }));
  if (invited)
    return (
      <Dialog title={show("users.link")} onClose={onDone}>
        <Secret text={invited.link} note={show("users.link_note")} until={invited.expires_at} onDone={onDone} />
      </Dialog>
    );
  const off = seen.state === "off" || seen.state === "locked";
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
                {show(off ? "users.on" : "users.turn_off")}
              </button>
            )}
          </>
        }
      >
        <Field label={say("name")} value={name} onInput={setName} required maxLength={200} />
        <RoleTicks values={roles} onChange={setRoles} />
        <TeamTicks values={teams} onChange={setTeams} />
      </Form>
      <h3>{show("account.sessions")}</h3>
      <Sessions user={user.id} />
    </Dialog>
  );
}

function Table({ users, onOpen }: { users: User[]; onOpen(user: User): void }) {
  const { show, say, teamLabel } = useApp();
  return (
    <KeptTable
      heads={[show("name"), show("users.roles"), show("users.teams"), show("users.state"), show("users.seen")]}
      last={say("users.change")}
    >
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
            <Dotted parts={user.teams.map(teamLabel)} />
          </td>
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
    </KeptTable>
  );
}

export function UsersPage() {
  const { say, show } = useApp();
  return (
    <Keeping<User>
      address="/users"
      title={say("nav.users")}
      crumb={show("users.crumb")}
      make={show("users.invite")}
      table={(users, open) => <Table users={users} onOpen={open} />}
      making={(done) => <Invite onDone={done} />}
      changing={(user, done) => <Change user={user} onDone={done} />}
    />
  );
}
