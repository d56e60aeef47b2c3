// The filters of the leads list. All of them live in the address, so that a link or a saved view keeps them.
import { useEffect, useRef, useState } from "preact/hooks";
import { useApp } from "../app";
import { setQuery } from "../data/router";
import { Icon, icons } from "./basics";
import { FunnelSwitch } from "./funnel";
import { Select, type Choice } from "./form";

function Search({ value }: { value: string }) {
  const { say } = useApp();
  const [words, setWords] = useState(value);
  const last = useRef(value);
  useEffect(() => {
    if (value !== last.current) setWords(value);
    last.current = value;
  }, [value]);
  useEffect(() => {
    if (words === last.current) return;
    const timer = setTimeout(() => {
      last.current = words;
      setQuery({ q: words || null }, { replace: true });
    }, 150);
    return () => clearTimeout(timer);
  }, [words]);
  return (
    <span class="SearchBox">
      <Icon path={icons.search} />
      <input
        type="search"
        dir={words === "" ? undefined : "auto"}
        aria-label={say("leads.search")}
        placeholder={say("leads.search")}
        value={words}
        onInput={(event) => setWords((event.target as HTMLInputElement).value)}
      />
    </span>
  );
}

/** What is chosen already, as the box of the choice shows it. */
export const chosenOf = (choices: Choice[], values: string[]): string =>
  choices
    .filter(({ value }) => values.includes(value))
    .map(({ label }) => label)
    .join(", ");

interface FilterOf {
  name: string;
  label: string;
  choices: Choice[];
}

function useFilters(funnel: string | null): FilterOf[] {
  const { say, options, lang } = useApp();
  const coded = (list: { label: { he: string; en: string } }[], code: (one: never) => string) =>
    list.map((one) => ({ value: code(one as never), label: one.label[lang] }));
  const stages = (options.funnels.find((each) => each.name === funnel) ?? options.funnels[0])?.stages ?? [];
  return [
    {
      name: "stage",
      label: say("stage.one"),
      choices: stages.map(({ stage, label }) => ({
        value: stage,
        label: stage === label[lang] ? stage : `${stage} ${label[lang]}`,
      })),
    },
    {
      name: "owner",
      label: say("lead.owner"),
      choices: [
        { value: "none", label: say("lead.nobody") },
        ...options.people.map(({ id, name }) => ({ value: id, label: name })),
      ],
    },
    {
      name: "state",
      label: say("lead.state"),
      choices: (["open", "won", "lost", "rejected", "returned", "left"] as const).map((value) => ({
        value,
        label: say(`state.${value}`),
      })),
    },
    {
      name: "verdict",
      label: say("score.one"),
      choices: (["below", "borderline", "above"] as const).map((value) => ({ value, label: say(`score.${value}`) })),
    },
    ...options.dimensions.map((dimension) => ({
      name: "where",
      label: dimension.label[lang],
      choices: coded(dimension.values, ((each: { value: string }) => `${dimension.name}:${each.value}`) as never),
    })),
  ];
}

export function LeadFilters({ query }: { query: URLSearchParams }) {
  const { say, show } = useApp();
  const filters = useFilters(query.get("funnel"));
  const chosen = (name: string) => query.getAll(name);
  const add = (name: string, value: string) => value !== "" && setQuery({ [name]: [...chosen(name), value] });
  const drop = (name: string, value: string) => setQuery({ [name]: chosen(name).filter((each) => each !== value) });
  const chips = filters.flatMap(({ name, choices }) =>
    choices.filter(({ value }) => chosen(name).includes(value)).map((choice) => ({ name, ...choice })),
  );
  return (
    <div class="Filters" role="group" aria-label={say("filter.all")}>
      <FunnelSwitch query={query} />
      <Search value={query.get("q") ?? ""} />
      {filters.map(({ name, label, choices }) => (
        <Select
          inline
          label={label}
          value=""
          choices={[
            { value: "", label: chosenOf(choices, chosen(name)) || say("report.all") },
            ...choices.filter(({ value }) => !chosen(name).includes(value)),
          ]}
          onChange={(value) => add(name, value)}
          key={label}
        />
      ))}
      {chips.map(({ name, value, label }) => (
        <button
          type="button"
          class="Chip"
          aria-label={say("filter.drop", { what: label })}
          onClick={() => drop(name, value)}
          key={`${name}${value}`}
        >
          <bdi>{label}</bdi> <Icon path={icons.close} size={12} />
        </button>
      ))}
      {(chips.length > 0 || query.has("q")) && (
        <a class="small" href="/leads">
          {show("filter.clear")}
        </a>
      )}
    </div>
  );
}
