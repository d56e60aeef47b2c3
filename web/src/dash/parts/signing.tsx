// Who has signed a draft: each side for itself. When both have, it can be published.
import { useApp } from "../app";
import type { Definition, Signoff } from "../api";
import { ask } from "../data/api";
import { go } from "../data/router";
import { Panel, useErrorText, When } from "./basics";

const lights = { signed: "good", refused: "bad", missing: "few" };

function Side({ signoff, version }: { signoff: Signoff; version: string }) {
  const { show, may, notify, isolate } = useApp();
  const text = useErrorText();
  const sign = async (yes: boolean) => {
    const body = { side: signoff.side, sign: yes };
    try {
      await ask(`/definitions/${encodeURIComponent(version)}/signoffs`, { method: "POST", once: true, body });
    } catch (error) {
      notify({ text: isolate(text(error)), bad: true });
    }
  };
  return (
    <li>
      <span>
        {show(`side.${signoff.side}`)}{" "}
        <span class={`BandPill ${lights[signoff.state]}`}>
          <span>{show(`sign.${signoff.state}`)}</span>
        </span>
        {signoff.by && (
          <span class="sub">
            <bdi>{signoff.by.name}</bdi>, <When at={signoff.at} />
          </span>
        )}
      </span>
      {signoff.state !== "signed" && may(`sign_${signoff.side}`) && (
        <span class="Buttons">
          <button type="button" class="Button primary" onClick={() => void sign(true)}>
            {show("sign.sign")}
          </button>
          {signoff.state === "missing" && (
            <button type="button" class="Button quiet" onClick={() => void sign(false)}>
              {show("sign.refuse")}
            </button>
          )}
        </span>
      )}
    </li>
  );
}

export function Signing({ definition }: { definition: Definition }) {
  const { show, may, notify, isolate } = useApp();
  const text = useErrorText();
  const ready = definition.signoffs.every((signoff) => signoff.state === "signed");
  const publish = async () => {
    const path = `/definitions/${encodeURIComponent(definition.version)}/publish`;
    try {
      await ask(path, { method: "POST", once: true, version: definition.version, body: {} });
      notify({ text: show("sign.published") });
      go("/definition");
    } catch (error) {
      notify({ text: isolate(text(error)), bad: true });
    }
  };
  return (
    <Panel title={show("sign.title")} note={show(ready ? "sign.ready" : "sign.note")}>
      <ul class="Rows">
        {definition.signoffs.map((signoff) => (
          <Side signoff={signoff} version={definition.version} key={signoff.side} />
        ))}
      </ul>
      {may("edit_definition") && (
        <p class="Buttons">
          <button type="button" class="Button primary" disabled={!ready} onClick={() => void publish()}>
            {show("sign.publish")}
          </button>
        </p>
      )}
    </Panel>
  );
}
