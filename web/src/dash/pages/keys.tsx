// Keys: API keys for programs that ask, write keys for what sends events. A secret is shown once.
import { useState } from "preact/hooks";
import { useApp } from "../app";
import type { Key, NewKey } from "../api";
import { ask, changeSeen } from "../data/api";
import { When } from "../parts/basics";
import { Dialog } from "../parts/dialog";
import { Field, Form, Select, Ticks } from "../parts/form";
import { Keeping, KeptTable, RoleTicks } from "../parts/keeping";
import { Secret } from "../parts/secret";

interface FieldsProps<T> {
  value: T;
  onChange(change: Partial<T>): void;
}

interface Sending {
  source: string;
  origins: string;
  stands: string;
  events: string;
}

/** In a page everybody can read the key, so there it is held to what a page has to say. */
function WriteKeyFields({ value, onChange }: FieldsProps<Sending>) {
  const { say, show } = useApp();
  return (
    <>
      <Select
        label={say("keys.stands")}
        value={value.stands}
        choices={(["page", "server"] as const).map((stands) => ({ value: stands, label: say(`keys.in_${stands}`) }))}
        onChange={(stands) => onChange({ stands })}
      />
      <p class="sub wrap">{show(value.stands === "page" ? "keys.in_page_help" : "keys.in_server_help")}</p>
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
        help={show(value.stands === "page" ? "keys.origins_needed" : "keys.origins_help")}
        required={value.stands === "page"}
      />
      <Field
        label={say("keys.events")}
        value={value.events}
        onInput={(events) => onChange({ events })}
        help={show("keys.events_help")}
      />
    </>
  );
}

function ApiKeyFields({ value, onChange }: FieldsProps<{ roles: string[]; writes: boolean }>) {
  const { say } = useApp();
  return (
    <>
      <RoleTicks values={value.roles} onChange={(roles) => onChange({ roles })} />
      <label class="Choice">
        <input type="checkbox" checked={value.writes} onChange={() => onChange({ writes: !value.writes })} />
        {say("keys.writes")}
      </label>
    </>
  );
}

const asOrigins = (text: string) => text.split(/[\s,]+/).filter((each) => each !== "");
const asEvents = (text: string) => text.split(",").flatMap((each) => each.trim() || []);

function MakeKey({ onDone }: { onDone(): void }) {
  const { say, show } = useApp();
  const [key, setKey] = useState({
    kind: "write",
    name: "",
    source: "",
    origins: "",
    stands: "page",
    events: "",
    roles: [] as string[],
    writes: false,
  });
  const [made, setMade] = useState<NewKey | null>(null);
  const set = (change: Partial<typeof key>) => setKey((was) => ({ ...was, ...change }));
  const send = async () => {
    const { kind, name, source, roles, writes } = key;
    const origins = asOrigins(key.origins);
    const events = asEvents(key.events);
    const preset = key.stands === "page" ? { preset: "browser" } : {};
    const sending = { kind, name, source: source || null, origins, events, ...preset };
    const body = kind === "write" ? sending : { kind, name, roles, writes };
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

const CALLS = ["track", "identify", "group", "page", "screen", "alias"] as const;

const limitsOf = (key: Key) => ({
  origins: key.origins.join(" "),
  events: key.events.join(", "),
  calls: key.calls as string[],
  visitors: key.speaks_of === "visitors",
});

/** What a write key may send, changed while others send with it. */
function ChangeLimits({ item, onDone }: { item: Key; onDone(): void }) {
  const { say, show } = useApp();
  const [seen, setSeen] = useState(item);
  const [limits, setLimits] = useState(limitsOf(item));
  const set = (change: Partial<typeof limits>) => setLimits((was) => ({ ...was, ...change }));
  const look = async () => {
    const { items } = await ask<{ items: Key[] }>("/keys?kind=write");
    const now = items.find((each) => each.id === item.id) ?? item;
    setSeen(now);
    setLimits(limitsOf(now));
  };
  const send = async () => {
    const body = {
      origins: asOrigins(limits.origins),
      events: asEvents(limits.events),
      calls: limits.calls,
      speaks_of: limits.visitors ? "visitors" : "anyone",
    };
    await changeSeen(
      `/keys/${encodeURIComponent(item.id)}`,
      { method: "PATCH", version: seen.version ?? "", body },
      look,
    );
    onDone();
  };
  return (
    <Dialog title={show("keys.limits")} note={<bdi>{item.name}</bdi>} onClose={onDone}>
      <Form button={show("keys.limits")} onSubmit={send}>
        <p class="sub wrap">{show("keys.limits_note")}</p>
        <Field
          label={say("keys.origins")}
          value={limits.origins}
          onInput={(origins) => set({ origins })}
          help={show("keys.origins_help")}
        />
        <Field
          label={say("keys.events")}
          value={limits.events}
          onInput={(events) => set({ events })}
          help={show("keys.events_help")}
        />
        <Ticks
          label={say("keys.calls")}
          choices={CALLS.map((value) => ({ value, label: value }))}
          values={limits.calls}
          onChange={(calls) => set({ calls })}
        />
        <label class="Choice">
          <input type="checkbox" checked={limits.visitors} onChange={() => set({ visitors: !limits.visitors })} />
          {say("keys.visitors")}
        </label>
      </Form>
    </Dialog>
  );
}

/** What a write key is held to; nothing where it may say everything. */
function Limits({ item }: { item: Key }) {
  const { say, show } = useApp();
  const parts = [...item.calls, ...item.events];
  return (
    <>
      {item.speaks_of === "visitors" && <span class="sub">{show("keys.visitors")}</span>}
      {parts.length > 0 && (
        <span class="sub">
          {say("keys.only")} <bdi dir="ltr">{parts.join(", ")}</bdi>
        </span>
      )}
    </>
  );
}

/** What is done with a key of the list. */
type Act = "revoke" | "limits";

function Acts({ item, onAct }: { item: Key; onAct(act: Act): void }) {
  const { show, say } = useApp();
  return (
    <>
      {item.kind === "write" && (
        <button
          type="button"
          class="Button quiet"
          aria-label={say("keys.limits_of", { name: item.name })}
          onClick={() => onAct("limits")}
        >
          {show("keys.limits")}
        </button>
      )}
      <button
        type="button"
        class="Button danger"
        aria-label={say("keys.revoke_of", { name: item.name })}
        onClick={() => onAct("revoke")}
      >
        {show("keys.revoke")}
      </button>
    </>
  );
}

function Table({ keys, onAct }: { keys: Key[]; onAct(key: Key, act: Act): void }) {
  const { show, say } = useApp();
  return (
    <KeptTable heads={[show("name"), show("keys.kind"), show("keys.for"), show("keys.used")]} last={say("keys.revoke")}>
      {keys.map((key) => (
        <tr key={key.id} class={key.revoked_at ? "Off" : ""}>
          <th scope="row">
            <bdi>{key.name}</bdi>
            <span class="sub wrap">
              <code>{key.write_key ?? `${key.prefix}…`}</code>
            </span>
          </th>
          <td>{show(`keys.${key.kind}`)}</td>
          <td>
            {key.kind === "write" && <bdi>{key.source}</bdi>}
            {key.kind === "write" ? <Limits item={key} /> : key.roles.map((role) => say(`role.${role}`)).join(", ")}
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
              <Acts item={key} onAct={(act) => onAct(key, act)} />
            )}
          </td>
        </tr>
      ))}
    </KeptTable>
  );
}

export function KeysPage() {
  const { say, show } = useApp();
  return (
    <Keeping<Key, Act>
      address="/keys"
      title={say("nav.keys")}
      crumb={show("keys.crumb")}
      make={show("keys.make")}
      none={{ title: say("keys.none"), text: show("keys.none_help") }}
      table={(keys, open) => <Table keys={keys} onAct={open} />}
      making={(done) => <MakeKey onDone={done} />}
      changing={(key, done, act) =>
        act === "limits" ? <ChangeLimits item={key} onDone={done} /> : <Revoke item={key} onDone={done} />
      }
    />
  );
}
