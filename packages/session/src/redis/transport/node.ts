import { Agent, type IncomingMessage, request as requestPlain } from "node:http";
import { request as requestSecurely, Agent as SecureAgent } from "node:https";
import type { Redis } from "@upstash/redis";
import type { RedisAddress } from "../../env.ts";
import { rawRedis } from "./batching.ts";

// Shorter than the other side keeps an idle connection: a request on one that is just being closed would be lost.
const IDLE_MS = 4_000;

/**
 * The client on Node's own HTTP, over connections that are kept open: a third of the CPU that it takes on `fetch`. It
 * rejects with Node's own errors where no answer came, or not the whole of it.
 */
export function keepAliveRedis({ redisRestUrl, redisRestToken, sessionDeadlineMs }: RedisAddress): Redis {
  const { protocol, hostname, port, pathname } = new URL(redisRestUrl);
  // A URL writes an address of IPv6 in brackets, and Node wants it without.
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const isSecure = protocol === "https:";
  const kept = { keepAlive: true, timeout: IDLE_MS };
  const agent = isSecure ? new SecureAgent(kept) : new Agent(kept);
  const open = isSecure ? requestSecurely : requestPlain;
  const root = pathname.replace(/\/+$/, "");

  function send(path: readonly string[], body: string): Promise<IncomingMessage> {
    const payload = Buffer.from(body);
    return new Promise((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${redisRestToken}`,
        "content-type": "application/json",
        "content-length": payload.length,
      };
      const to = { host, port, path: [root, ...path].join("/") || "/" };
      const request = open({ method: "POST", agent, headers, ...to }, resolve);
      request.setTimeout(sessionDeadlineMs, () =>
        request.destroy(new DOMException("No answer in time.", "TimeoutError")),
      );
      request.on("error", reject);
      request.end(payload);
    });
  }

  return rawRedis(
    async (path, body) => {
      const response = await send(path, body);
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() };
    },
    () => new Promise((resolve) => setImmediate(resolve)),
  );
}
