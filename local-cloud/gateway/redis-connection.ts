import { createClient, ErrorReply } from "redis";
import { REPLY_TYPES, type RedisReply } from "./rest-reply";

/** There is no connection to Redis, or it was lost before the answer. The words are ours, never a command's. */
export class RedisUnreachable extends Error {
  override readonly name = "RedisUnreachable";
}

export type RedisConnection = {
  /** Resolves once the first attempt to connect has succeeded or failed. Never rejects. */
  readonly attempted: Promise<void>;
  /**
   * Sends one command now. Commands sent in one tick reach Redis in that order with no other client's between them.
   * Never throws: Redis' own error is an `ErrorReply`, a lost or missing connection a `RedisUnreachable`.
   * Waits as long as Redis takes: the deadline is the caller's.
   */
  send(args: readonly string[]): Promise<RedisReply | RedisUnreachable>;
  /** Lets pending commands finish for `limitMs` at most, then ends the connection. */
  close(limitMs: number): Promise<void>;
};

/**
 * One connection to Redis, which comes back by itself. While it is away commands are refused at once and never kept
 * for later: a write that is reported as failed must not happen afterwards.
 */
export function connectRedis(url: string, say: (line: string) => void): RedisConnection {
  const client = createClient({
    url,
    RESP: 2,
    disableOfflineQueue: true,
    socket: { connectTimeout: 2_000, reconnectStrategy: (retries) => Math.min(50 * (retries + 1), 250) },
  });
  let reachable: boolean | undefined;
  client.on("ready", () => {
    if (reachable === false) say("Redis is back.");
    reachable = true;
  });
  client.on("error", (error: Error & { code?: string }) => {
    if (reachable !== false) say(`Redis cannot be reached (${error.code ?? error.message}); trying again.`);
    reachable = false;
  });
  const attempted = new Promise<void>((resolve) => {
    client.once("ready", resolve);
    client.once("error", () => resolve());
  });
  // Failures arrive as "error" events; the promise itself fails only when the client is closed while it connects.
  client.connect().catch(() => {});

  return {
    attempted,
    send(args) {
      const wasReady = client.isReady;
      return client.sendCommand<RedisReply>(args, { typeMapping: REPLY_TYPES }).catch((error: unknown) => {
        if (error instanceof ErrorReply) return error;
        return new RedisUnreachable(
          wasReady
            ? "UNAVAILABLE the connection to Redis was lost before it answered: the command may have run"
            : "UNAVAILABLE the gateway has no connection to Redis",
        );
      });
    },
    async close(limitMs) {
      const timer = setTimeout(() => client.destroy(), limitMs);
      await (client.isReady ? client.close() : client.destroy());
      clearTimeout(timer);
    },
  };
}
