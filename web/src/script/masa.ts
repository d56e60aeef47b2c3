// masa.js, the script for pages:
//
//     <script async src="https://HOST/masa.js" data-key="WRITE_KEY"></script>
//
// data-pages="off": no page views by itself. data-consent="required": nothing before masa.consent(true).
// Calls made before it has loaded wait in a list: window.masa = window.masa || []; masa.push(["track", "signed_up"]).
import { Tracker, type World } from "./tracker";

const METHODS = ["track", "page", "identify", "group", "consent", "reset"] as const;
type Method = (typeof METHODS)[number];

function storage(): Pick<World, "read" | "write"> {
  const memory = new Map<string, string>();
  return {
    read(name) {
      try {
        return localStorage.getItem(name) ?? memory.get(name) ?? null;
      } catch {
        return memory.get(name) ?? null;
      }
    },
    write(name, value) {
      if (value === null) memory.delete(name);
      else memory.set(name, value);
      try {
        if (value === null) localStorage.removeItem(name);
        else localStorage.setItem(name, value);
      } catch {
        // Private windows may forbid it; then the memory of this page has to do.
      }
    },
  };
}

function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function sender(address: string): Pick<World, "post" | "beacon"> {
  const headers = { "Content-Type": "text/plain" }; // spares a preflight
  return {
    async post(body) {
      try {
        const { ok, status } = await fetch(address, { method: "POST", body, headers, keepalive: true });
        if (ok) return "kept";
        return status === 429 || status >= 500 ? "again" : "never";
      } catch {
        return "again";
      }
    },
    beacon: (body) => navigator.sendBeacon?.(address, body) ?? false,
  };
}

function world(tag: HTMLScriptElement): World {
  const browser = navigator as Navigator & { globalPrivacyControl?: boolean };
  return {
    key: tag.dataset.key ?? "",
    ...sender(new URL("/v1/batch", tag.src).href),
    ...storage(),
    now: () => new Date(),
    randomId,
    later: (work, milliseconds) => void setTimeout(work, milliseconds),
    page: () => ({
      path: location.pathname,
      url: location.href,
      search: location.search,
      title: document.title,
      referrer: document.referrer,
    }),
    refusesTracking: navigator.doNotTrack === "1" || browser.globalPrivacyControl === true,
    needsConsent: tag.dataset.consent === "required",
  };
}

/** Page views, also of pages that change their address without loading. */
function watchPages(tracker: Tracker): void {
  let last = "";
  const look = () => {
    const address = location.pathname + location.search;
    if (address !== last) tracker.page();
    last = address;
  };
  for (const method of ["pushState", "replaceState"] as const) {
    const original = history[method];
    history[method] = function (...given: Parameters<typeof original>) {
      original.apply(this, given);
      setTimeout(look, 0);
    };
  }
  addEventListener("popstate", look);
  look();
}

function begin(tag: HTMLScriptElement): void {
  const tracker = new Tracker(world(tag));
  const run = (call: unknown) => {
    if (!Array.isArray(call) || !METHODS.includes(call[0])) return;
    const method = tracker[call[0] as Method] as (...given: unknown[]) => void;
    method.apply(tracker, call.slice(1));
  };
  const page = window as unknown as { masa?: unknown };
  const waiting = Array.isArray(page.masa) ? page.masa : [];
  const face: Record<string, unknown> = { push: run };
  for (const method of METHODS) face[method] = (...given: unknown[]) => run([method, ...given]);
  page.masa = face;
  waiting.forEach(run);
  if (tag.dataset.pages !== "off") watchPages(tracker);
  addEventListener("pagehide", () => tracker.leave());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") tracker.leave();
  });
}

if (document.currentScript instanceof HTMLScriptElement) begin(document.currentScript);
