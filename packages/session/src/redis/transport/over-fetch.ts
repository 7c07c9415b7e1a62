import type { Redis } from "@upstash/redis";
import type { Env } from "../../env.ts";
import { type Answer, rawRedis } from "./raw-redis.ts";
import { isRequestBound } from "./request-bound.ts";

/** The client over `fetch`, for hosts without Node's own HTTP. It rejects with what `fetch` does where no answer came. */
export function fetchRedis({ redisRestUrl, redisRestToken, sessionDeadlineMs }: Env): Redis {
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
