import { Agent, type IncomingMessage, request as requestPlain } from "node:http";
import { request as requestSecurely, Agent as SecureAgent } from "node:https";
import { errors, Redis, type Requester, type UpstashRequest, type UpstashResponse } from "@upstash/redis";
import type { Env } from "@/lib/env";

// Shorter than the other side keeps an idle connection: a request on one that is just being closed would be lost.
const IDLE_MS = 4_000;

/**
 * The client on Node's own HTTP, over connections that are kept open: a third of the CPU that it takes on `fetch`. Values
 * come as they are in Redis. One try a request. It rejects with the client's `UpstashError` where the answer says no, and
 * with Node's own errors where none came, or not the whole of it.
 */
export function keepAliveRedis(env: Env): Redis {
  return RawRedis.over(keepAliveRequester(env));
}

/** For a requester the client's constructor takes no options, and pipelines nothing by itself. */
class RawRedis extends Redis {
  static over(requester: Requester): Redis {
    const client = new RawRedis(requester);
    client.opts = { automaticDeserialization: false };
    return client.autoPipeline();
  }
}

function keepAliveRequester({ redisRestUrl, redisRestToken, sessionDeadlineMs }: Env): Requester {
  const { protocol, hostname, port, pathname } = new URL(redisRestUrl);
  const isSecure = protocol === "https:";
  const kept = { keepAlive: true, timeout: IDLE_MS };
  const agent = isSecure ? new SecureAgent(kept) : new Agent(kept);
  const open = isSecure ? requestSecurely : requestPlain;
  const root = pathname.replace(/\/+$/, "");

  function send({ path = [], body }: UpstashRequest): Promise<IncomingMessage> {
    const payload = Buffer.from(JSON.stringify(body));
    return new Promise((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${redisRestToken}`,
        "content-type": "application/json",
        "content-length": payload.length,
      };
      const to = { hostname, port, path: [root, ...path].join("/") || "/" };
      const request = open({ method: "POST", agent, headers, ...to }, resolve);
      request.setTimeout(sessionDeadlineMs, () =>
        request.destroy(new DOMException("No answer in time.", "TimeoutError")),
      );
      request.on("error", reject);
      request.end(payload);
    });
  }

  async function ask(request: UpstashRequest): Promise<unknown> {
    const response = await send(request);
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    const answer = JSON.parse(Buffer.concat(chunks).toString());
    const { statusCode = 0 } = response;
    if (statusCode < 200 || statusCode > 299) throw new errors.UpstashError(String(answer?.error));
    return answer;
  }

  const askTogether = together((commands) => ask({ path: PIPELINE, body: commands }));
  return {
    request: async <T>(request: UpstashRequest) => {
      const { path = [], body } = request;
      const isPipeline = path.join("/") === PIPELINE.join("/") && Array.isArray(body);
      return (await (isPipeline ? askTogether(body) : ask(request))) as UpstashResponse<T>;
    },
  };
}

const PIPELINE = ["pipeline"];
const MAX_TOGETHER = 100;

/**
 * Has what is asked in one turn of the event loop travel in one request. The client does it for one tick only, and the
 * requests of different visitors to a busy server never share a tick.
 * @param askAll answers with a list, one entry a command; with anything else, that is everybody's answer
 */
function together(askAll: (commands: readonly unknown[]) => Promise<unknown>) {
  let boarding: { readonly commands: unknown[]; readonly answers: Promise<unknown> } | null = null;

  function depart() {
    const commands: unknown[] = [];
    const answers = new Promise((resolve) => setImmediate(resolve)).then(() => {
      if (boarding?.commands === commands) boarding = null;
      return askAll(commands);
    });
    return { commands, answers };
  }

  return async (own: readonly unknown[]): Promise<unknown> => {
    if (!boarding || boarding.commands.length + own.length > MAX_TOGETHER) boarding = depart();
    const { commands, answers } = boarding;
    const from = commands.length;
    commands.push(...own);
    const all = await answers;
    return Array.isArray(all) ? all.slice(from, from + own.length) : all;
  };
}
