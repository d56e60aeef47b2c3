// Search and commands: one box for every way and every lead. Arrows choose, Enter goes, Escape closes.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useApp } from "../app";
import type { LeadPage } from "../api";
import { ask } from "../data/api";
import { go } from "../data/router";
import { accountName, leadName } from "./basics";
import { WAYS } from "./shell";

interface Command {
  id: string;
  label: string;
  note: string;
  /** The note is a name that people wrote: its direction is its own. */
  named?: boolean;
  run(): void;
}

interface PaletteProps {
  onLanguage(): void;
  onTheme(): void;
  onSignOut(): void;
  onClose(): void;
}

function useCommands({ onLanguage, onTheme, onSignOut }: PaletteProps): Command[] {
  const { say, may } = useApp();
  const ways = WAYS.filter((way) => way.may === undefined || may(way.may)).flatMap((way) =>
    (way.beside.length > 0 ? way.beside : [way]).map((each) => ({
      id: each.href,
      label: say(each.key),
      note: say("palette.go"),
      run: () => go(each.href),
    })),
  );
  const acts = [
    { id: "language", label: say("language.change"), run: onLanguage },
    { id: "theme", label: say("theme"), run: onTheme },
    { id: "sign-out", label: say("user.sign_out"), run: onSignOut },
  ];
  return [...ways, ...acts.map((act) => ({ ...act, note: say("palette.do") }))];
}

/** Leads that the words may mean, once the typing rests; until then, of those found before, whoever still fits: Enter
 * never goes to somebody whom the words do not name any more. */
function useLeads(words: string): Command[] {
  const { say, may } = useApp();
  const [leads, setLeads] = useState<{ of: string; found: Command[] }>({ of: "", found: [] });
  useEffect(() => {
    if (words.trim() === "" || !may("see_leads")) return setLeads({ of: words, found: [] });
    const stop = new AbortController();
    const timer = setTimeout(() => {
      ask<LeadPage>(`/leads?limit=6&q=${encodeURIComponent(words.trim())}`, { signal: stop.signal }).then(
        ({ items }) =>
          setLeads({
            of: words,
            found: items.map((lead) => ({
              id: `lead-${lead.id}`,
              label: leadName(lead),
              note: accountName(lead.account) || say("palette.lead"),
              named: true,
              run: () => go(`/leads/${encodeURIComponent(lead.id)}`),
            })),
          }),
        () => {},
      );
    }, 120);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [words]);
  const wanted = words.trim().toLowerCase();
  return leads.of === words ? leads.found : leads.found.filter(({ label }) => label.toLowerCase().includes(wanted));
}

export function Palette(props: PaletteProps) {
  const { say } = useApp();
  const [words, setWords] = useState("");
  const [place, setPlace] = useState(0);
  const box = useRef<HTMLDialogElement>(null);
  const commands = useCommands(props);
  const wanted = words.trim().toLowerCase();
  const found = [...commands.filter(({ label }) => label.toLowerCase().includes(wanted)), ...useLeads(words)];
  // With the drawing, not after it: the letters typed next would go to the page.
  useLayoutEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    box.current!.showModal();
    return () => before?.focus?.({ preventScroll: true });
  }, []);
  const run = (command: Command | undefined) => {
    if (!command) return;
    props.onClose();
    command.run();
  };
  const key = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setPlace((found.length + place + step) % Math.max(1, found.length));
    else if (event.key === "Enter") run(found[place]);
    else return;
    event.preventDefault();
  };
  return (
    <dialog
      ref={box}
      class="Dialog Palette"
      aria-label={say("palette.open")}
      onCancel={props.onClose}
      onClick={(event) => event.target === box.current && props.onClose()}
    >
      <div class="inside">
        <input
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={found[place] ? `palette-${place}` : undefined}
          aria-label={say("palette.open")}
          placeholder={say("palette.hint")}
          autocomplete="off"
          dir={words === "" ? undefined : "auto"}
          value={words}
          onInput={(event) => {
            setWords((event.target as HTMLInputElement).value);
            setPlace(0);
          }}
          onKeyDown={key}
        />
        <Found found={found} place={place} onRun={run} />
      </div>
    </dialog>
  );
}

function Found({ found, place, onRun }: { found: Command[]; place: number; onRun(command: Command): void }) {
  const { say, isolate } = useApp();
  useEffect(() => document.getElementById(`palette-${place}`)?.scrollIntoView({ block: "nearest" }), [place]);
  return (
    <ul id="palette-list" role="listbox" aria-label={say("palette.found")}>
      {found.map((command, i) => (
        <li
          id={`palette-${i}`}
          role="option"
          aria-selected={i === place}
          key={command.id}
          onClick={() => onRun(command)}
        >
          <span>
            <bdi>{command.label}</bdi>
          </span>
          <span class="muted small">{command.named ? <bdi>{command.note}</bdi> : isolate(command.note)}</span>
        </li>
      ))}
      {found.length === 0 && (
        <li role="option" aria-selected="false" aria-disabled="true">
          {say("palette.none")}
        </li>
      )}
    </ul>
  );
}
