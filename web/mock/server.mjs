// The mock on a port: node mock/server.mjs [PORT]. Serves the built dashboard and its interface; sign in as
// sales@example.com, marketing@example.com or admin@example.com with the password `correct horse battery`.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { answer, BASE, makeState } from "./mock.mjs";
import { hears } from "./routes.mjs";

const page = () => readFileSync(new URL("../dist/app.html", import.meta.url));

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  const text = Buffer.concat(parts).toString("utf8");
  return text === "" ? {} : JSON.parse(text);
}

function stream(state, response, roles) {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  let id = 0;
  const send = ({ kind, ...rest }) =>
    response.write(`id: ${++id}\nevent: ${kind}\ndata: ${JSON.stringify({ kind, ...rest })}\n\n`);
  send({ kind: "hello", program: "masa 0.1.0", as_of: new Date(state.now).toISOString() });
  for (const alert of state.alerts) if (hears(alert, roles)) send({ kind: "alert", ...alert });
  send.roles = roles;
  state.listeners.add(send);
  response.on("close", () => state.listeners.delete(send));
}

async function serve(state, request, response) {
  const address = new URL(request.url, "http://localhost");
  if (!address.pathname.startsWith(BASE)) {
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
    return response.end(page());
  }
  const path = address.pathname.slice(BASE.length);
  if (state.delay) await new Promise((done) => setTimeout(done, state.delay));
  const roles = path === "/stream" && request.method === "GET" ? rolesOf(state, request) : undefined;
  if (roles) return stream(state, response, roles);
  const body = await bodyOf(request);
  const { method, headers } = request;
  const result = answer(state, { method, path, query: address.searchParams, headers, body });
  if (result.csv !== undefined) {
    const disposition = 'attachment; filename="leads.csv"';
    response.writeHead(200, { "content-type": "text/csv; charset=utf-8", "content-disposition": disposition });
    return response.end(result.csv);
  }
  response.writeHead(result.status, { "content-type": "application/json", ...(result.headers ?? {}) });
  response.end(result.body === undefined ? "" : JSON.stringify(result.body));
}

/** Undefined: nobody is signed in. */
const rolesOf = (state, request) =>
  answer(state, { method: "GET", path: "/session", query: new URLSearchParams(), headers: request.headers }).body?.user
    ?.roles;

/** Listens and gives back { address, state, close }. Port 0 takes a free one. */
export async function listen(port = 0, state = makeState()) {
  const server = createServer((request, response) =>
    serve(state, request, response).catch((error) => {
      response.writeHead(500, { "content-type": "application/json" });
      response.end(JSON.stringify({ error: { code: "mock_broken", message: String(error.stack) } }));
    }),
  );
  await new Promise((done) => server.listen(port, "127.0.0.1", done));
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    state,
    close: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
}

if (process.argv[1]?.endsWith("mock/server.mjs")) {
  const { address } = await listen(Number(process.argv[2] ?? 8123));
  console.log(address);
}
