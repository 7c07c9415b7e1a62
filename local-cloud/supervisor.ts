import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { ChaosRefused } from "./chaos/chaos-refused";
import { drainable } from "./processes/drainable";
import { listen } from "./processes/listen";
import { readStatus, type SupervisedParts } from "./supervisor-status";

export type Supervisor = { readonly url: string; readonly token: string; close(): Promise<void> };

const DRAIN_LIMIT_MS = 1_000;

/**
 * A small control server for tests and the demo's own page, on loopback and behind a random bearer token:
 *
 *     GET  /status
 *     POST /instances                       one more
 *     POST /instances/NAME/start|stop|kill  resolved when it takes requests | has ended in order | is dead
 *     POST /gateway/start|stop
 *     POST /redis/start|stop|kill|pause|resume
 *     POST /chaos/NAME or /chaos/NAME/INSTANCE   begun, and answered at once: see chaos/find-chaos-action.ts
 *
 * 200 with the status; 401; 404 for what does not exist; 500 `{"error"}` where it did not work. A chaos action that is not begun
 * is 400, or 409 while another one runs, with the reason as `{"error"}`.
 */
export async function startSupervisor(partsNow: () => SupervisedParts): Promise<Supervisor> {
  const token = randomBytes(24).toString("base64url");
  const server = createServer(async (request, response) => {
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
    if (!isSame(request.headers.authorization ?? "", `Bearer ${token}`))
      return answer(401, { error: "wrong or missing token" });
    try {
      const parts = partsNow();
      const answered = new Promise<void>((resolve) => response.once("close", resolve));
      const action = findAction(`${request.method} ${request.url}`, parts, answered);
      if (!action) return answer(404, { error: "nothing of that name" });
      await action();
      answer(200, await readStatus(parts));
    } catch (error) {
      const status = error instanceof ChaosRefused ? error.status : 500;
      answer(status, { error: error instanceof Error ? error.message : String(error) });
    }
  });
  const close = drainable(server);
  const port = await listen(server, 0);
  return { url: `http://127.0.0.1:${port}`, token, close: () => close(DRAIN_LIMIT_MS) };
}

/** In a time that does not depend on where they differ. */
function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

type Action = () => unknown;

function findAction(
  line: string,
  { instances, gateway, redis, chaos }: SupervisedParts,
  answered: Promise<unknown>,
): Action | undefined {
  if (line === "GET /status") return () => {};
  if (line === "POST /instances") return () => instances.add();
  const [, action, server] = /^POST \/chaos\/([a-z-]+)(?:\/([a-z]))?$/.exec(line) ?? [];
  if (action) return () => chaos.begin(action, server, answered);
  const [, part = "", name = "", verb = ""] =
    /^POST \/(instances|gateway|redis)(?:\/([a-z]))?\/([a-z]+)$/.exec(line) ?? [];
  if (part === "instances") return pick(instances.find(name), verb, ["start", "stop", "kill"]);
  if (part === "gateway") return pick(gateway, verb, ["start", "stop"]);
  if (part === "redis") return pick(redis, verb, ["start", "stop", "kill", "pause", "resume"]);
  return undefined;
}

/** The method of that name, if it is among the allowed ones. */
function pick<Name extends string>(
  target: Record<Name, Action> | undefined,
  verb: string,
  allowed: readonly Name[],
): Action | undefined {
  const name = allowed.find((each) => each === verb);
  return target && name && (() => target[name]());
}
