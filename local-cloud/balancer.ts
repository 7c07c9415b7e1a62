import { Agent, createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { createProxyServer } from "httpxy";
import { drainable } from "./drainable";
import { replaceForwardedHeaders } from "./forwarded-headers";
import { createInstancePool, type InstancePool, type PooledInstance } from "./instance-pool";
import { listen } from "./listen";
import { type RequestBody, readAhead } from "./read-ahead";

export type Balancer = {
  readonly port: number;
  readonly pool: InstancePool;
  /** Takes no more requests, finishes the open ones, and ends. */
  close(): Promise<void>;
};

const RETRYABLE_BODY_BYTES = 1024 * 1024;
const ANSWER_LIMIT_MS = 30_000;
const DRAIN_LIMIT_MS = 5_000;
// What RFC 3986 allows in an authority without user information.
const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9._~%-]+)(:\d{1,5})?$/i;

/**
 * Shares requests out among the instances in its pool, in turn and without stickiness, as a serverless host does.
 * A connection that is refused was never sent: another instance gets it. A GET or HEAD that got no answer is tried
 * once more on another instance. A POST that was cut off after it was sent is 502 and never sent again.
 */
export async function startBalancer(options: { port: number; host?: string }): Promise<Balancer> {
  const pool = createInstancePool();
  // A new connection for each request: a refused one is then known not to have been sent. It is called "keep-alive"
  // because a Node server that may close resets one whose body it did not read, and its answer (a 413) is lost.
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 0 });
  const proxy = createProxyServer({ agent, proxyTimeout: ANSWER_LIMIT_MS });
  proxy.on("proxyRes", (answer, request) => {
    // The instance speaks of its connection to us; the client's is between the client and us.
    delete answer.headers["keep-alive"];
    answer.headers.connection = /\bclose\b/i.test(request.headers.connection ?? "") ? "close" : "keep-alive";
  });

  async function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isWellFormed(request)) return say(response, 400, "This request is malformed.");
    const headers = { ...replaceForwardedHeaders(request), connection: "keep-alive" };
    const body = await readAhead(request, RETRYABLE_BODY_BYTES);
    if ("bytes" in body) declareLength(request, body.bytes);
    const tried = new Set<PooledInstance>();
    let wasSent = false;
    for (let instance = pool.next(tried); instance; instance = pool.next(tried)) {
      tried.add(instance);
      instance.inFlight++;
      const target = { host: "127.0.0.1", port: instance.port };
      try {
        return await proxy.web(request, response, { target, buffer: readableOf(body), headers });
      } catch (error) {
        if (response.headersSent || response.destroyed) return void response.destroy();
        const isRefused = error instanceof Error && "code" in error && error.code === "ECONNREFUSED";
        if (isRefused) instance.ready = false;
        const mayRepeat = isRefused || (!wasSent && (request.method === "GET" || request.method === "HEAD"));
        wasSent ||= !isRefused;
        if (!mayRepeat || "stream" in body) break;
      } finally {
        instance.inFlight--;
      }
    }
    if (wasSent) say(response, 502, "The server ended before it answered.");
    else say(response, 503, "No server is ready just now. Try again in a moment.");
  }

  const server = createServer((request, response) => {
    // One listener or two for each attempt is more than Node expects of one response.
    response.setMaxListeners(0);
    request.setMaxListeners(0);
    forward(request, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 65_000;
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

// Node's parser lets some of these in, and its client throws on them.
function isWellFormed({ url = "", headers }: IncomingMessage): boolean {
  return /^[\x21-\x7e]+$/.test(url) && (headers.host === undefined || HOST.test(headers.host));
}

function declareLength({ headers, method }: IncomingMessage, bytes: Buffer): void {
  delete headers["transfer-encoding"];
  delete headers["content-length"];
  if (bytes.length > 0 || (method !== "GET" && method !== "HEAD"))
    headers["content-length"] = `${bytes.length}`;
}

function readableOf(body: RequestBody): Readable {
  return "stream" in body
    ? body.stream
    : Readable.from(body.bytes.length > 0 ? [body.bytes] : [], { objectMode: false });
}

function say(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, {
    "Content-Type": "text/plain; charset=utf-8",
    "Cache-Control": "no-store",
    ...(status === 503 ? { "Retry-After": "1" } : {}),
  });
  response.end(`${sentence}\n`);
}
