import { Problem } from "@carryover/session";
import { z } from "zod/mini";
import { get, server, siteOf } from "@/lib/session";
import { readShopEnv, type ShopEnv } from "@/lib/shop-env";

/** What the local cloud's supervisor says of its parts, as far as a visitor may know it: no ports, no processes. */
const status = z.object({
  instances: z.array(
    z.object({
      name: z.string(),
      state: z.enum(["starting", "running", "stopping", "stopped", "down"]),
      /** ISO 8601 UTC; null without a process. */
      startedAt: z.nullable(z.string()),
    }),
  ),
  /** REST requests since the local cloud began; null where the gateway is another's. */
  gateway: z.nullable(z.object({ state: z.enum(["running", "stopped"]), requests: z.int() })),
  /** Redis' own figures, null while it does not answer; all of it null where Redis is another's. */
  redis: z.nullable(
    z.object({
      state: z.enum(["running", "paused", "stopped"]),
      commands: z.nullable(z.int()),
      memoryBytes: z.nullable(z.int()),
    }),
  ),
  /** The action that runs, or the last one. */
  action: z.nullable(z.object({ name: z.string(), state: z.enum(["running", "done", "failed"]) })),
});

const refusal = z.object({ error: z.string() });

/** The local cloud as `/proof` shows it. */
export type CloudView = { readonly servedBy: string } & z.output<typeof status>;

// It answers at once, since it starts a chaos action and does not wait for it; but a machine on which servers start may be busy.
const LIMIT_MS = 3_000;

/**
 * A handler for servers of the local cloud alone: anywhere else there is nothing at its address. Nor is there under another
 * name than the machine's own or `APP_ORIGIN`'s: a page of a stranger whose name was made to lead here (DNS rebinding)
 * is of one origin with what it asks.
 */
export function onLocalCloud(handler: (request: Request) => Promise<Response>) {
  return (request: Request): Promise<Response> => {
    const { isTrusted } = siteOf(request.headers);
    return readShopEnv().supervisor && isTrusted ? handler(request) : nothingHere(request);
  };
}

const nothingHere = get({
  lazy: true,
  handler() {
    throw new Problem({ code: "not-found" });
  },
});

/** @throws Problem `unavailable` where the supervisor does not answer */
export function readCloud(env: ShopEnv): Promise<CloudView> {
  return ask(env, "GET", "/status");
}

/** The local cloud's chaos actions: those to one server, and the others. */
export const actionsOnOneServer = ["stop-server", "start-server", "kill-server"] as const;
export const otherActions = [
  "add-server",
  "rolling-restart",
  "restart-redis",
  "stop-redis",
  "lose-gateway",
] as const;

export type ChaosActionName = (typeof actionsOnOneServer)[number] | (typeof otherActions)[number];

/** One of them, and the server it is done to, where it is done to one. */
export interface ChaosRequest {
  readonly action: ChaosActionName;
  readonly instance?: string | undefined;
}

/**
 * Starts a chaos action, and answers with the state at its start: the server that answers may be the one that ends.
 *
 * @throws Problem `busy` while another one runs, `invalid` with the reason, `not-found`, `unavailable`
 */
export function startChaosAction(env: ShopEnv, { action, instance }: ChaosRequest): Promise<CloudView> {
  return ask(env, "POST", `/chaos/${action}${instance ? `/${instance}` : ""}`);
}

async function ask({ supervisor }: ShopEnv, method: "GET" | "POST", path: string): Promise<CloudView> {
  if (!supervisor) throw new Problem({ code: "not-found" });
  const { statusCode, body } = await send(supervisor, method, path);
  const view = status.safeParse(body);
  if (statusCode === 200 && view.success) return { servedBy: server.name, ...view.data };
  const detail = refusal.safeParse(body).data?.error;
  if (statusCode === 400 && detail) throw new Problem({ code: "invalid", detail });
  if (statusCode === 404) throw new Problem({ code: "not-found", ...(detail && { detail }) });
  if (statusCode === 409 && detail) throw new Problem({ code: "busy", detail });
  throw silent(`status ${statusCode}`);
}

async function send(
  { url, token }: NonNullable<ShopEnv["supervisor"]>,
  method: "GET" | "POST",
  path: string,
) {
  try {
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${token}` },
      cache: "no-store",
      redirect: "error",
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    const body: unknown = await response.json();
    return { statusCode: response.status, body };
  } catch (error) {
    throw silent(error instanceof Error ? error.name : "unknown");
  }
}

function silent(reason: string): Problem {
  server.log("supervisor-unavailable", { reason, server: server.name });
  return new Problem({ code: "unavailable", detail: "The local cloud does not answer just now." });
}
