// Written by tools/types.mjs from schema/openapi.yaml. Change the schema, not this file.

import type { Text } from "../../report";
import type { Role, UserRef } from "./common";

export type User = {
  id: string;
  version: string;
  name: string;
  email: string;
  roles: Role[];
  teams: string[];
  lang: "he" | "en";
  state: "invited" | "active" | "locked" | "off";
  created_at: string;
  last_seen_at: string | null;
  sessions: number;
};

export type UserList = { items: User[] };

export type UserInput = {
  name?: string;
  email?: string;
  roles?: Role[];
  teams?: string[];
  lang?: "he" | "en";
  /** active also unlocks. */
  state?: "active" | "off";
};

export type Invited = {
  user: User;
  /** Works once; the token stands behind the #, so that no server log holds it. /claim#TOKEN, and /claim?first#TOKEN for the first admin. */
  link: string;
  expires_at: string;
};

export type SessionRow = {
  id: string;
  user: UserRef;
  created_at: string;
  last_seen_at: string;
  ip: string | null;
  agent: string | null;
  current: boolean;
};

export type SessionList = { items: SessionRow[] };

export type Key = {
  id: string;
  /** api: for this interface. write: for the intake. */
  kind: "api" | "write";
  name: string;
  /** Its first letters, to know it by. */
  prefix: string;
  /** Of an api key. */
  roles: Role[];
  /** Whether an api key may change things, too. */
  writes: boolean;
  /** Of a write key: the source that its events carry. */
  source: string | null;
  /** Of a write key: from whose pages browsers may send; none: from any. */
  origins: string[];
  /** Of a write key: the calls it may make; none: all. */
  calls: ("track" | "identify" | "group" | "page" | "screen" | "alias")[];
  /** Of a write key: the tracked events it may send, by name, or by how they begin (`page_*`); none: all. */
  events: string[];
  /** Of a write key. visitors: it may name no person (userId, previousId) and no account (groupId), and speaks of the anonymousId alone. */
  speaks_of: "anyone" | "visitors" | null;
  /** Of a write key: all of it. It stands in web pages, and is no secret. */
  write_key: string | null;
  /** Of what a write key may send; changes want it in If-Match. */
  version: string | null;
  created_at: string;
  created_by: UserRef;
  last_used_at: string | null;
  expires_at: string | null;
  revoked_at: string | null;
};

export type KeyLimits = {
  /** From whose pages browsers may send; none: from any. */
  origins?: string[];
  /** The calls it may make; none: all. */
  calls?: ("track" | "identify" | "group" | "page" | "screen" | "alias")[];
  /** The tracked events it may send, by name, or by how they begin (`page_*`); none: all. */
  events?: string[];
  /** visitors: it names no person and no account. */
  speaks_of?: "anyone" | "visitors";
};

export type KeyList = { items: Key[] };

export type KeyInput = {
  kind: "api" | "write";
  name: string;
  roles?: Role[];
  writes?: boolean;
  source?: string | null;
  origins?: string[];
  /** Of a write key: the calls it may make; none: all. */
  calls?: ("track" | "identify" | "group" | "page" | "screen" | "alias")[];
  /** Of a write key: the tracked events it may send, by name, or by how they begin (`page_*`); none: all. */
  events?: string[];
  speaks_of?: "anyone" | "visitors";
  /** For a key that stands in pages: the calls track, page, screen and identify, of visitors alone, unless said otherwise; needs origins. */
  preset?: "browser";
  expires_at?: string | null;
};

export type NewKey = {
  key: Key;
  /** Of an api key only a digest is kept. */
  secret: string;
};

export type AuditItem = {
  id: string;
  at: string;
  actor: { kind: "user" | "key" | "system"; id: string | null; name: string };
  /** Dotted: handoff.accepted, definition.published, user.locked. */
  action: string;
  subject: { kind: string; id: string; label: string } | null;
  text: Text;
  ip: string | null;
  details: Record<string, unknown>;
};

export type AuditPage = {
  items: AuditItem[];
  /** Pass it as cursor to go on; null at the end. */
  next_cursor: string | null;
  /** How many in all; null where counting would cost more than the list. */
  total: number | null;
};
