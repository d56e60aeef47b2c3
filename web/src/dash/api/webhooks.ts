// Written by tools/types.mjs from schema/openapi.yaml. Change the schema, not this file.

import type { Role, UserRef } from "./common";

export type Channel = {
  id: string;
  name: string;
  url: string;
  /** For whose handoffs; with no team and no role: for everybody's. */
  teams: string[];
  roles: Role[];
  created_at: string;
  created_by: UserRef;
  /** When its secret was made. */
  secret_at: string;
  ended_at: string | null;
  /** Messages that wait to be sent. */
  waiting: number;
  /** When something arrived last. */
  sent_at: string | null;
  /** The last try that failed. */
  failed: { at: string; status: number | null; reason: SendReason } | null;
  /** The first try that failed since one went well; null when the last one did. */
  failing_since: string | null;
  /** Since then a message was given up, or tried five times in vain: administrators are told (delivery_failing). */
  troubled: boolean;
};

export type ChannelList = { items: Channel[] };

export type ChannelInput = {
  name: string;
  /** https; http only where the server was started so. Of private networks only those that it was started with are called. */
  url: string;
  teams?: string[];
  roles?: Role[];
};

export type NewChannel = {
  channel: Channel;
  /** `whsec_` and base64: signs what is sent, and is not shown again. */
  secret: string;
};

/** Why it was not sent, where no status tells. no_address: the name leads nowhere. not_allowed: to a private network, or to this machine. late: it came to be more than a day before it could be sent. decided: the handoff waits no more, or for somebody else. ended: the webhook. erased: the lead. */
export type SendReason = "no_address" | "not_allowed" | "no_connection" | "too_slow" | "certificate" | "broken" | "late" | "decided" | "ended" | "erased" | null;

export type Send = {
  id: string;
  /** The webhook-id that its receiver sees, the same at each try. */
  message: string;
  type: "handoff.reminder" | "handoff.escalation" | "channel.test";
  handoff: string | null;
  /** Its id; null of a try, and once the lead was erased. */
  lead: string | null;
  stage: string | null;
  /** A team or a role, of an escalation; null: whoever has the handoff. */
  to: string | null;
  /** When it was to be told. */
  due_at: string;
  decided_at: string;
  /** unknown: on its way. overtaken: it need not be sent any more. */
  state: "pending" | "unknown" | "sent" | "failed" | "overtaken";
  attempts: number;
  tried_at: string | null;
  /** Of the last answer. */
  status: number | null;
  reason: SendReason;
  /** When it is tried again. */
  next_at: string | null;
};

export type SendPage = {
  items: Send[];
  /** Pass it as cursor to go on; null at the end. */
  next_cursor: string | null;
  total: number;
};
