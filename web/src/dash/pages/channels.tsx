// Webhooks: where reminders and escalations of handoffs go by themselves, and what became of them.
import { useEffect, useRef, useState } from "preact/hooks";
import { Dotted } from "../../text/rich";
import { useApp } from "../app";
import type { Channel, NewChannel, Send, SendPage } from "../api";
import { ask } from "../data/api";
import { useData } from "../data/use-data";
import { Fetched, Panel, When } from "../parts/basics";
import { Dialog } from "../parts/dialog";
import { Field, Form } from "../parts/form";
import { Keeping, RoleTicks, TeamTicks } from "../parts/keeping";
import { More, useMore } from "../parts/more";
import { Secret } from "../parts/secret";

const LATELY = 5;
const LOOK_MS = 1000;
const at = (channel: Channel, rest = "") => `/channels/${encodeURIComponent(channel.id)}${rest}`;

/* ---- what was sent ---- */

const bands = { sent: "good", pending: "warn", unknown: "warn", failed: "bad", overtaken: "off" } as const;

/** The state, and why. */
function State({ send }: { send: Send }) {
  const { show } = useApp();
  const why = send.reason ?? null;
  const tried = send.state === "pending" && send.attempts > 0;
  const parts = [
    why !== null && show(`hook.reason.${why}`),
    why === null && send.state !== "sent" && send.status !== null && show("hook.answer", { status: `${send.status}` }),
    send.attempts > 1 && show("hook.tries", { n: send.attempts }),
    tried && send.next_at !== null && (
      <>
        {show("hook.again")} <When at={send.next_at} time />
      </>
    ),
  ];
  return (
    <>
      <span class={`BandPill ${bands[send.state]}`}>
        <span>{show(`hook.state.${send.state}`)}</span>
      </span>
      <span class="sub wrap">
        <Dotted parts={parts} />
      </span>
    </>
  );
}

function What({ send }: { send: Send }) {
  const { show, teamLabel } = useApp();
  const type = send.type.replace(/^.*\./, "") as "reminder" | "escalation" | "test";
  return (
    <>
      {show(`hook.type.${type}`)} {send.to !== null && <bdi>{teamLabel(send.to)}</bdi>}
      {send.handoff !== null && (
        <span class="sub">
          <a href={`/handoffs/${encodeURIComponent(send.handoff)}`}>
            <bdi>{send.lead}</bdi>
          </a>{" "}
          <bdi>{send.stage}</bdi>
        </span>
      )}
    </>
  );
}

function Sends({ items }: { items: Send[] }) {
  const { show } = useApp();
  return (
    <table class="Plain stacked">
      <thead>
        <tr>
          <th scope="col">{show("hook.when")}</th>
          <th scope="col">{show("hook.what")}</th>
          <th scope="col">{show("hook.state")}</th>
        </tr>
      </thead>
      <tbody>
        {items.map((send) => (
          <tr key={send.id}>
            <td class="nowrap">
              <When at={send.due_at} time />
            </td>
            <th scope="row">
              <What send={send} />
            </th>
            <td>
              <State send={send} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const isMoving = ({ state, attempts }: Send) => state === "unknown" || (state === "pending" && attempts === 0);

/** The last ones; looked at again while one is on its way. `turn`: something was sent. */
function Lately({
  channel,
  turn,
  onSettled,
  onAll,
}: {
  channel: Channel;
  turn: number;
  onSettled(): void;
  onAll(): void;
}) {
  const { show, say } = useApp();
  const data = useData<SendPage>(at(channel, `/sends?limit=${LATELY}`), { on: ["alert"] });
  const items = data.value?.items ?? null;
  const moving = items?.some(isMoving) ?? false;
  const told = items?.map(({ id, state, attempts }) => `${id} ${state} ${attempts}`).join() ?? null;
  const before = useRef(told);
  useEffect(() => {
    if (turn > 0) data.reload();
  }, [turn]);
  useEffect(() => {
    if (told === null || moving) return;
    if (before.current !== null && before.current !== told) onSettled();
    before.current = told;
  }, [told, moving]);
  useEffect(() => {
    if (!moving) return;
    const timer = setTimeout(data.reload, LOOK_MS);
    return () => clearTimeout(timer);
  }, [moving, data.value]);
  return (
    <Fetched data={data} rows={2}>
      {({ items, total }) =>
        items.length === 0 ? (
          <p class="muted">{show("hook.no_sends")}</p>
        ) : (
          <>
            <Sends items={items} />
            {total > items.length && (
              <p class="MoreRow">
                <button
                  type="button"
                  class="Button"
                  aria-label={say("hook.all_of", { n: total, name: channel.name })}
                  onClick={onAll}
                >
                  <span>{show("hook.all", { n: total })}</span>
                </button>
              </p>
            )}
          </>
        )
      }
    </Fetched>
  );
}

function AllRows({ address, page }: { address: string; page: SendPage }) {
  const list = useMore<Send>(address, page);
  return (
    <>
      <Sends items={list.items} />
      <More list={list} />
    </>
  );
}

function AllSends({ channel, onDone }: { channel: Channel; onDone(): void }) {
  const { show } = useApp();
  const address = at(channel, "/sends");
  const data = useData<SendPage>(address);
  return (
    <Dialog kind="drawer" title={show("hook.sends")} note={<bdi>{channel.name}</bdi>} onClose={onDone}>
      <Fetched data={data}>{(page) => <AllRows address={address} page={page} />}</Fetched>
    </Dialog>
  );
}

/* ---- one webhook ---- */

type Act = "secret" | "end" | "sends";

function ForWhom({ channel }: { channel: Channel }) {
  const { say, show, teamLabel } = useApp();
  const names = [...channel.teams.map(teamLabel), ...channel.roles.map((role) => say(`role.${role}`))];
  return names.length === 0 ? <>{show("hook.everybody")}</> : <bdi>{names.join(", ")}</bdi>;
}

/** Whether what is sent arrives, in a line. */
function Health({ channel }: { channel: Channel }) {
  const { show } = useApp();
  const { failed, failing_since, sent_at, ended_at } = channel;
  const why = failed?.reason ?? null;
  return (
    <p class="HookHealth">
      {failing_since !== null && ended_at === null && (
        <span class="small">
          <span class={`BandPill ${channel.troubled ? "bad" : "warn"}`}>
            <span>{show("hook.failing")}</span>
          </span>{" "}
          {show("hook.since")} <When at={failing_since} time />
          {": "}
          {why !== null ? show(`hook.reason.${why}`) : show("hook.answer", { status: `${failed?.status}` })}
        </span>
      )}
      <span class="muted small">
        {sent_at === null ? (
          show("hook.never")
        ) : (
          <>
            {show("hook.arrived")} <When at={sent_at} time />
          </>
        )}
      </span>
      {channel.waiting > 0 && <span class="muted small">{show("hook.waiting", { n: channel.waiting })}</span>}
    </p>
  );
}

interface HookProps {
  channel: Channel;
  onAct(act: Act): void;
  onSettled(): void;
}

function Hook({ channel, onAct, onSettled }: HookProps) {
  const { show, say, notify } = useApp();
  const [turn, setTurn] = useState(0);
  const name = channel.name;
  const tryIt = () =>
    void ask(at(channel, "/try"), { method: "POST", once: true }).then(
      () => setTurn((was) => was + 1),
      (error: Error) => notify({ text: error.message, bad: true }),
    );
  const acts = [
    { key: "hook.try", of: "hook.try_of", act: tryIt, kind: "" },
    { key: "hook.secret", of: "hook.secret_of", act: () => onAct("secret"), kind: "quiet" },
    { key: "hook.end", of: "hook.end_of", act: () => onAct("end"), kind: "danger" },
  ] as const;
  return (
    <Panel
      title={<bdi>{name}</bdi>}
      note={
        <>
          {show("hook.for_whom")}: <ForWhom channel={channel} />
        </>
      }
      class={`Hook ${channel.ended_at ? "Ended" : ""}`}
    >
      <p class="sub wrap">
        <code dir="ltr">{channel.url}</code>
      </p>
      <Health channel={channel} />
      {channel.ended_at === null ? (
        <p class="Buttons">
          {acts.map(({ key, of, act, kind }) => (
            <button type="button" class={`Button ${kind}`} aria-label={say(of, { name })} onClick={act} key={key}>
              {show(key)}
            </button>
          ))}
        </p>
      ) : (
        <p class="muted small">
          {show("hook.ended")} <When at={channel.ended_at} time />
        </p>
      )}
      <Lately channel={channel} turn={turn} onSettled={onSettled} onAll={() => onAct("sends")} />
    </Panel>
  );
}

/* ---- making and changing ---- */

function MakeHook({ onDone }: { onDone(): void }) {
  const { say, show } = useApp();
  const [hook, setHook] = useState({ name: "", url: "", teams: [] as string[], roles: [] as string[] });
  const [made, setMade] = useState<NewChannel | null>(null);
  const set = (change: Partial<typeof hook>) => setHook((was) => ({ ...was, ...change }));
  const send = async () => setMade(await ask<NewChannel>("/channels", { method: "POST", once: true, body: hook }));
  return (
    <Dialog title={show("hook.make")} onClose={onDone}>
      {made ? (
        <Secret text={made.secret} note={show("hook.once")} onDone={onDone} />
      ) : (
        <Form button={<span>{show("hook.make")}</span>} onSubmit={send}>
          <Field label={say("name")} value={hook.name} onInput={(name) => set({ name })} required maxLength={200} />
          <Field
            label={say("hook.url")}
            value={hook.url}
            onInput={(url) => set({ url })}
            help={show("hook.url_help")}
            required
            maxLength={2000}
          />
          <p class="sub wrap">{show("hook.for_help")}</p>
          <TeamTicks values={hook.teams} onChange={(teams) => set({ teams })} />
          <RoleTicks values={hook.roles} onChange={(roles) => set({ roles })} />
        </Form>
      )}
    </Dialog>
  );
}

function NewSecret({ channel, onDone }: { channel: Channel; onDone(): void }) {
  const { show } = useApp();
  const [made, setMade] = useState<NewChannel | null>(null);
  const send = async () => setMade(await ask<NewChannel>(at(channel, "/secret"), { method: "POST", once: true }));
  return (
    <Dialog title={show("hook.secret")} note={<bdi>{channel.name}</bdi>} onClose={onDone}>
      {made ? (
        <Secret text={made.secret} note={show("hook.once")} onDone={onDone} />
      ) : (
        <Form button={show("hook.secret")} onSubmit={send}>
          <p>{show("hook.secret_note")}</p>
        </Form>
      )}
    </Dialog>
  );
}

function End({ channel, onDone }: { channel: Channel; onDone(): void }) {
  const { show } = useApp();
  const send = async () => {
    await ask(at(channel), { method: "DELETE" });
    onDone();
  };
  return (
    <Dialog title={show("hook.end")} note={<bdi>{channel.name}</bdi>} onClose={onDone}>
      <Form
        button={show("hook.end")}
        onSubmit={send}
        end={
          <button type="button" class="Button quiet" onClick={onDone}>
            {show("cancel")}
          </button>
        }
      >
        <p>{show("hook.end_note")}</p>
      </Form>
    </Dialog>
  );
}

const dialogs = { secret: NewSecret, end: End, sends: AllSends };

export function ChannelsPage() {
  const { say, show } = useApp();
  return (
    <Keeping<Channel, Act>
      address="/channels"
      title={say("nav.channels")}
      crumb={show("hook.crumb")}
      make={<span>{show("hook.make")}</span>}
      none={{ title: say("hook.none"), text: show("hook.none_help") }}
      on={["alert"]}
      table={(channels, open, reload) => (
        <div class="Hooks">
          {channels.map((channel) => (
            <Hook channel={channel} onAct={(act) => open(channel, act)} onSettled={reload} key={channel.id} />
          ))}
        </div>
      )}
      making={(done) => <MakeHook onDone={done} />}
      changing={(channel, done, act) => {
        const Open = dialogs[act!];
        return <Open channel={channel} onDone={done} />;
      }}
    />
  );
}
