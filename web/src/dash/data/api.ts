// Asks the server. Every refusal comes back as one kind of error that knows its code and what helps.
import type { Error as ApiError, Session } from "../api";

export const BASE = "/api/v1";

export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

let token = "";
let lang = "he";
let onSignedOut = () => {};
let onState = (_number: number) => {};

export const setToken = (session: Session | null) => void (token = session?.csrf_token ?? "");
export const setLanguage = (value: string) => void (lang = value);
/** Told of the state that an answer is of, by its number in the stream. */
export const whenAnswered = (action: (state: number) => void) => void (onState = action);
export const whenSignedOut = (action: () => void) => void (onSignedOut = action);

export interface Ask {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  body?: unknown;
  /** The version seen of what is to be changed. */
  version?: string;
  /** A new intention, done once however often it is sent. */
  once?: boolean;
  signal?: AbortSignal;
}

function headersOf({ method = "GET", body, version, once }: Ask): Record<string, string> {
  return {
    accept: "application/json",
    "accept-language": lang,
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    ...(method === "GET" ? {} : { "x-masa-csrf": token }),
    ...(version === undefined ? {} : { "if-match": `"${version}"` }),
    ...(once ? { "idempotency-key": crypto.randomUUID() } : {}),
  };
}

async function refusal(response: Response): Promise<Refused> {
  try {
    const { error } = (await response.json()) as ApiError;
    return new Refused(response.status, error.code, error.message, error.details);
  } catch {
    return new Refused(response.status, "unreadable", `${response.status} ${response.statusText}`);
  }
}

const changes = (ask: Ask) => ask.method !== undefined && ask.method !== "GET";

async function send(path: string, ask: Ask): Promise<Response> {
  const init: RequestInit = { method: ask.method ?? "GET", headers: headersOf(ask), credentials: "same-origin" };
  if (ask.body !== undefined) init.body = JSON.stringify(ask.body);
  if (ask.signal) init.signal = ask.signal;
  try {
    const response = await fetch(BASE + path, init);
    const state = Number(response.headers.get("masa-state") ?? NaN);
    if (!Number.isNaN(state)) onState(state);
    return response;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Refused(0, changes(ask) ? "offline_change" : "offline", String(error));
  }
}

/** The answer's body; null of an empty one. Throws Refused. */
export async function ask<T>(path: string, more: Ask = {}): Promise<T> {
  const response = await send(path, more);
  if (!response.ok) {
    const refused = await refusal(response);
    if (refused.code === "signed_out") onSignedOut();
    throw refused;
  }
  return (response.status === 204 ? null : await response.json()) as T;
}

/** The same; when somebody changed it meanwhile, what stands now is fetched before that is said. */
export async function changeSeen<T>(path: string, more: Ask, look: () => Promise<void>): Promise<T> {
  try {
    return await ask<T>(path, more);
  } catch (error) {
    if (error instanceof Refused && error.code === "changed_meanwhile") await look();
    throw error;
  }
}
