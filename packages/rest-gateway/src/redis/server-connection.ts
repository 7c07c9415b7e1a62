import { createClient, ErrorReply } from "redis";
import { type RedisCommand, type RedisOutcome, RedisUnreachable } from "./redis-connection.ts";
import type { RedisReply, ReplyTypes } from "./redis-reply.ts";
import { within } from "./within.ts";

/** One connection to one server, which comes back by itself. */
export type ServerConnection = {
  /** Resolves once the first attempt has succeeded or failed. */
  readonly attempted: Promise<void>;
  readonly isReady: boolean;
  /** Commands wait, and no reply has come for STALLED_MS or longer. It does not change within a tick. */
  readonly isStalled: boolean;
  /** In one write, with nothing between them. Resolves to as many outcomes, in their order; never throws. */
  send(commands: readonly RedisCommand[], replyTypes: ReplyTypes): Promise<RedisOutcome[]>;
  /** Answers all requests that wait, but the one whose turn it is, with `outcome`. What Redis says later is dropped. */
  giveUpQueued(outcome: RedisUnreachable): void;
  /** Lets pending commands finish for `limitMs` at most, then ends the connection. */
  close(limitMs: number): Promise<void>;
};

export type ServerConnectionEvents = {
  /** Connected, for the first time or again. */
  onReady(): void;
  /** An attempt failed or the connection was lost. `why` is a code such as ECONNREFUSED. */
  onLost(why: string): void;
};

const CONNECT_LIMIT_MS = 2_000;
/** TCP, and then AUTH and SELECT. */
const READY_LIMIT_MS = 3_000;
const STALLED_MS = 100;
const RETRY_FIRST_MS = 50;
const RETRY_MOST_MS = 250;

/** The commands of one request, and their outcomes as far as they are known. */
type Batch = {
  readonly outcomes: RedisOutcome[];
  missing: number;
  readonly resolve: (outcomes: RedisOutcome[]) => void;
};

/**
 * Each connection has a client of its own, and any error ends both. node-redis itself goes on after a reply that it
 * cannot decode: it drops the rest of what it has received, and from then on each reply is taken for an earlier
 * command's (its `data` listener in client/index.js). While there is no connection commands are refused at once and
 * never kept for later: a write that is reported as failed must not happen afterwards.
 */
export function connectServer(url: string, { onReady, onLost }: ServerConnectionEvents): ServerConnection {
  // In the order in which they were sent, which is the order of the replies.
  const waiting = new Set<Batch>();
  let isReady = false;
  let isClosed = false;
  let retries = 0;
  let retry: NodeJS.Timeout | undefined;
  let hasReplied = true;
  let isStalled = false;
  let wasAttempted = () => {};
  let wasDrained = () => {};
  const attempted = new Promise<void>((resolve) => {
    wasAttempted = resolve;
  });

  const open = () => {
    const opened = createClient({
      url,
      RESP: 2,
      disableOfflineQueue: true,
      // It would send Redis its name by commands that a user with few rights may not send: each connection an entry in ACL LOG.
      disableClientInfo: true,
      // By default each command has a timer, and one of a transaction could be dropped from between the others.
      commandOptions: { timeout: 0 },
      socket: { connectTimeout: CONNECT_LIMIT_MS, reconnectStrategy: false },
    });
    let isLost = false;
    const lose = (error: Error & { code?: string }) => {
      // It fails in several ways at once, and an ended one may say so later.
      if (isLost) return;
      isLost = true;
      isReady = false;
      clearTimeout(limit);
      // Refuses what waits, before anything more of this connection is read.
      opened.destroy();
      wasAttempted();
      if (isClosed) return;
      retry = setTimeout(open, Math.min(RETRY_FIRST_MS * ++retries, RETRY_MOST_MS));
      onLost(error.code ?? error.message);
    };
    const limit = setTimeout(() => lose(new Error("no answer")), READY_LIMIT_MS);
    opened.on("error", lose);
    opened.on("ready", () => {
      if (isLost) return;
      clearTimeout(limit);
      isReady = true;
      retries = 0;
      wasAttempted();
      onReady();
    });
    opened.connect().catch(lose);
    sendCommand = (command, replyTypes) => opened.sendCommand(command, { typeMapping: replyTypes });
    end = () => lose(new Error("closed"));
  };
  let sendCommand: (command: RedisCommand, replyTypes: ReplyTypes) => Promise<RedisReply>;
  let end: () => void;
  open();

  const watch = setInterval(() => {
    isStalled = waiting.size > 0 && !hasReplied;
    hasReplied = waiting.size === 0;
  }, STALLED_MS);
  watch.unref();

  const settle = (batch: Batch, at: number, outcome: RedisOutcome) => {
    hasReplied = true;
    isStalled = false;
    batch.outcomes[at] = outcome;
    if (--batch.missing > 0) return;
    waiting.delete(batch);
    batch.resolve(batch.outcomes);
    if (waiting.size === 0) wasDrained();
  };

  return {
    attempted,
    get isReady() {
      return isReady;
    },
    get isStalled() {
      return isStalled;
    },
    send(commands, replyTypes) {
      if (!isReady) return Promise.resolve(commands.map(notConnected));
      return new Promise((resolve) => {
        const batch: Batch = { outcomes: [], missing: commands.length, resolve };
        // A connection that was idle is not late.
        if (waiting.size === 0) hasReplied = true;
        waiting.add(batch);
        commands.forEach((command, at) => {
          sendCommand(command, replyTypes).then(
            (reply) => settle(batch, at, reply),
            (error: unknown) => settle(batch, at, error instanceof ErrorReply ? error : connectionLost()),
          );
        });
      });
    },
    giveUpQueued(outcome) {
      const [, ...queued] = waiting;
      for (const { missing, resolve } of queued) resolve(new Array(missing).fill(outcome));
    },
    async close(limitMs) {
      isClosed = true;
      clearInterval(watch);
      clearTimeout(retry);
      const drained = new Promise<void>((resolve) => {
        wasDrained = resolve;
      });
      if (waiting.size > 0) await within(limitMs, drained);
      end();
    },
  };
}

function notConnected(): RedisUnreachable {
  return new RedisUnreachable("UNAVAILABLE the gateway has no connection to Redis");
}

function connectionLost(): RedisUnreachable {
  return new RedisUnreachable(
    "UNAVAILABLE the connection to Redis was lost before it answered: the command may have run",
  );
}
