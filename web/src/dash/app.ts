// What every part of the dashboard can reach: who is here, the language, how to say things, what changes, and how to
// tell people something.
import { createContext } from "preact";
import type { ComponentChildren } from "preact";
import { useContext } from "preact/hooks";
import type { Text } from "../report";
import { isolated, spoken } from "../text/rich";
import * as format from "../text/format";
import type { Options, Session } from "./api";
import { catalogue } from "./catalogue";
import type { Live } from "./data/live";
import { message, type Arguments } from "./text/message";

export type Key = keyof typeof catalogue;
export type Permission = Session["may"][number];

export interface Notice {
  text: ComponentChildren;
  bad?: boolean;
  undo?: () => void;
}

export interface App {
  session: Session;
  options: Options;
  lang: format.Lang;
  live: Live;
  notify(notice: Notice): void;
  /** Told to screen readers when they have a moment. */
  announce(text: string): void;
}

export const AppContext = createContext<App>(null as unknown as App);

/** The same words outside of the context, for the door. */
export function speaker(lang: format.Lang) {
  const say = (key: Key, args: Arguments = {}) => message(catalogue[key][lang === "he" ? 0 : 1], args, lang);
  const show = (key: Key, args: Arguments = {}): ComponentChildren => isolated(say(key, args), lang);
  return { say, show };
}

export function useApp() {
  const app = useContext(AppContext);
  const { lang, options, session } = app;
  const { say, show } = speaker(lang);
  /** By its name; else the first that has the stage: the report's funnel comes first. */
  const funnelOf = (stage: string, name?: string) =>
    options.funnels.find((each) => each.name === name) ??
    options.funnels.find((each) => each.stages.some((one) => one.stage === stage));
  const named = <T extends { label: Text }>(list: T[] | undefined, test: (one: T) => boolean, else_: string) =>
    list?.find(test)?.label[lang] ?? else_;
  return {
    ...app,
    /** A message of the catalogue as plain text. */
    say,
    /** The same with numbers and foreign names isolated: what is shown. */
    show,
    /** Words that the program wrote, or a name. */
    of: (text: Text): ComponentChildren => spoken(text, lang),
    /** Something else that holds numbers or names. */
    isolate: (text: string) => isolated(text, lang),
    may: (permission: Permission) => session.may.includes(permission),
    day: (iso: string) => format.day(iso, lang),
    /** Of the coming days: their name and the hour. */
    soon: (iso: string) => format.soon(iso, lang, session.zone),
    instant: (iso: string) => format.instant(iso, lang, session.zone),
    stageLabel: (code: string, funnel?: string) =>
      named(funnelOf(code, funnel)?.stages, (each) => each.stage === code, code),
    funnelLabel: (name: string) => named(options.funnels, (each) => each.name === name, name),
    /** What people say is kept for persons. */
    isOfPersons: (funnel: string) => options.funnels.find((each) => each.name === funnel)?.of === "person",
    /** Why something came back or left, as the definition's lists call it. */
    reasonLabel: (code: string) =>
      named([...options.reasons.reject, ...options.reasons.return], (each) => each.code === code, code),
    /** Who decided: somebody who works here, or another system's word for them. */
    personName: (id: string) => options.people.find((each) => each.id === id)?.name ?? id,
    exitLabel: (code: string, funnel?: string) =>
      named(options.funnels.find((each) => each.name === funnel)?.exits, (each) => each.name === code, code),
    segmentLabel: (name: string) => named(options.segments, (each) => each.name === name, name),
    /** A team by what the definition calls it. */
    teamLabel: (name: string) => named(options.teams, (each) => each.name === name, name),
    /** Those who may be given a handoff: the others could not decide it. */
    deciders: options.people.filter(({ roles }) => roles.includes("sales")),
    ownerLabel: (code: string | null) =>
      code === null ? "" : named(options.owners, (each) => each.code === code, code),
    valueLabel: (dimension: string, value: string) =>
      named(options.dimensions.find((each) => each.name === dimension)?.values, (each) => each.value === value, value),
    stageColor: (code: string, funnel?: string) =>
      stageColor(funnelOf(code, funnel)?.stages.map(({ stage }) => stage) ?? [], code),
  };
}

/** The dusk ramp over the stages of a funnel; the last, beyond the goal, keeps the deepest. */
export function stageColor(codes: string[], code: string): string {
  const place = codes.indexOf(code);
  const most = Math.max(1, Math.min(codes.length - 1, 5));
  if (place < 0) return "var(--none-edge)";
  return `var(--stage-${1 + Math.round((5 * Math.min(place, most)) / most)})`;
}
