import { ErrorReply } from "redis";
import {
  type RedisCommand,
  type RedisConnection,
  type RedisOutcome,
  RedisUnreachable,
} from "./redis-connection.ts";
import { JSON_REPLIES, type RedisReply, type ReplyTypes } from "./redis-reply.ts";
import { openSubscription } from "./redis-subscription.ts";
import { isKill, isScript } from "./script-commands.ts";
import { connectServer, type ServerConnection } from "./server-connection.ts";

export type RedisNode = Omit<RedisConnection, "send"> & {
  readonly url: string;
  readonly isReady: boolean;
  /** `request`: all the commands of which these are some. All of one tick with one request run in order. */
  send(
    commands: readonly RedisCommand[],
    replyTypes: ReplyTypes,
    request?: readonly RedisCommand[],
  ): Promise<RedisOutcome[]>;
  /** A transaction's every answer: MULTI's, each command's on being queued, EXEC's. */
  sendTransaction(commands: readonly RedisCommand[]): Promise<RedisOutcome[]>;
};

export type RedisNodeEvents = {
  /** Connected, for the first time or again. */
  onReady?(): void;
  /** The server cannot be reached any more, or a first time; reported once, until it is back. `why` is a code such as ECONNREFUSED. */
  onLost?(why: string): void;
};

// Longer than a reply that is on its way takes to be read.
const GIVE_UP_AFTER_MS = 200;

/**
 * One server, over two connections: one for the requests with a script in them, one for all others. Behind a script
 * without an end Redis runs nothing more of that connection, and answers BUSY on every other one. So each takes over
 * the other's requests while that one is stalled.
 * https://redis.io/docs/latest/develop/programmability/#maximum-execution-time
 */
export function connectRedisNode(url: string, { onReady, onLost }: RedisNodeEvents = {}): RedisNode {
  let reachable: boolean | undefined;
  const events = {
    onReady() {
      if (reachable) return;
      reachable = true;
      onReady?.();
    },
    onLost(why: string) {
      if (reachable === false || commandsLink.isReady || scriptsLink.isReady) return;
      reachable = false;
      onLost?.(why);
    },
  };
  const commandsLink = connectServer(url, events);
  const scriptsLink = connectServer(url, events);
  const both = [commandsLink, scriptsLink];

  const connectionFor = (request: readonly RedisCommand[]): ServerConnection => {
    const [own, other] = request.some(isScript) ? [scriptsLink, commandsLink] : [commandsLink, scriptsLink];
    const isBetter = other.isReady && (!own.isReady || (own.isStalled && !other.isStalled));
    return isBetter ? other : own;
  };

  // Redis is busy with a script: requests behind it, sent before it was known to be one, have no end to wait for.
  let busy: NodeJS.Timeout | undefined;
  const heedBusy = (outcomes: RedisOutcome[]): RedisOutcome[] => {
    if (busy === undefined && outcomes.some(saysBusy)) {
      busy = setTimeout(() => {
        busy = undefined;
        for (const connection of both) if (connection.isStalled) connection.giveUpQueued(behindScript());
      }, GIVE_UP_AFTER_MS);
    }
    return outcomes;
  };

  const send: RedisNode["send"] = async (commands, replyTypes, request = commands) => {
    // Behind the script that it shall end, a kill would never be read.
    if (commands.some(isKill)) return sendOnFreshConnection(url, commands, replyTypes);
    return heedBusy(await connectionFor(request).send(commands, replyTypes));
  };
  const sendTransaction = (commands: readonly RedisCommand[]) =>
    send([["MULTI"], ...commands, ["EXEC"]], JSON_REPLIES);

  return {
    url,
    attempted: Promise.all(both.map(({ attempted }) => attempted)).then(() => {}),
    get isReady() {
      return commandsLink.isReady || scriptsLink.isReady;
    },
    send,
    sendTransaction,
    transact: async (commands) => transactionOutcome(await sendTransaction(commands)),
    subscribe: (request) => openSubscription(() => url, request),
    async close(limitMs) {
      clearTimeout(busy);
      await Promise.all(both.map((connection) => connection.close(limitMs)));
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

async function sendOnFreshConnection(
  url: string,
  commands: readonly RedisCommand[],
  replyTypes: ReplyTypes,
): Promise<RedisOutcome[]> {
  // A busy Redis refuses SELECT, and a kill needs none.
  const target = commands.every(isKill) ? new URL("/", url).href : url;
  const connection = connectServer(target, { onReady() {}, onLost() {} });
  await connection.attempted;
  const outcomes = await connection.send(commands, replyTypes);
  await connection.close(0);
  return outcomes;
}

function saysBusy(outcome: RedisOutcome): boolean {
  return outcome instanceof ErrorReply && outcome.message.startsWith("BUSY ");
}

function behindScript(): RedisUnreachable {
  return new RedisUnreachable(
    "UNAVAILABLE the command waits in Redis behind a script that has not ended: it may yet run",
  );
}
