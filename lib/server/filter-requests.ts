import { subscribe } from "node:diagnostics_channel";
import { type IncomingMessage, Server, type ServerResponse } from "node:http";
import { Server as SecureServer } from "node:https";
import { parseAndValidateFlightRouterState } from "next/dist/server/app-render/parse-and-validate-flight-router-state";

interface Options {
  /** The server, for `x-served-by`. */
  readonly serverName: string;
  /** How long a request may take to arrive. Node's own five minutes are too long for a body of 16 KB. */
  readonly requestTimeoutMs?: number;
}

/**
 * What a request to this Node process must pass before Next gets to see it: Next answers some of them with 500, keeps their
 * bodies in memory, and writes a line into the log for each.
 *
 * Node publishes each request of each HTTP server before it hands it on (https://nodejs.org/api/diagnostics_channel.html#http).
 * Other hosts than Node have no such place: there the middleware refuses what it can (middleware.ts).
 */
export function filterRequests({ serverName, requestTimeoutMs = 30_000 }: Options): void {
  // In development Next takes more than a page's methods, for its own tools.
  if (process.env.NODE_ENV === "development") return;
  const filtered = new WeakSet<Server | SecureServer>();
  subscribe("http.server.request.start", (message) => {
    if (typeof message !== "object" || message === null || !("server" in message)) return;
    const { server } = message;
    if (!(server instanceof Server || server instanceof SecureServer) || filtered.has(server)) return;
    filtered.add(server);
    server.requestTimeout = requestTimeoutMs;
    server.headersTimeout = Math.min(server.headersTimeout, requestTimeoutMs);
    // Next hangs up on a request for another protocol, or leaves its socket open without a word and without a time limit.
    // Without a listener Node takes it for a request like any other (RFC 9110, 7.8: https://nodejs.org/api/http.html#event-upgrade).
    server.removeAllListeners("upgrade");
    standBefore(server, serverName);
  });
}

/** Takes the place of those who listen to a server's requests, and calls them for what it lets pass. */
function standBefore(server: Server | SecureServer, serverName: string): void {
  const listeners = server.listeners("request");
  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    request.url = withoutAuthority(request.url);
    const refusal = refusalOf(request);
    if (refusal) return refuse(response, { ...refusal, serverName });
    for (const name of CONDITIONS) delete request.headers[name];
    for (const listener of listeners) Reflect.apply(listener, server, [request, response]);
  });
}

/** Next has no page for 412 and 416 and answers 500. The files here are small: a server may ignore a range (RFC 9110, 14.2). */
const CONDITIONS = ["range", "if-range", "if-match", "if-unmodified-since"];

/** The whole address may stand in a request (RFC 9112, 3.2.2). Next takes it for a path, and logs an error where it is none. */
function withoutAuthority(target = ""): string {
  const [whole = "", authority] = /^[a-z][a-z\d+.-]*:\/\/([^/?]*)/i.exec(target) ?? [];
  if (authority === undefined) return target;
  const path = target.slice(whole.length);
  return path.startsWith("/") ? path : `/${path}`;
}

const HANDLERS = /^\/api(?:$|[/?])/i;

interface Refusal {
  readonly status: 400 | 405;
  readonly headers?: Readonly<Record<string, string>>;
}

function refusalOf({ method = "", url = "", headers }: IncomingMessage): Refusal | null {
  const isHandlers = HANDLERS.test(url);
  // Handlers know their methods themselves; Next can make no Request of a TRACE.
  const isMethodKnown = isHandlers ? method !== "TRACE" : method === "GET" || method === "HEAD";
  if (!isMethodKnown)
    return { status: 405, headers: { allow: isHandlers ? "GET, HEAD, POST" : "GET, HEAD" } };
  // What is left is `*`, which asks for no page (RFC 9112, 3.2.4).
  const isWellFormed =
    url.startsWith("/") && isDecodable(url) && isRouterState(headers["next-router-state-tree"]);
  return isWellFormed ? null : { status: 400 };
}

/** Whether the path is text in percent-encoding (RFC 3986, 2.1): Next answers 500 where a dynamic route would take it. */
function isDecodable(url: string): boolean {
  try {
    decodeURIComponent(url.replace(/\?.*/s, ""));
    return true;
  } catch {
    return false;
  }
}

/** Whether Next can read the header in which its router in the browser says what it shows already. */
function isRouterState(header: string | string[] | undefined): boolean {
  try {
    parseAndValidateFlightRouterState(header);
    return true;
  } catch {
    return false;
  }
}

/** Answers at once. What is still to come of a body is read and forgotten, until the request has taken too long. */
function refuse(
  response: ServerResponse,
  { status, headers = {}, serverName }: Refusal & { readonly serverName: string },
): void {
  response.writeHead(status, {
    "content-length": 0,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-served-by": serverName,
    ...headers,
  });
  response.end();
}
