import type { Redis } from "@upstash/redis";
import type { Env } from "../../env.ts";
import { fetchRedis } from "./over-fetch.ts";
import { isRequestBound } from "./request-bound.ts";

// One client for the process: commands of concurrent requests that fall into one tick share one REST request.
const clients = new WeakMap<Env, Redis | Promise<Redis>>();

/** The client of the environment's database: on Node over kept connections, elsewhere over `fetch`. */
export function clientOf(env: Env): Redis | Promise<Redis> {
  const known = clients.get(env);
  if (known) return known;
  const client = createClient(env);
  clients.set(env, client);
  // Once it is there, nobody needs to wait for it.
  if (client instanceof Promise) client.then((ready) => clients.set(env, ready));
  return client;
}

function createClient(env: Env): Redis | Promise<Redis> {
  // Replaced by the bundler, which leaves out of what it builds for the edge whatever stands in these braces.
  // biome-ignore lint/style/noProcessEnv: no setting, but a word of the bundler's.
  if (process.env.NEXT_RUNTIME !== "edge") {
    if (!isRequestBound) return import("./keep-alive.ts").then(({ keepAliveRedis }) => keepAliveRedis(env));
  }
  return fetchRedis(env);
}
