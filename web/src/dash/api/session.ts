// Written by tools/types.mjs from schema/openapi.yaml. Change the schema, not this file.

import type { Text } from "../../report";
import type { Role, TeamRef } from "./common";

export type Session = {
  user: {
    id: string;
    name: string;
    email: string;
    roles: Role[];
    teams: string[];
    lang: "he" | "en";
  };
  /** What the roles allow, so that the page need not know the rules. */
  may: ("see_leads" | "assign_leads" | "write_about_leads" | "decide_handoffs" | "propose_handoffs" | "edit_definition" | "sign_marketing" | "sign_sales" | "manage_users" | "manage_keys" | "manage_channels" | "see_audit" | "export" | "erase")[];
  /** To be sent back as X-Masa-Csrf with every change. */
  csrf_token: string;
  /** Of the session; null for an API key. */
  expires_at: string | null;
  company: string;
  currency: string;
  locale: string;
  zone: string;
  /** Name and version. */
  program: string;
};

/** What lists and menus are made of; follows the current definition. */
export type Options = {
  /** Definition these come from. */
  version: string;
  /** How a report reads the log when nobody asks: the definition's. */
  mode: "if" | "recorded";
  funnels: ({
    name: string;
    label: Text;
    of: "person" | "account" | "deal" | "subscription";
    stages: ({
      stage: string;
      label: Text;
      owner: string | null;
      decided: boolean;
      sla: Text | null;
    })[];
    exits: { name: string; label: Text }[];
  })[];
  /** Sides that own stages. */
  owners: { code: string; label: Text }[];
  reasons: {
    reject: {
      code: string;
      label: Text;
      /** In which it may be given. */
      funnels: string[];
      /** BANT answer that should be known before this reason is given. */
      needs?: string;
    }[];
    return: {
      code: string;
      label: Text;
      /** In which it may be given. */
      funnels: string[];
    }[];
  };
  milestones: { code: string; label: Text }[];
  scores: ({
    name: string;
    label: Text;
    owner: string | null;
    above: number;
    borderline_from: number | null;
  })[];
  bant: ({
    name: string;
    label: Text;
    pass_at: number;
    answers: ({ code: string; label: Text; question: Text | null })[];
  })[];
  /** The most frequent 200 values of each. */
  dimensions: { name: string; label: Text; values: { value: string; label: Text }[] }[];
  segments: { name: string; label: Text }[];
  /** Months and quarters with data, newest first. */
  periods: {
    /** As the period parameter takes it. */
    period: string;
    label: Text;
  }[];
  teams: TeamRef[];
  /** To whom leads can be assigned; handoffs, those of them who are of sales. */
  people: { id: string; name: string; roles: Role[] }[];
  calendar: {
    /** 0 is Sunday. */
    workdays: number[];
    from: string;
    to: string;
    holidays: string | null;
  };
};

export type SignIn = { email: string; password: string };

export type Claim = {
  token: string;
  name?: string;
  /** Of the first admin; an invitation has its own. */
  email?: string;
  /** Of the first admin; the company's when not given. */
  lang?: "he" | "en";
  password: string;
};

export type LinkView = {
  purpose: "first-admin" | "invitation" | "reset";
  /** Empty for a first admin. */
  name: string;
  email: string;
};

export type PasswordInput = { current: string; new: string };
