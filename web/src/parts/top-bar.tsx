// The bar that stays: the brand, the parts of the report, and how the page looks.
import type { ComponentChildren } from "preact";
import { usePage } from "../app/context";
import type { Text } from "../report";
import { words, type Pair } from "../text/words";
import { Mark } from "./mark";

interface TopBarProps {
  parts: { id: string; title: Pair | Text }[];
  onLanguage(): void;
  onTheme(): void;
}

interface IconButtonProps {
  id: string;
  label: string;
  onPress(): void;
  children: ComponentChildren;
}

function IconButton({ id, label, onPress, children }: IconButtonProps) {
  return (
    <button type="button" class="Button quiet" id={id} aria-label={label} title={label} onClick={onPress}>
      <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
        <g fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round">
          {children}
        </g>
      </svg>
    </button>
  );
}

export function TopBar({ parts, onLanguage, onTheme }: TopBarProps) {
  const { lang, say, show } = usePage();
  const other = lang === "he" ? "en" : "he";
  return (
    <header class="TopBar">
      <div>
        <a class="Brand" href="#main">
          <Mark lang={lang} />
        </a>
        <nav aria-label={say(words.sections)}>
          {parts.map((part) => (
            <a href={`#${part.id}`} key={part.id}>
              {show(part.title)}
            </a>
          ))}
        </nav>
        <span class="end">
          <button type="button" class="Button quiet" id="language" lang={other} onClick={onLanguage}>
            {say(words.language)}
          </button>
          <IconButton id="theme" label={say(words.theme)} onPress={onTheme}>
            <circle cx="8" cy="8" r="5.6" />
            <path d="M8 2.4a5.6 5.6 0 0 1 0 11.2z" fill="currentColor" stroke="none" />
          </IconButton>
          <IconButton id="print" label={say(words.print)} onPress={() => window.print()}>
            <path d="M4.5 6V2.5h7V6M4.5 11.5h-2V6h11v5.5h-2M4.5 9.5h7v4h-7z" />
          </IconButton>
        </span>
      </div>
    </header>
  );
}
