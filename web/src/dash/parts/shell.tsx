// What stands around every page: the bar with the ways through the dashboard, notices at the foot, and the voice for
// screen readers.
import { useEffect, useState } from "preact/hooks";
import { Mark } from "../../parts/mark";
import { Num } from "../../text/rich";
import { useApp, type Key, type Notice, type Permission } from "../app";
import type { HandoffPage } from "../api";
import { useData } from "../data/use-data";
import { Icon, icons, KeyCap } from "./basics";

export interface Way {
  href: string;
  key: Key;
  /** Shown only to who may. */
  may?: Permission;
}

/** The ways through the dashboard, and what lies beside each of them. */
export const WAYS: (Way & { beside: Way[] })[] = [
  { href: "/report", key: "nav.report", beside: [] },
  {
    href: "/leads",
    key: "nav.leads",
    may: "see_leads",
    beside: [
      { href: "/leads", key: "nav.all_leads" },
      { href: "/nobody", key: "nav.nobody" },
    ],
  },
  {
    href: "/handoffs",
    key: "nav.handoffs",
    may: "see_leads",
    beside: [
      { href: "/handoffs", key: "nav.inbox" },
      { href: "/rejected", key: "nav.rejected" },
      { href: "/playbooks", key: "nav.playbooks" },
    ],
  },
  {
    href: "/agenda",
    key: "nav.meeting",
    beside: [
      { href: "/agenda", key: "nav.agenda" },
      { href: "/register", key: "nav.register" },
      { href: "/feedback", key: "nav.feedback" },
    ],
  },
  { href: "/definition", key: "nav.definition", beside: [] },
  {
    href: "/users",
    key: "nav.admin",
    may: "manage_users",
    beside: [
      { href: "/users", key: "nav.users" },
      { href: "/keys", key: "nav.keys" },
      { href: "/channels", key: "nav.channels" },
      { href: "/audit", key: "nav.audit" },
    ],
  },
];

const under = (path: string, href: string) => path === href || path.startsWith(`${href}/`);

type Counts = HandoffPage["counts"];
const AGAIN_MS = 60_000; // a reminder comes by time alone

/** What waits in the inbox, always current. */
function useCounts(): Counts | null {
  const { may } = useApp();
  // Who may see no leads is refused, and every refusal is in the audit trail.
  const address = may("see_leads") ? "/handoffs?limit=1" : null;
  const { value, reload } = useData<HandoffPage>(address, { on: ["handoff", "alert"] });
  useEffect(() => {
    const timer = setInterval(() => document.hidden || reload(), AGAIN_MS);
    return () => clearInterval(timer);
  }, [reload]);
  return value?.counts ?? null;
}

function Tally({ counts }: { counts: Counts | null }) {
  const { say } = useApp();
  if (counts === null || counts.waiting === 0) return null;
  return (
    <span class="tally">
      <Num>{counts.waiting}</Num>
      <span class="visually-hidden"> {say("nav.waiting")}</span>
    </span>
  );
}

/** Reminders and escalations that have come for the reader while away, wherever they look. */
function Told({ counts }: { counts: Counts | null }) {
  const { say } = useApp();
  const n = counts === null ? 0 : counts.reminders + counts.escalations;
  if (n === 0) return null;
  const words = say("nav.told", { reminders: counts!.reminders, escalations: counts!.escalations });
  return (
    <a class="Button quiet Told" id="told" href="/handoffs?view=told" title={words}>
      <Icon path={icons.bell} /> <Num>{n}</Num>
      <span class="visually-hidden"> {words}</span>
    </a>
  );
}

interface BarProps {
  path: string;
  onLanguage(): void;
  onTheme(): void;
  onPalette(): void;
  onSignOut(): void;
}

function UserMenu({ onSignOut }: { onSignOut(): void }) {
  const { session, say, show } = useApp();
  return (
    <details class="Menu">
      <summary class="Button quiet" aria-label={say("user.menu")} title={session.user.name}>
        <Icon path={icons.person} />
      </summary>
      <div class="Card">
        <p>
          <strong>
            <bdi>{session.user.name}</bdi>
          </strong>
          <span class="sub">
            {session.user.roles.map((role) => (
              <span>{show(`role.${role}`)} </span>
            ))}
          </span>
        </p>
        <a class="Button quiet" href="/account">
          {show("user.account")}
        </a>
        <button type="button" class="Button quiet" id="sign-out" onClick={onSignOut}>
          {show("user.sign_out")}
        </button>
      </div>
    </details>
  );
}

export function Bar({ path, onLanguage, onTheme, onPalette, onSignOut }: BarProps) {
  const { lang, say, show, may } = useApp();
  const counts = useCounts();
  useEffect(() => {
    document.querySelector(".AppBar nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [path]);
  const here = (way: (typeof WAYS)[number]) => [way, ...way.beside].some((each) => under(path, each.href));
  return (
    <header class="TopBar AppBar">
      <div>
        <a class="Brand" href="/report">
          <Mark lang={lang} />
        </a>
        <nav aria-label={say("nav.main")}>
          {WAYS.filter((way) => way.may === undefined || may(way.may)).map((way) => (
            <a href={way.href} aria-current={here(way) ? "true" : undefined} key={way.href}>
              {show(way.key)} {way.href === "/handoffs" && <Tally counts={counts} />}
            </a>
          ))}
        </nav>
        <span class="end">
          <Told counts={counts} />
          <button type="button" class="Button search" id="palette" onClick={onPalette}>
            <Icon path={icons.search} /> <span class="word">{show("palette.short")}</span> <KeyCap>Ctrl K</KeyCap>
          </button>
          <button
            type="button"
            class="Button quiet"
            id="language"
            lang={lang === "he" ? "en" : "he"}
            onClick={onLanguage}
          >
            {say("language.other")}
          </button>
          <button
            type="button"
            class="Button quiet"
            id="theme"
            aria-label={say("theme")}
            title={say("theme")}
            onClick={onTheme}
          >
            <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
              <circle cx="8" cy="8" r="5.6" fill="none" stroke="currentColor" stroke-width="1.5" />
              <path d="M8 2.4a5.6 5.6 0 0 1 0 11.2z" fill="currentColor" />
            </svg>
          </button>
          <UserMenu onSignOut={onSignOut} />
        </span>
      </div>
    </header>
  );
}

/** The pages that lie beside this one. */
export function Beside({ path }: { path: string }) {
  const { say, show, may } = useApp();
  const way = WAYS.find((each) => each.beside.some((one) => under(path, one.href)));
  if (!way || (way.may && !may(way.may))) return null;
  return (
    <nav class="Beside no-print" aria-label={say(way.key)}>
      {way.beside.map((each) => (
        <a href={each.href} aria-current={under(path, each.href) ? "page" : undefined} key={each.href}>
          {show(each.key)}
        </a>
      ))}
    </nav>
  );
}

const STAYS = 8000;

/** Notices, the newest lowest; one that can be undone stays until its time is over. */
export function Notices({ notices, onDone }: { notices: (Notice & { id: number })[]; onDone(id: number): void }) {
  return (
    <div class="Notices no-print" role="status">
      {notices.map((notice) => (
        <OneNotice notice={notice} key={notice.id} onDone={() => onDone(notice.id)} />
      ))}
    </div>
  );
}

function OneNotice({ notice, onDone }: { notice: Notice; onDone(): void }) {
  const { show } = useApp();
  useEffect(() => {
    const timer = setTimeout(onDone, STAYS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <p class={`Toast ${notice.bad ? "bad" : ""}`}>
      <span>{notice.text}</span>
      {notice.undo && (
        <button
          type="button"
          onClick={() => {
            notice.undo!();
            onDone();
          }}
        >
          {show("undo")}
        </button>
      )}
    </p>
  );
}

/** Says one thing after another, each heard. */
export function Voice({ text }: { text: string }) {
  const [said, setSaid] = useState("");
  useEffect(() => {
    setSaid("");
    const timer = setTimeout(() => setSaid(text), 60);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <p class="visually-hidden" aria-live="polite" id="voice">
      {said}
    </p>
  );
}
