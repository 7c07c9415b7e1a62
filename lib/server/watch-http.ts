import { subscribe } from "node:diagnostics_channel";
import { ClientRequest, IncomingMessage, ServerResponse } from "node:http";

// Node publishes the HTTP of a whole process, what Next serves and asks included, and `fetch` in its edge runtime, which
// shares no variable with Node: https://nodejs.org/api/diagnostics_channel.html#built-in-channels,
// https://undici.nodejs.org/#/docs/api/DiagnosticsChannel.md

export interface HttpAnswer {
  readonly server: unknown;
  /** What was asked for: a page, a route handler, a file of Next's or of `public`; or by a balancer, again and again. */
  readonly area: "page" | "api" | "file" | "health";
  /** Of HTTP, or `aborted` where the client did not wait for the whole answer. */
  readonly status: string;
  readonly seconds: number;
}

/** Calls for each answer of an HTTP server of this process, when it has gone. */
export function watchAnswers(listener: (answer: HttpAnswer) => void): void {
  subscribe("http.server.request.start", (message) => {
    const request = fieldOf(message, "request");
    const response = fieldOf(message, "response");
    if (!(request instanceof IncomingMessage && response instanceof ServerResponse)) return;
    const server = fieldOf(message, "server");
    const area = areaOf(request.url ?? "");
    const elapsed = stopwatch();
    response.once("close", () => {
      const status = response.writableFinished ? String(response.statusCode) : "aborted";
      listener({ server, area, status, seconds: elapsed() });
    });
  });
}

/**
 * Calls for each request of this process to this origin, when its answer has come whole or will not come.
 *
 * @param listener gets `ok` for a status of 2xx, another status, or `failed`
 */
export function watchRequestsTo(origin: string, listener: (outcome: string, seconds: number) => void): void {
  watchNodeRequests(origin, listener);
  watchFetches(origin, listener);
}

function watchNodeRequests(origin: string, listener: (outcome: string, seconds: number) => void): void {
  const answers = new WeakMap<ClientRequest, IncomingMessage>();
  subscribe("http.client.response.finish", (message) => {
    const request = fieldOf(message, "request");
    const response = fieldOf(message, "response");
    if (request instanceof ClientRequest && response instanceof IncomingMessage)
      answers.set(request, response);
  });
  subscribe("http.client.request.start", (message) => {
    const request = fieldOf(message, "request");
    if (!(request instanceof ClientRequest)) return;
    if (`${request.protocol}//${request.getHeader("host")}` !== origin) return;
    const elapsed = stopwatch();
    request.once("close", () => {
      const answer = answers.get(request);
      listener(answer?.complete ? outcomeOf(answer.statusCode) : "failed", elapsed());
    });
  });
}

function watchFetches(origin: string, listener: (outcome: string, seconds: number) => void): void {
  const underWay = new WeakMap<object, { readonly elapsed: () => number; status?: unknown }>();
  subscribe("undici:request:create", (message) => {
    const request = fieldOf(message, "request");
    if (isObject(request) && String(fieldOf(request, "origin")) === origin)
      underWay.set(request, { elapsed: stopwatch() });
  });
  subscribe("undici:request:headers", (message) => {
    const request = fieldOf(message, "request");
    const known = isObject(request) && underWay.get(request);
    if (known) known.status = fieldOf(fieldOf(message, "response"), "statusCode");
  });
  const end = (message: unknown, isWhole: boolean) => {
    const request = fieldOf(message, "request");
    const known = isObject(request) && underWay.get(request);
    if (!known || !isObject(request)) return;
    underWay.delete(request);
    listener(isWhole ? outcomeOf(known.status) : "failed", known.elapsed());
  };
  subscribe("undici:request:trailers", (message) => end(message, true));
  subscribe("undici:request:error", (message) => end(message, false));
}

function outcomeOf(status: unknown): string {
  return typeof status === "number" && status >= 200 && status <= 299 ? "ok" : String(status);
}

function areaOf(url: string): HttpAnswer["area"] {
  const [path = ""] = url.split("?");
  if (path === "/api/health") return "health";
  if (/^\/api(\/|$)/.test(path)) return "api";
  return path.startsWith("/_next/") || path.includes(".") ? "file" : "page";
}

function stopwatch(): () => number {
  const startedMs = performance.now();
  return () => (performance.now() - startedMs) / 1000;
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** What is published has no type. */
function fieldOf(value: unknown, name: string): unknown {
  return isObject(value) ? Reflect.get(value, name) : undefined;
}
