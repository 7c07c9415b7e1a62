import { setTimeout as pause } from "node:timers/promises";
import { createClient, ErrorReply } from "redis";
import { RedisUnreachable } from "./redis-connection.ts";

export type SubscriptionRequest = {
  kind: "channel" | "pattern";
  name: string;
  onMessage(message: Buffer, channel: Buffer): void;
};

export type Subscription = { close(): void };

const RETRY_MS = 100;
const CONNECT_LIMIT_MS = 2_000;

/**
 * Subscribes on a connection of its own to the server that `findUrl` names, and again (asking anew) whenever that
 * connection is lost. What is published meanwhile is missed: pub/sub promises no more.
 * Resolves when Redis has confirmed for the first time. Never throws.
 */
export async function openSubscription(
  findUrl: () => string | undefined,
  request: SubscriptionRequest,
): Promise<Subscription | ErrorReply | RedisUnreachable> {
  let closed = false;
  let current: Listener | undefined;
  const keepUp = async (listener: Listener): Promise<void> => {
    current = listener;
    await listener.lost;
    // After a reply that it cannot decode, the client would keep its connection, and hear nothing.
    listener.close();
    while (!closed) {
      const url = findUrl();
      const next = url && (await listen(url, request).catch(() => undefined));
      if (next && !closed) return keepUp(next);
      if (next) return next.close();
      await pause(RETRY_MS);
    }
  };
  try {
    const url = findUrl();
    if (url === undefined) throw new RedisUnreachable("UNAVAILABLE the gateway has no connection to Redis");
    void keepUp(await listen(url, request));
  } catch (error) {
    if (error instanceof ErrorReply || error instanceof RedisUnreachable) return error;
    return new RedisUnreachable("UNAVAILABLE the gateway could not subscribe");
  }
  return {
    close() {
      closed = true;
      current?.close();
    },
  };
}

type Listener = { readonly lost: Promise<void>; close(): void };

// One connection for each subscription. On a shared one, a second subscriber of a channel would read that it is
// subscribed before Redis has confirmed the first.
async function listen(url: string, { kind, name, onMessage }: SubscriptionRequest): Promise<Listener> {
  const client = createClient({
    url,
    RESP: 2,
    socket: { connectTimeout: CONNECT_LIMIT_MS, reconnectStrategy: false },
  });
  const lost = new Promise<void>((resolve) => {
    client.on("error", () => resolve());
    client.on("end", () => resolve());
  });
  const close = () => client.isOpen && client.destroy();
  try {
    await client.connect();
    await (kind === "channel"
      ? client.subscribe(name, onMessage, true)
      : client.pSubscribe(name, onMessage, true));
  } catch (error) {
    close();
    throw error;
  }
  return { lost, close };
}
