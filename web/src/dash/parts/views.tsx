// Saved views of the leads list: a name for a query.
import { useState } from "preact/hooks";
import { useApp } from "../app";
import type { View, ViewList } from "../api";
import { ask } from "../data/api";
import { useData } from "../data/use-data";
import { Icon, icons } from "./basics";
import { Dialog } from "./dialog";
import { Field, Form } from "./form";

/** Without the funnel that is looked at anyway. */
const sorted = (query: string, usual: string | undefined) =>
  [...new URLSearchParams(query)]
    .filter(([name, value]) => name !== "funnel" || value !== usual)
    .map((pair) => pair.join("="))
    .sort()
    .join("&");

function SaveView({ query, onDone }: { query: string; onDone(): void }) {
  const { say, show } = useApp();
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const save = async () => {
    await ask<View>("/views", { method: "POST", body: { name, shared, query } });
    onDone();
  };
  return (
    <Dialog title={show("views.save")} onClose={onDone}>
      <Form button={show("save")} onSubmit={save}>
        <Field label={say("name")} value={name} onInput={setName} required maxLength={200} />
        <label class="Choice">
          <input type="checkbox" checked={shared} onChange={() => setShared(!shared)} />
          {say("views.shared")}
        </label>
      </Form>
    </Dialog>
  );
}

export function Views({ query }: { query: URLSearchParams }) {
  const { say, show, session, options } = useApp();
  const usual = options.funnels[0]?.name;
  const data = useData<ViewList>("/views");
  const [saving, setSaving] = useState(false);
  const now = query.toString();
  const views = data.value?.items ?? [];
  const current = views.find((view) => sorted(view.query, usual) === sorted(now, usual));
  // A view is of one funnel, whichever is looked at.
  const address = (view: View) =>
    options.funnels.length < 2 || new URLSearchParams(view.query).has("funnel")
      ? `/leads?${view.query}`
      : `/leads?${view.query}&funnel=${usual}`;
  const plain = sorted(now, usual).replace(/^funnel=[^&]*$/, "") === "";
  const drop = async (view: View) => {
    await ask(`/views/${encodeURIComponent(view.id)}`, { method: "DELETE" });
    data.reload();
  };
  return (
    <nav class="Views" aria-label={say("views.title")}>
      <a href="/leads" aria-current={plain ? "page" : undefined}>
        {show("nav.all_leads")}
      </a>
      {views.map((view) => (
        <a href={address(view)} aria-current={view === current ? "page" : undefined} key={view.id}>
          <bdi>{view.name}</bdi>
        </a>
      ))}
      {!plain && !current && (
        <button type="button" class="Button quiet" onClick={() => setSaving(true)}>
          {show("views.save")}
        </button>
      )}
      {current?.owner.id === session.user.id && (
        <button
          type="button"
          class="Button quiet"
          aria-label={say("views.drop", { name: current.name })}
          onClick={() => void drop(current)}
        >
          <Icon path={icons.close} size={12} />
        </button>
      )}
      {saving && (
        <SaveView
          query={now}
          onDone={() => {
            setSaving(false);
            data.reload();
          }}
        />
      )}
    </nav>
  );
}
