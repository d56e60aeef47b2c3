// Deciding on handoffs: shown as done at once, told to the server meanwhile, taken back when it says no or when the
// reader thinks better of it.
import type { BulkResult, Handoff } from "../api";
import { ask } from "./api";

export type Verb = "accept" | "reject" | "return";

export interface Choice {
  verb: Verb;
  reason: string | null;
  note: string | null;
}

export const became = { accept: "accepted", reject: "rejected", return: "returned" } as const;

const path = (id: string) => `/handoffs/${encodeURIComponent(id)}`;

export const decide = (handoff: Handoff, { verb, reason, note }: Choice) =>
  ask<Handoff>(`${path(handoff.id)}/decision`, {
    method: "POST",
    once: true,
    version: handoff.version,
    body: { decision: verb, reason, note },
  });

export const undo = (handoff: Handoff) =>
  ask<Handoff>(`${path(handoff.id)}/undo`, { method: "POST", once: true, version: handoff.version, body: {} });

export const assign = (handoff: Handoff, to: { user: string | null; team: string | null }) =>
  ask<Handoff>(`${path(handoff.id)}/assigned`, { method: "PUT", version: handoff.version, body: to });

export const bulk = (
  handoffs: Handoff[],
  choice: Choice | { assign: { user: string | null; team: string | null } },
): Promise<BulkResult> => {
  const items = handoffs.map(({ id, version }) => ({ id, version }));
  const what =
    "assign" in choice
      ? { action: "assign", assign: choice.assign }
      : { action: choice.verb, reason: choice.reason, note: choice.note };
  return ask<BulkResult>("/handoffs/bulk", { method: "POST", once: true, body: { items, ...what } });
};

/** The one to look at when this one has gone: the next, else the one before. */
export function after(ids: string[], gone: string): string | null {
  const at = ids.indexOf(gone);
  return ids[at + 1] ?? ids[at - 1] ?? null;
}
