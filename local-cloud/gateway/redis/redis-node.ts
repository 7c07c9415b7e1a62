import { createClient, ErrorReply } from "redis";
import {
  type RedisCommand,
  type RedisConnection,
  type RedisOutcome,
  RedisUnreachable,
} from "./redis-connection";
import { REPLY_TYPES, type RedisReply } from "./redis-reply";
import { openSubscription } from "./redis-subscription";

export type RedisNode = RedisConnection & {
  readonly url: string;
  readonly isReady: boolean;
  /** A transaction's every answer: MULTI's, each command's on being queued, EXEC's. */
  sendTransaction(commands: readonly RedisCommand[]): Promise<RedisOutcome[]>;
};

export type RedisNodeEvents = {
  /** Connected, for the first time or again. */
  onReady?(): void;
  /** The connection failed or was lost; told once, until it is back. `why` is a code such as ECONNREFUSED. */
  onLost?(why: string): void;
};

/**
 * One connection to one server, which comes back by itself. While it is away commands are refused at once and never
 * kept for later: a write that is reported as failed must not happen afterwards.
 */
export function connectRedisNode(url: string, { onReady, onLost }: RedisNodeEvents = {}): RedisNode {
  const client = createClient({
    url,
    RESP: 2,
    disableOfflineQueue: true,
    socket: { connectTimeout: 2_000, reconnectStrategy: (retries) => Math.min(50 * (retries + 1), 250) },
  });
  let reachable: boolean | undefined;
  client.on("ready", () => {
    reachable = true;
    onReady?.();
  });
  client.on("error", (error: Error & { code?: string }) => {
    if (reachable === false) return;
    reachable = false;
    onLost?.(error.code ?? error.message);
  });
  const attempted = new Promise<void>((resolve) => {
    client.once("ready", resolve);
    client.once("error", () => resolve());
    client.once("end", () => resolve());
  });
  // Failures arrive as "error" events; the promise itself fails only when the client is closed while it connects.
  client.connect().catch(() => {});

  const send = (command: RedisCommand): Promise<RedisOutcome> => {
    const wasReady = client.isReady;
    return client.sendCommand<RedisReply>(command, { typeMapping: REPLY_TYPES }).catch((error: unknown) => {
      if (error instanceof ErrorReply) return error;
      return new RedisUnreachable(
        wasReady
          ? "UNAVAILABLE the connection to Redis was lost before it answered: the command may have run"
          : "UNAVAILABLE the gateway has no connection to Redis",
      );
    });
  };

  // All frames go out in one tick on the one connection, so nothing comes between MULTI and EXEC.
  const sendTransaction = (commands: readonly RedisCommand[]) =>
    Promise.all([["MULTI"], ...commands, ["EXEC"]].map(send));

  return {
    url,
    attempted,
    get isReady() {
      return client.isReady;
    },
    send,
    sendTransaction,
    transact: async (commands) => transactionOutcome(await sendTransaction(commands)),
    subscribe: (request) => openSubscription(() => url, request),
    async close(limitMs) {
      const timer = setTimeout(() => client.destroy(), limitMs);
      await (client.isReady ? client.close() : client.destroy());
      clearTimeout(timer);
    },
  };
}

/** What a transaction comes to, by its answers: EXEC's list, or why there is none. */
export function transactionOutcome(
  answers: readonly RedisOutcome[],
): RedisReply[] | ErrorReply | RedisUnreachable {
  const [begun, ...rest] = answers;
  const outcome = begun instanceof Error ? begun : rest.at(-1);
  if (Array.isArray(outcome) || outcome instanceof Error) return outcome;
  return new ErrorReply("ERR EXEC gave no list of replies");
}
