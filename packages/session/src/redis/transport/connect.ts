import type { Redis } from "@upstash/redis";
import type { RedisAddress } from "../../env.ts";
import { type Answer, rawRedis } from "./batching.ts";

export type RedisClient = Redis;

/** Next's build writes in here which edge it builds for: `edge-runtime` is its own, inside a Node server. */
declare const EdgeRuntime: string | undefined;

const isWorkerd = typeof navigator !== "undefined" && navigator.userAgent === "Cloudflare-Workers";
const isHostsEdge = typeof EdgeRuntime === "string" && EdgeRuntime !== "edge-runtime";

/**
 * Whether this host lets no request wait for what another one has asked of the network: workerd, and Vercel's edge, which
 * has shown the same limit.
 * https://developers.cloudflare.com/workers/runtime-apis/context/
 * https://github.com/vercel/edge-runtime/issues/169
 */
export const isRequestBound = isWorkerd || isHostsEdge;

/** Next's edge runtime inside a Node server: its middleware has a `globalThis` of its own, and no handler or page is in there. */
export const isSandboxedEdge = typeof EdgeRuntime === "string" && EdgeRuntime === "edge-runtime";

/** The client over `fetch`, for hosts without Node's own HTTP. It rejects with what `fetch` does where no answer came. */
export function fetchRedis({ redisRestUrl, redisRestToken, sessionDeadlineMs }: RedisAddress): Redis {
  const root = redisRestUrl.replace(/\/+$/, "");
  const headers = { authorization: `Bearer ${redisRestToken}`, "content-type": "application/json" };
  let underWay = 0;

  async function post(path: readonly string[], body: string): Promise<Answer> {
    underWay++;
    try {
      const response = await fetch([root, ...path].join("/"), {
        method: "POST",
        headers,
        body,
        // The token is for this address alone. Workerd does not know "error"; an answer like this is no success, either.
        redirect: "manual",
        cache: "no-store",
        signal: AbortSignal.timeout(sessionDeadlineMs),
      });
      return { status: response.status, text: await response.text() };
    } finally {
      underWay--;
    }
  }

  // A quiet server's request waits for nothing; a busy one's for those that come in the next moment.
  const moment = () =>
    isRequestBound || underWay === 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, 0));
  return rawRedis(post, moment);
}

// One client for the process: commands of concurrent requests that fall into one tick share one REST request.
const clients = new WeakMap<RedisAddress, Redis | Promise<Redis>>();

/** The client of the environment's database: on Node over kept connections, elsewhere over `fetch`. */
export function clientOf(env: RedisAddress): Redis | Promise<Redis> {
  const known = clients.get(env);
  if (known) return known;
  const client = createClient(env);
  clients.set(env, client);
  // Once it is there, nobody needs to wait for it.
  if (client instanceof Promise) client.then((ready) => clients.set(env, ready));
  return client;
}

function createClient(env: RedisAddress): Redis | Promise<Redis> {
  // Replaced by the bundler, which leaves out of what it builds for the edge whatever stands in these braces.
  // biome-ignore lint/style/noProcessEnv: no setting, but a word of the bundler's.
  if (process.env.NEXT_RUNTIME !== "edge") {
    if (!isRequestBound) return import("./node.ts").then(({ keepAliveRedis }) => keepAliveRedis(env));
  }
  return fetchRedis(env);
}
