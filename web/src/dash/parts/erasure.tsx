// Taking a person out for good, for administrators: what would go, the id once more, and the receipt. It stands beside
// the page of the lead, not in it, because the page has nobody to show afterwards.
import { useState } from "preact/hooks";
import { Num } from "../../text/rich";
import * as format from "../../text/format";
import { useApp, type Key } from "../app";
import type { Erased, ErasureLook } from "../api";
import { ask } from "../data/api";
import { go } from "../data/router";
import { useData } from "../data/use-data";
import { Fetched, When } from "./basics";
import { Dialog } from "./dialog";
import { Field, Form } from "./form";

function Numbers({ of }: { of: [Key, number][] }) {
  const { show } = useApp();
  return (
    <table class="Plain">
      <tbody>
        {of.map(([key, n]) => (
          <tr key={key}>
            <th scope="row">{show(key)}</th>
            <td class="num">
              <Num>{format.count(n)}</Num>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Receipt({ erased }: { erased: Erased }) {
  const { show } = useApp();
  return (
    <div class="Stack">
      {erased.receipts.map((receipt) => (
        <section key={receipt.number}>
          <h3>
            {show("erasure.receipt", { n: receipt.number })} · <When at={receipt.at} time />
          </h3>
          <Numbers
            of={[
              ["erasure.events", receipt.events],
              ["erasure.kept", receipt.kept],
              ["erasure.mentions", receipt.mentions],
              ["erasure.ids", receipt.ids],
              ["erasure.audit", receipt.audit],
              ["erasure.facts", receipt.facts],
            ]}
          />
        </section>
      ))}
      {!erased.log_emptied && <p class="Wrong">{show("erasure.not_emptied")}</p>}
      <p class="muted">{show("erasure.not_reached")}</p>
      <p class="Buttons">
        <button type="button" class="Button primary" onClick={() => go("/leads")}>
          {show("erasure.done")}
        </button>
      </p>
    </div>
  );
}

function Ask({ path, look, onErased }: { path: string; look: ErasureLook; onErased(erased: Erased): void }) {
  const { show, say } = useApp();
  const [confirm, setConfirm] = useState("");
  const id = decodeURIComponent(path.split("/")[2]!);
  const erase = async () => onErased(await ask<Erased>(path, { method: "POST", once: true, body: { confirm } }));
  return (
    <div class="Stack">
      <Numbers
        of={[
          ["erasure.events", look.events],
          ["erasure.kept", look.kept],
          ["erasure.mentions", look.mentions],
        ]}
      />
      <p>
        {show("erasure.known_as")}{" "}
        {[...look.user_ids, ...look.anonymous_ids].map((each, i) => (
          <span key={each}>
            {i > 0 && ", "}
            <bdi dir="ltr">{each}</bdi>
          </span>
        ))}
      </p>
      <p>{show("erasure.what")}</p>
      <Form button={show("erasure.erase")} onSubmit={erase}>
        <Field
          label={say("erasure.confirm", { id })}
          value={confirm}
          onInput={setConfirm}
          required
          autocomplete="off"
        />
      </Form>
    </div>
  );
}

function Box({ id, onClose }: { id: string; onClose(): void }) {
  const { show } = useApp();
  const path = `/leads/${encodeURIComponent(id)}/erasure`;
  const [erased, setErased] = useState<Erased | null>(null);
  const data = useData<ErasureLook>(path);
  return (
    <Dialog title={show(erased ? "erasure.erased" : "erasure.title")} onClose={onClose}>
      {erased ? (
        <Receipt erased={erased} />
      ) : (
        <Fetched data={data} rows={4}>
          {(look) => <Ask path={path} look={look} onErased={setErased} />}
        </Fetched>
      )}
    </Dialog>
  );
}

export function Erasure({ id }: { id: string }) {
  const { show, may } = useApp();
  const [open, setOpen] = useState(false);
  if (!may("erase")) return null;
  return (
    <>
      <p class="Buttons no-print">
        <button type="button" class="Button" id="erase" onClick={() => setOpen(true)}>
          {show("erasure.open")}
        </button>
      </p>
      {open && <Box id={id} onClose={() => setOpen(false)} />}
    </>
  );
}
