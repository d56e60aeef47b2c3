// Webhooks of the mock: one that works, one that fails, one that was ended, and what was sent to them.
import * as answers from "./answers.mjs";
import { Refusal } from "./answers.mjs";
import * as data from "./data.mjs";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const SECRET = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const ago = (ms) => data.stamp(data.NOW - ms);

const channel = (id, name, more = {}) => ({
  id,
  name,
  url: `https://example.com/masa/${id}`,
  teams: [],
  roles: [],
  created_at: ago(40 * DAY),
  created_by: data.user("u1"),
  secret_at: ago(40 * DAY),
  ended_at: null,
  waiting: 0,
  sent_at: ago(90 * MINUTE),
  failed: null,
  failing_since: null,
  troubled: false,
  ...more,
});

export const channels = (hostile) => [
  channel("c1", hostile ?? "sales room", { roles: ["sales"] }),
  channel("c2", "team leads", {
    teams: ["sales_leads"],
    waiting: 2,
    sent_at: ago(3 * DAY),
    failed: { at: ago(12 * MINUTE), status: 503, reason: null },
    failing_since: ago(2 * DAY),
    troubled: true,
  }),
  channel("c3", "old room", { ended_at: ago(9 * DAY), sent_at: ago(10 * DAY) }),
];

const send = (id, channelId, type, back, more = {}) => ({
  channel: channelId,
  id,
  message: `msg_${id.slice(1).padStart(32, "0")}`,
  type,
  handoff: type === "channel.test" ? null : "h1",
  lead: type === "channel.test" ? null : "p21",
  stage: type === "channel.test" ? null : "SAL",
  to: type === "handoff.escalation" ? "sales_leads" : null,
  due_at: ago(back),
  decided_at: ago(back),
  state: "sent",
  attempts: 1,
  tried_at: ago(back),
  status: 204,
  reason: null,
  next_at: null,
  ...more,
});

const waits = {
  state: "pending",
  attempts: 6,
  status: 503,
  tried_at: ago(12 * MINUTE),
  next_at: data.stamp(data.NOW + 20 * MINUTE),
};

export const sends = () => [
  send("d9", "c2", "handoff.escalation", 40 * MINUTE, waits),
  send("d8", "c2", "handoff.reminder", 60 * MINUTE, { ...waits, status: null, reason: "too_slow" }),
  send("d7", "c1", "handoff.reminder", 90 * MINUTE),
  send("d6", "c1", "handoff.reminder", 5 * 60 * MINUTE, {
    state: "overtaken",
    status: 500,
    reason: "decided",
    attempts: 2,
  }),
  send("d5", "c1", "channel.test", DAY),
  send("d4", "c2", "handoff.escalation", 2 * DAY, {
    state: "failed",
    status: null,
    reason: "no_connection",
    attempts: 19,
  }),
  ...Array.from({ length: 60 }, (_, i) =>
    send(`d1${String(i).padStart(2, "0")}`, "c1", "handoff.reminder", (3 + i) * DAY),
  ),
  send("d2", "c3", "handoff.reminder", 10 * DAY, { handoff: null, lead: null }),
];

function must(session) {
  if (!session.may.includes("manage_channels")) throw new Refusal(403, "forbidden", "Only an admin may do this.");
}

function open({ state, session, params }) {
  must(session);
  const found = state.channels.find(({ id, ended_at }) => id === params.id && !ended_at);
  if (!found) throw new Refusal(404, "not_found", "There is no such webhook.");
  return found;
}

const ok = (body, status = 200) => ({ status, body });
const now = (state) => data.stamp(state.now);

function make({ state, session, body }) {
  must(session);
  if (!body.url.startsWith("https://"))
    throw new Refusal(422, "not_acceptable", "url: an address that begins with https://");
  const made = channel(`c${state.serial++}`, body.name, {
    url: body.url,
    teams: body.teams ?? [],
    roles: body.roles ?? [],
    created_at: now(state),
    created_by: data.userRef(session.user),
    secret_at: now(state),
    sent_at: null,
  });
  state.channels.unshift(made);
  return ok({ channel: made, secret: SECRET }, 201);
}

function renew(call) {
  const found = open(call);
  found.secret_at = now(call.state);
  return ok({ channel: found, secret: SECRET }, 201);
}

const shown = ({ channel: _, ...row }) => row;

/** It arrives at once. */
function tryIt(call) {
  const found = open(call);
  const { state } = call;
  const made = send(`d${state.serial++}`, found.id, "channel.test", 0, { due_at: now(state), decided_at: now(state) });
  state.sends.unshift(made);
  Object.assign(found, { sent_at: now(state), failing_since: null, troubled: false });
  return ok({ ...shown(made), state: "pending", attempts: 0, tried_at: null, status: null, next_at: now(state) }, 201);
}

function end(call) {
  const found = open(call);
  Object.assign(found, { ended_at: now(call.state), waiting: 0, failing_since: null, troubled: false });
  return { status: 204 };
}

function list({ state, session, params, query }) {
  must(session);
  if (!state.channels.some(({ id }) => id === params.id))
    throw new Refusal(404, "not_found", "There is no such webhook.");
  return ok(answers.page(state.sends.filter((row) => row.channel === params.id).map(shown), query));
}

export const routes = {
  "GET /channels": ({ state, session }) => {
    must(session);
    return ok({ items: state.channels });
  },
  "once POST /channels": make,
  "DELETE /channels/{id}": end,
  "once POST /channels/{id}/secret": renew,
  "once POST /channels/{id}/try": tryIt,
  "GET /channels/{id}/sends": list,
};
