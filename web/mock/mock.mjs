// Answers requests as the server will, from memory: `answer(state, request)` is the whole of it; server.mjs puts it on
// a port. For developing and testing the dashboard only; it is no part of the program.
import { createHash } from "node:crypto";
import { Refusal } from "./answers.mjs";
import { routes } from "./routes.mjs";
import { makeState } from "./state.mjs";

export { makeState };
export const BASE = "/api/v1";

const table = Object.entries(routes).map(([name, run]) => {
  const words = name.split(" ");
  const [method, path] = words.slice(-2);
  const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
  const pattern = new RegExp(`^${path.replaceAll(".", "\\.").replace(/\{\w+\}/g, "([^/]+)")}$`);
  return { method, path, names, pattern, run, open: words[0] === "open", once: words[0] === "once" };
});

function match(method, path) {
  let wrongMethod = false;
  for (const route of table) {
    const parts = route.pattern.exec(path);
    if (!parts) continue;
    if (route.method === method)
      return {
        route,
        params: Object.fromEntries(route.names.map((name, i) => [name, decodeURIComponent(parts[i + 1])])),
      };
    wrongMethod = true;
  }
  throw wrongMethod
    ? new Refusal(405, "method_not_allowed", `${path} does not take ${method}.`)
    : new Refusal(404, "not_found", `There is no ${path}.`);
}

function who(state, headers) {
  const cookie = /(?:^|; )masa_session=([^;]+)/.exec(headers.cookie ?? "")?.[1];
  const session = state.sessions.get(cookie);
  if (!session) throw new Refusal(401, "signed_out", "Sign in first.");
  return session;
}

function checkHeaders(route, session, headers) {
  if (route.method === "GET") return;
  if (headers["x-masa-csrf"] !== session.csrf_token)
    throw new Refusal(403, "csrf", "The page is of another session; load it again.");
  if (route.once && !headers["idempotency-key"])
    throw new Refusal(428, "idempotency_key_missing", "Send an Idempotency-Key, so that a repeat does nothing twice.");
}

const failed = (refusal) => ({
  status: refusal.status,
  body: {
    error: {
      code: refusal.code,
      message: refusal.message,
      ...(refusal.details === undefined ? {} : { details: refusal.details }),
    },
  },
  headers: refusal.details?.retry_after_seconds ? { "retry-after": String(refusal.details.retry_after_seconds) } : {},
});

function respond(state, { method, path, query, headers, body }) {
  const { route, params } = match(method, path);
  const session = route.open ? null : who(state, headers);
  if (!route.open) checkHeaders(route, session, headers);
  const known = route.once ? `${session.user.id} ${headers["idempotency-key"]}` : null;
  if (known && state.seen.has(known)) return state.seen.get(known);
  const version = headers["if-match"];
  const answer = route.run({ state, session, params, query, body, version, accept: headers.accept ?? "" });
  if (known) state.seen.set(known, structuredClone(answer));
  if (!answer.cached) return answer;
  const etag = `"${createHash("sha256").update(JSON.stringify(answer.body)).digest("hex").slice(0, 16)}"`;
  return headers["if-none-match"] === etag ? { status: 304, headers: { etag } } : { ...answer, headers: { etag } };
}

/** { status, body | csv, headers }; refusals included. */
export function answer(state, request) {
  try {
    return respond(state, request);
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    return failed(refusal);
  }
}
