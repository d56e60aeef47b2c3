// A store that has no definition yet: which template is nearest, and what the company is called. What comes of it is a
// text to go through, checked as it is written.
import { useState } from "preact/hooks";
import { useApp } from "../app";
import type { Template, TemplateList } from "../api";
import { useData } from "../data/use-data";
import { Fetched } from "./basics";
import { Field } from "./form";

interface Chosen {
  name: string;
  company: string;
  alone: boolean;
}

/** The template with the company's name; alone, nobody else has to sign. */
export function begun(text: string, { company, alone }: Chosen): string {
  const named = company.trim() === "" ? text : text.replace("Your company", () => JSON.stringify(company.trim()));
  return alone ? named.replace(/^agreed:/m, "# agreed:") : named;
}

function Choices({ items, chosen, onChange }: { items: Template[]; chosen: Chosen; onChange(name: string): void }) {
  const { show } = useApp();
  return (
    <fieldset class="Beginnings">
      <legend>{show("begin.which")}</legend>
      {items.map(({ name }) => (
        <label class="Card" key={name}>
          <input type="radio" name="template" checked={chosen.name === name} onChange={() => onChange(name)} />
          <span>
            <strong>{show(`begin.${name}`)}</strong>
            <span class="sub wrap">{show(`begin.${name}_about`)}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

export function Begin({ onBegin }: { onBegin(text: string): void }) {
  const { show, say, may } = useApp();
  const data = useData<TemplateList>("/definitions/templates");
  const [chosen, setChosen] = useState<Chosen>({ name: "b2b", company: "", alone: true });
  const set = (change: Partial<Chosen>) => setChosen((was) => ({ ...was, ...change }));
  if (!may("edit_definition")) return <p class="Empty">{show("begin.others")}</p>;
  return (
    <section class="Card Panel Begin" aria-labelledby="begin">
      <header>
        <h2 id="begin">{show("begin.title")}</h2>
        <p>{show("begin.note")}</p>
      </header>
      <Fetched data={data} rows={4}>
        {({ items }) => (
          <form
            class="Form"
            onSubmit={(event) => {
              event.preventDefault();
              onBegin(begun(items.find(({ name }) => name === chosen.name)?.text ?? "", chosen));
            }}
          >
            <Choices items={items} chosen={chosen} onChange={(name) => set({ name })} />
            <Field
              label={say("begin.company")}
              value={chosen.company}
              onInput={(company) => set({ company })}
              maxLength={100}
            />
            <label class="Choice">
              <input type="checkbox" checked={chosen.alone} onChange={() => set({ alone: !chosen.alone })} />
              <span>{show("begin.alone")}</span>
            </label>
            <p class="Buttons">
              <button type="submit" class="Button primary">
                {show("begin.go")}
              </button>
            </p>
          </form>
        )}
      </Fetched>
    </section>
  );
}
