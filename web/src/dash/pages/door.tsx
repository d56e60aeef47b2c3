// The door: signing in, and the one-time link that makes the first admin or takes an invitation up.
import { useEffect, useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { Mark } from "../../parts/mark";
import type { Lang } from "../../text/format";
import { speaker } from "../app";
import type { LinkView, Session } from "../api";
import { ask, Refused } from "../data/api";
import { go } from "../data/router";

interface DoorProps {
  lang: Lang;
  onEnter(session: Session): void;
  onLanguage(): void;
}

const SIGNS = {
  wrong_credentials: "door.wrong",
  locked_out: "door.locked",
  link_used: "door.used",
  offline_change: "error.offline_change",
} as const;

function Frame({
  lang,
  onLanguage,
  title,
  note,
  children,
}: Omit<DoorProps, "onEnter"> & { title: string; note: string; children: ComponentChildren }) {
  const { say } = speaker(lang);
  useEffect(() => {
    document.title = `${title} · masa`;
  }, [title]);
  return (
    <main class="Door">
      <div class="Card">
        <p class="Brand">
          <Mark lang={lang} width={44} />
        </p>
        <h1>{title}</h1>
        <p class="soft-text">{note}</p>
        {children}
      </div>
      <button type="button" class="Button quiet" id="language" lang={lang === "he" ? "en" : "he"} onClick={onLanguage}>
        {say("language.other")}
      </button>
    </main>
  );
}

interface EntryProps {
  lang: Lang;
  name: string;
  label: string;
  type?: "text" | "email" | "password";
  autocomplete: string;
  minLength?: number;
  help?: string;
}

function Entry({ name, label, type = "text", autocomplete, minLength, help }: EntryProps) {
  return (
    <p class="Field">
      <label for={name}>{label}</label>
      <input
        id={name}
        name={name}
        {...({ type } as { type: "text" })}
        required
        dir={type === "text" ? "auto" : "ltr"}
        autocomplete={autocomplete}
        minLength={minLength}
        aria-describedby={help ? `${name}-help` : undefined}
      />
      {help && (
        <span class="help" id={`${name}-help`}>
          {help}
        </span>
      )}
    </p>
  );
}

/** Sends the form and goes in; says in words why not. */
function useEntering({ lang, onEnter }: DoorProps, path: string, bodyOf: (form: FormData) => unknown) {
  const { say } = speaker(lang);
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    try {
      const body = bodyOf(new FormData(event.target as HTMLFormElement));
      const session = await ask<Session>(path, { method: "POST", body });
      if (path !== "/session") go("/", { replace: true });
      onEnter(session);
    } catch (error) {
      const key = error instanceof Refused ? SIGNS[error.code as keyof typeof SIGNS] : undefined;
      const wait = error instanceof Refused ? Number(error.details["retry_after_seconds"] ?? 60) : 0;
      setWrong(key ? say(key, { n: wait }) : String((error as Error).message));
    }
    setBusy(false);
  };
  return { wrong, busy, submit };
}

function Send({ busy, children }: { busy: boolean; children: string }) {
  return (
    <button type="submit" class="Button primary wide" disabled={busy}>
      {children}
    </button>
  );
}

const Wrong = ({ text }: { text: string | null }) =>
  text === null ? null : (
    <p class="Wrong" role="alert">
      {text}
    </p>
  );

export function SignIn(props: DoorProps) {
  const { say } = speaker(props.lang);
  const { wrong, busy, submit } = useEntering(props, "/session", (form) => ({
    email: form.get("email"),
    password: form.get("password"),
  }));
  return (
    <Frame {...props} title={say("door.title")} note={say("door.note")}>
      <form class="Form" onSubmit={submit}>
        <Entry lang={props.lang} name="email" label={say("email")} type="email" autocomplete="username" />
        <Entry
          lang={props.lang}
          name="password"
          label={say("password")}
          type="password"
          autocomplete="current-password"
        />
        <Wrong text={wrong} />
        <Send busy={busy}>{say("door.enter")}</Send>
      </form>
      <p class="small muted">{say("door.forgotten")}</p>
    </Frame>
  );
}

/** Whose link it is; null until that is known, and of one that is used up. */
function useLink(token: string): LinkView | null {
  const [link, setLink] = useState<LinkView | null>(null);
  useEffect(() => {
    ask<LinkView>("/session/link", { method: "POST", body: { token } }).then(setLink, () => {});
  }, [token]);
  return link;
}

export function Claim(props: DoorProps) {
  const { say } = speaker(props.lang);
  const token = location.hash.slice(1);
  const link = useLink(token);
  const first = link?.purpose === "first-admin";
  const { wrong, busy, submit } = useEntering(props, "/session/claim", (form) => ({
    token,
    password: form.get("password"),
    ...(first ? { name: form.get("name"), email: form.get("email"), lang: props.lang } : {}),
  }));
  return (
    <Frame {...props} title={link?.name || say("claim.title")} note={say(first ? "claim.first" : "claim.note")}>
      <form class="Form" onSubmit={submit}>
        {first && <Entry lang={props.lang} name="name" label={say("name")} autocomplete="name" />}
        {first && <Entry lang={props.lang} name="email" label={say("email")} type="email" autocomplete="username" />}
        <Entry
          lang={props.lang}
          name="password"
          label={say("password.new")}
          type="password"
          autocomplete="new-password"
          minLength={10}
          help={say("password.help")}
        />
        <Wrong text={wrong} />
        <Send busy={busy}>{say("door.enter")}</Send>
      </form>
    </Frame>
  );
}
