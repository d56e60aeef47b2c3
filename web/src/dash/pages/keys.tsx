// Keys: API keys for programs that ask, write keys for what sends events. A secret is shown once.
import { useState } from "preact/hooks";
import { useApp } from "../app";
import type { Key, KeyList, NewKey } from "../api-types";
import { ask } from "../data/api";
import { useData } from "../data/use-data";
import { Fetched, Head, Nothing, When } from "../parts/basics";
import { Dialog } from "../parts/dialog";
import { Field, Form, Select, Ticks } from "../parts/form";
import { Secret } from "../parts/secret";

const ROLES = ["marketing", "sales", "success", "product", "admin"] as const;

interface FieldsProps<T> {
  value: T;
  onChange(change: Partial<T>): void;
}

function WriteKeyFields({ value, onChange }: FieldsProps<{ source: string; origins: string }>) {
  const { say, show } = useApp();
  return (
    <>
      <Field
        label={say("keys.source")}
        value={value.source}
        onInput={(source) => onChange({ source })}
        help={show("keys.source_help")}
        required
      />
      <Field
        label={say("keys.origins")}
        value={value.origins}
        onInput={(origins) => onChange({ origins })}
        help={show("keys.origins_help")}
      />
    </>
  );
}

function ApiKeyFields({ value, onChange }: FieldsProps<{ roles: string[]; writes: boolean }>) {
  const { say } = useApp();
  return (
    <>
      <Ticks
        label={say("users.roles")}
        values={value.roles}
        choices={ROLES.map((role) => ({ value: role, label: say(`role.${role}`) }))}
        onChange={(roles) => onChange({ roles })}
      />
      <label class="Choice">
        <input type="checkbox" checked={value.writes} onChange={() => onChange({ writes: !value.writes })} />
        {say("keys.writes")}
      </label>
    </>
  );
}

function MakeKey({ onDone }: { onDone(): void }) {
  const { say, show } = useApp();
  const [key, setKey] = useState({
    kind: "write",
    name: "",
    source: "",
    origins: "",
    roles: [] as string[],
    writes: false,
  });
  const [made, setMade] = useState<NewKey | null>(null);
  const set = (change: Partial<typeof key>) => setKey((was) => ({ ...was, ...change }));
  const send = async () => {
    const { kind, name, source, roles, writes } = key;
    const origins = key.origins.split(/[\s,]+/).filter((each) => each !== "");
    const body = kind === "write" ? { kind, name, source: source || null, origins } : { kind, name, roles, writes };
    setMade(await ask<NewKey>("/keys", { method: "POST", once: true, body }));
  };
  return (
    <Dialog title={show("keys.make")} onClose={onDone}>
      {made ? (
        <Secret text={made.secret} note={show(made.key.kind === "api" ? "keys.once" : "keys.again")} onDone={onDone} />
      ) : (
        <Form button={show("keys.make")} onSubmit={send}>
          <Select
            label={say("keys.kind")}
            value={key.kind}
            choices={(["write", "api"] as const).map((value) => ({ value, label: say(`keys.${value}`) }))}
            onChange={(kind) => set({ kind })}
          />
          <Field label={say("name")} value={key.name} onInput={(name) => set({ name })} required maxLength={200} />
          {key.kind === "write" ? (
            <WriteKeyFields value={key} onChange={set} />
          ) : (
            <ApiKeyFields value={key} onChange={set} />
          )}
        </Form>
      )}
    </Dialog>
  );
}

function Revoke({ item, onDone }: { item: Key; onDone(): void }) {
  const { show } = useApp();
  const send = async () => {
    await ask(`/keys/${encodeURIComponent(item.id)}`, { method: "DELETE" });
    onDone();
  };
  return (
    <Dialog title={show("keys.revoke")} note={<bdi>{item.name}</bdi>} onClose={onDone}>
      <Form
        button={show("keys.revoke")}
        onSubmit={send}
        end={
          <button type="button" class="Button quiet" onClick={onDone}>
            {show("cancel")}
          </button>
        }
      >
        <p>{show("keys.revoke_note")}</p>
      </Form>
    </Dialog>
  );
}

function Table({ keys, onRevoke }: { keys: Key[]; onRevoke(key: Key): void }) {
  const { show, say } = useApp();
  return (
    <div class="Card TableCard">
      <table class="Plain stacked">
        <thead>
          <tr>
            <th scope="col">{show("name")}</th>
            <th scope="col">{show("keys.kind")}</th>
            <th scope="col">{show("keys.for")}</th>
            <th scope="col">{show("keys.used")}</th>
            <th scope="col">
              <span class="visually-hidden">{show("keys.revoke")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <tr key={key.id} class={key.revoked_at ? "Off" : ""}>
              <th scope="row">
                <bdi>{key.name}</bdi>
                <span class="sub">
                  <code>{key.write_key ?? `${key.prefix}…`}</code>
                </span>
              </th>
              <td>{show(`keys.${key.kind}`)}</td>
              <td>
                {key.kind === "write" ? (
                  <bdi>{key.source}</bdi>
                ) : (
                  key.roles.map((role) => say(`role.${role}`)).join(", ")
                )}
              </td>
              <td>
                <When at={key.last_used_at} />
              </td>
              <td>
                {key.revoked_at ? (
                  <span class="muted">
                    {show("keys.revoked")} <When at={key.revoked_at} />
                  </span>
                ) : (
                  <button
                    type="button"
                    class="Button danger"
                    aria-label={say("keys.revoke_of", { name: key.name })}
                    onClick={() => onRevoke(key)}
                  >
                    {show("keys.revoke")}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function KeysPage() {
  const { say, show } = useApp();
  const data = useData<KeyList>("/keys");
  const [open, setOpen] = useState<Key | "new" | null>(null);
  const done = () => {
    setOpen(null);
    data.reload();
  };
  const make = (
    <button type="button" class="Button primary" onClick={() => setOpen("new")}>
      {show("keys.make")}
    </button>
  );
  return (
    <>
      <Head title={say("nav.keys")} crumb={show("keys.crumb")} end={make} />
      <Fetched data={data}>
        {({ items }) =>
          items.length === 0 ? (
            <Nothing title={say("keys.none")} action={make}>
              {show("keys.none_help")}
            </Nothing>
          ) : (
            <Table keys={items} onRevoke={setOpen} />
          )
        }
      </Fetched>
      {open === "new" && <MakeKey onDone={done} />}
      {open !== null && open !== "new" && <Revoke item={open} onDone={done} />}
    </>
  );
}
