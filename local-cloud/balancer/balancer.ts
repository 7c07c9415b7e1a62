import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { pipeline } from "node:stream/promises";
import { drainable } from "../processes/drainable";
import { listen } from "../processes/listen";
import { type Answer, forwardRequest } from "./forward-request";
import { requestHeaders, responseHeaders } from "./forwarded-headers";
import {
  createInstancePool,
  type InstancePool,
  type PooledInstance,
  type RequestKind,
} from "./instance-pool";
import { type Body, readAhead } from "./read-ahead";

export type Balancer = {
  readonly port: number;
  readonly pool: InstancePool;
  /** Takes no more requests, finishes the open ones, and ends. */
  close(): Promise<void>;
};

// A body of up to this size is kept for a second attempt. How long it takes is the request limit's to bound.
const RETRYABLE_BODY = { bytes: 1024 * 1024, ms: 2 ** 31 - 1 };
// A form takes a second, and a proxy in production waits about as long. Node's own limit is 300 s.
const REQUEST_LIMIT_MS = 30_000;
// Beyond 1,000 Node 20 drops headers without a word and later versions answer 431. Refused below that, no header of a
// client is ever lost on the way, and there is room for ours.
const MAX_HEADERS = 900;
const DRAIN_LIMIT_MS = 5_000;
// What RFC 3986 allows in an authority without user information.
const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9._~%-]+)(:\d{1,5})?$/i;

/**
 * Shares requests out among the instances in its pool, in turn and without stickiness, as a serverless host does.
 * A connection that is refused was never sent: another instance gets it. A GET or HEAD that got no answer is tried
 * once more on another instance. A POST that was cut off after it was sent is 502 and never sent again.
 */
export async function startBalancer(options: {
  port: number;
  host?: string;
  /** Speaks https to clients, with this certificate and its key, both PEM. Default: plain http. */
  tls?: { cert: string; key: string };
  /** How long a client may take to send a request, head and body. Beyond it: 408. Default: 30 s. */
  requestLimitMs?: number;
}): Promise<Balancer> {
  const pool = createInstancePool();
  const serve: RequestListener = (request, response) => {
    balance(pool, request, response).catch(() => response.destroy());
  };
  const { requestLimitMs = REQUEST_LIMIT_MS, tls } = options;
  const limits = {
    requestTimeout: requestLimitMs,
    connectionsCheckingInterval: Math.min(requestLimitMs / 2, 5_000),
    keepAliveTimeout: 65_000,
  };
  const server = tls ? createTlsServer({ ...limits, ...tls }, serve) : createServer(limits, serve);
  const close = drainable(server);
  const port = await listen(server, options.port, options.host);
  return {
    port,
    pool,
    async close() {
      await close(DRAIN_LIMIT_MS);
      pool.close();
    },
  };
}

async function balance(
  pool: InstancePool,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // The fetch standard forbids it, and Next's middleware, which speaks in its terms, would answer 500.
  if (request.method === "TRACE") return say(response, 405, "TRACE is not supported.");
  if (!isWellFormed(request)) return say(response, 400, "This request is malformed.");
  if (request.rawHeaders.length / 2 > MAX_HEADERS) return say(response, 431, "These are too many headers.");
  const body = await readAhead(request, RETRYABLE_BODY);
  const headers = { ...bodyFraming(request, body), ...requestHeaders(request) };
  const kind = kindOf(request);
  const isRepeatable = kind !== "change";
  const clientGone = new AbortController();
  response.on("close", () => clientGone.abort());

  const tried = new Set<PooledInstance>();
  let wasSent = false;
  const next = () => pool.next(kind, tried);
  for (let instance = next(); instance; instance = next()) {
    tried.add(instance);
    instance.inFlight++;
    try {
      const { signal } = clientGone;
      const answer = await forwardRequest(request, body, { port: instance.port, headers, signal });
      return await passOn(answer, response);
    } catch (error) {
      if (response.headersSent || response.destroyed) throw error;
      const reason = reasonOf(error);
      const isRefused = reason === "ECONNREFUSED";
      if (!isRefused) console.error(`Server ${instance.name} cut a ${request.method} off (${reason}).`);
      if (isRefused) instance.ready = instance.silent = false;
      const mayRepeat = isRefused || (isRepeatable && !wasSent);
      wasSent ||= !isRefused;
      if (!mayRepeat || "stream" in body) break;
    } finally {
      instance.inFlight--;
    }
  }
  if (wasSent) say(response, 502, "The server ended before it answered.");
  else say(response, 503, "No server is ready just now. Try again in a moment.");
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  return "code" in error ? String(error.code) : error.message;
}

function kindOf({ method, headers }: IncomingMessage): RequestKind {
  if (method !== "GET" && method !== "HEAD") return "change";
  return headers["sec-fetch-dest"] === "document" ? "page" : "read";
}

// Node's parser lets some of these in, and its client throws on them.
function isWellFormed({ url = "", headers }: IncomingMessage): boolean {
  return /^[\x21-\x7e]+$/.test(url) && (headers.host === undefined || HOST.test(headers.host));
}

// Of a body that came in chunks we know the length now, or it goes on in chunks. It has to be said: Node's client writes
// the body of a GET, HEAD, DELETE or OPTIONS without either, and an instance would read it as the next request.
function bodyFraming({ headers }: IncomingMessage, body: Body): Record<string, string> {
  if (!("transfer-encoding" in headers)) return {};
  return "bytes" in body ? { "content-length": `${body.bytes.length}` } : { "transfer-encoding": "chunked" };
}

async function passOn({ head, body }: Answer, response: ServerResponse): Promise<void> {
  response.statusCode = head.statusCode ?? 502;
  if (head.statusMessage) response.statusMessage = head.statusMessage;
  for (const [name, value] of Object.entries(responseHeaders(head.headers))) {
    if (value !== undefined) response.setHeader(name, value);
  }
  if ("bytes" in body) {
    response.end(body.bytes);
    return;
  }
  response.flushHeaders();
  await pipeline(body.stream, response);
}

function say(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, {
    "Content-Type": "text/plain; charset=utf-8",
    "Cache-Control": "no-store",
    ...(status === 503 ? { "Retry-After": "1" } : {}),
  });
  response.end(`${sentence}\n`);
}
