// The dashboard as a whole: who is here, which page the address names, and what stands around it.
import type { FunctionComponent } from "preact";
import { useCallback, useEffect, useLayoutEffect, useMemo, useState } from "preact/hooks";
import type { Lang } from "../text/format";
import { AppContext, speaker, type App, type Notice } from "./app";
import type { Options, Session } from "./api";
import { ask, Refused, setLanguage, setToken, whenSignedOut } from "./data/api";
import { Live } from "./data/live";
import { go, usePlace, type Place } from "./data/router";
import { remember, startingLang, useTheme } from "./data/settings";
import { Claim, SignIn } from "./pages/door";
import { Account } from "./pages/account";
import { AgendaPage } from "./pages/agenda";
import { AuditPage } from "./pages/audit";
import { ChannelsPage } from "./pages/channels";
import { DefinitionPage } from "./pages/definition";
import { FeedbackPage } from "./pages/feedback";
import { Handoffs } from "./pages/handoffs";
import { KeysPage } from "./pages/keys";
import { LeadPage } from "./pages/lead";
import { Leads } from "./pages/leads";
import { NobodyPage } from "./pages/nobody";
import { Playbooks } from "./pages/playbooks";
import { RegisterPage } from "./pages/register";
import { RejectedPage } from "./pages/rejected";
import { ReportPage } from "./pages/report";
import { Unknown } from "./pages/unknown";
import { UsersPage } from "./pages/users";
import { Alerts, useAlerts } from "./parts/alerts";
import { useFormWords } from "./parts/form";
import { useKept } from "./parts/funnel";
import { letterOf } from "./parts/keys";
import { Palette } from "./parts/palette";
import { Bar, Beside, Notices, Voice } from "./parts/shell";

export interface PageProps {
  place: Place;
  /** What follows the page's own part of the path: the id of a lead. */
  id: string | null;
}

const pages: Record<string, FunctionComponent<PageProps>> = {
  report: ReportPage,
  leads: Leads,
  lead: LeadPage,
  nobody: NobodyPage,
  handoffs: Handoffs,
  rejected: RejectedPage,
  playbooks: Playbooks,
  agenda: AgendaPage,
  register: RegisterPage,
  feedback: FeedbackPage,
  definition: DefinitionPage,
  users: UsersPage,
  keys: KeysPage,
  channels: ChannelsPage,
  audit: AuditPage,
  account: Account,
};

/** /leads/p21 is the page of a lead; every other page takes what follows as its id. */
function pageOf(path: string): { name: string; id: string | null } {
  const [first = "", ...rest] = path.split("/").filter((part) => part !== "");
  const id = rest.length > 0 ? decodeURIComponent(rest.join("/")) : null;
  if (first === "") return { name: "report", id: null };
  return { name: first === "leads" && id !== null ? "lead" : first, id };
}

/** Undefined while nobody knows yet, null when nobody is signed in. */
function useSession() {
  const [session, setSession] = useState<Session | null | undefined>(undefined);
  const [broken, setBroken] = useState<unknown>(null);
  const enter = useCallback((value: Session | null) => {
    setToken(value);
    setSession(value);
  }, []);
  useEffect(() => {
    whenSignedOut(() => enter(null));
    ask<Session>("/session").then(enter, (error: unknown) => {
      if (error instanceof Refused && error.status === 401) return enter(null);
      setBroken(error);
    });
  }, []);
  return { session, enter, broken };
}

const NO_OPTIONS: Options = {
  version: "",
  mode: "if",
  funnels: [],
  owners: [],
  reasons: { reject: [], return: [] },
  milestones: [],
  scores: [],
  bant: [],
  dimensions: [],
  segments: [],
  periods: [],
  teams: [],
  people: [],
  calendar: { workdays: [], from: "", to: "", holidays: null },
};

const OPTIONS_AGAIN_MS = 5000;

function useOptions(session: Session | null | undefined, live: Live) {
  const [options, setOptions] = useState<Options | null>(null);
  const [missing, setMissing] = useState<unknown>(null);
  const who = session?.user.id;
  useEffect(() => {
    if (who === undefined) return setOptions(null);
    let again: ReturnType<typeof setTimeout> | undefined;
    const read = () =>
      void ask<Options>("/options").then(setOptions, (error: unknown) => {
        // A server that keeps no definition yet has nothing to choose from; the people still work. It is asked again.
        const none = error instanceof Refused && (error.status === 404 || error.status === 503);
        if (!none) return setMissing(error);
        setOptions((before) => before ?? NO_OPTIONS);
        again = setTimeout(read, OPTIONS_AGAIN_MS);
      });
    read();
    live.start();
    const stop = live.listen((change) => change.kind === "definition" && read());
    return () => {
      clearTimeout(again);
      stop();
      live.stop();
    };
  }, [who, live]);
  return { options, missing };
}

function useLanguage() {
  const [lang, setLang] = useState<Lang>(startingLang);
  useLayoutEffect(() => {
    document.documentElement.lang = lang;
    document.documentElement.dir = lang === "he" ? "rtl" : "ltr";
    setLanguage(lang);
    remember({ lang });
  }, [lang]);
  return { lang, setLang };
}

/** Before anything is known, there is only this to say. */
function Broken({ lang, error }: { lang: Lang; error: unknown }) {
  const { say } = speaker(lang);
  const reached = error instanceof Refused && error.status > 0;
  return (
    <main class="page Failure">
      <h1>{say("error.no_server")}</h1>
      {reached && <p class="muted">{(error as Refused).message}</p>}
      <p>
        <button type="button" class="Button" onClick={() => location.reload()}>
          {say("retry")}
        </button>
      </p>
    </main>
  );
}

export function Root() {
  const { session, enter, broken } = useSession();
  const { lang, setLang } = useLanguage();
  useFormWords(lang);
  const turnTheme = useTheme();
  const place = usePlace();
  const live = useMemo(() => new Live(), []);
  const { options, missing } = useOptions(session, live);
  const turnLanguage = () => {
    const other = lang === "he" ? "en" : "he";
    setLang(other);
    if (session) void ask("/session", { method: "PATCH", body: { lang: other } }).catch(() => {});
  };
  const door = { lang, onEnter: enter, onLanguage: turnLanguage };
  if (broken !== null) return <Broken lang={lang} error={broken} />;
  if (place.path === "/claim") return <Claim {...door} />;
  if (session === undefined) return null;
  if (session === null) return <SignIn {...door} />;
  if (options === null) return missing === null ? null : <Broken lang={lang} error={missing} />;
  const leave = () => {
    void ask("/session", { method: "DELETE" }).finally(() => {
      enter(null);
      go("/");
    });
  };
  const around = { place, live, session, options, lang };
  return <Inside {...around} onLanguage={turnLanguage} onTheme={turnTheme} onSignOut={leave} />;
}

interface InsideProps {
  place: Place;
  live: Live;
  session: Session;
  options: Options;
  lang: Lang;
  onLanguage(): void;
  onTheme(): void;
  onSignOut(): void;
}

function useNotices() {
  const [notices, setNotices] = useState<(Notice & { id: number })[]>([]);
  const notify = useCallback((notice: Notice) => {
    setNotices((was) => [...was.slice(-2), { ...notice, id: (was[was.length - 1]?.id ?? 0) + 1 }]);
  }, []);
  const done = useCallback((id: number) => setNotices((was) => was.filter((each) => each.id !== id)), []);
  return { notices, notify, done };
}

function useCommandKey(onPalette: () => void) {
  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      if (letterOf(event) !== "k" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      onPalette();
    };
    addEventListener("keydown", key);
    return () => removeEventListener("keydown", key);
  }, []);
}

function Inside({ place, live, session, options, lang, ...acts }: InsideProps) {
  const { notices, notify, done } = useNotices();
  const [voice, announce] = useState("");
  const [palette, setPalette] = useState(false);
  const app = useMemo<App>(
    () => ({ session, options, lang, live, notify, announce }),
    [session, options, lang, live, notify],
  );
  useCommandKey(() => setPalette(true));
  const alerts = useAlerts({ live, lang, notify });
  const { name, id } = pageOf(place.path);
  const kept = useKept(place, name, options);
  const Page = pages[name] ?? Unknown;
  return (
    <AppContext.Provider value={app}>
      <a class="skip" href="#main">
        {speaker(lang).say("skip")}
      </a>
      <Bar path={place.path} {...acts} onPalette={() => setPalette(true)} />
      <main class="page Dash" id="main">
        <Alerts alerts={alerts} />
        <Beside path={place.path} />
        <Page place={kept} id={id} key={name} />
      </main>
      <Notices notices={notices} onDone={done} />
      <Voice text={voice} />
      {palette && <Palette {...acts} onClose={() => setPalette(false)} />}
    </AppContext.Provider>
  );
}
