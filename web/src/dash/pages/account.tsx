// My account: my password, and where I am signed in.
import { useState } from "preact/hooks";
import { Num } from "../../text/rich";
import { useApp } from "../app";
import type { SessionList } from "../api";
import { ask } from "../data/api";
import { useData } from "../data/use-data";
import { Fetched, Head, Panel, When } from "../parts/basics";
import { Field, Form } from "../parts/form";
import { agentOf } from "../text/agent";

function Password() {
  const { say, show, notify } = useApp();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const send = async () => {
    await ask("/session/password", { method: "POST", body: { current, new: next } });
    setCurrent("");
    setNext("");
    notify({ text: show("account.changed") });
  };
  return (
    <Panel title={show("account.password")} note={show("account.password_note")}>
      <Form button={show("save")} onSubmit={send}>
        <Field
          label={say("password.current")}
          value={current}
          onInput={setCurrent}
          type="password"
          autocomplete="current-password"
          required
        />
        <Field
          label={say("password.new")}
          value={next}
          onInput={setNext}
          type="password"
          autocomplete="new-password"
          minLength={10}
          help={show("password.help")}
          required
        />
      </Form>
    </Panel>
  );
}

function Agent({ text }: { text: string | null }) {
  const { show } = useApp();
  const known = agentOf(text);
  return known ? <span title={text!}>{show("account.agent", known)}</span> : <bdi>{text}</bdi>;
}

/** Where somebody is signed in; each can be ended. */
export function Sessions({ user }: { user: string }) {
  const { show } = useApp();
  const data = useData<SessionList>(`/users/${encodeURIComponent(user)}/sessions`);
  const end = async (id: string) => {
    await ask(`/sessions/${encodeURIComponent(id)}`, { method: "DELETE" });
    data.reload();
  };
  return (
    <Fetched data={data} rows={2}>
      {({ items }) => (
        <ul class="Rows">
          {items.map((session) => (
            <li key={session.id}>
              <span>
                <Agent text={session.agent} />{" "}
                <span class="muted small">
                  <Num>{session.ip}</Num>
                </span>
                <span class="sub">
                  {show("account.seen")} <When at={session.last_seen_at} time />
                </span>
              </span>
              {session.current ? (
                <span class="BandPill plain">
                  <span>{show("account.this")}</span>
                </span>
              ) : (
                <button type="button" class="Button" onClick={() => void end(session.id)}>
                  {show("account.end")}
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
    </Fetched>
  );
}

export function Account() {
  const { say, show, session } = useApp();
  return (
    <>
      <Head title={say("user.account")} crumb={<bdi>{session.user.email}</bdi>} />
      <div class="Cols">
        <Password />
        <Panel title={show("account.sessions")}>
          <Sessions user={session.user.id} />
        </Panel>
      </div>
    </>
  );
}
