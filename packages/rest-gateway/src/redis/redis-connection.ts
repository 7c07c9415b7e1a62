import type { ErrorReply, RedisArgument } from "redis";
import type { RedisReply, ReplyTypes } from "./redis-reply.ts";
import type { Subscription, SubscriptionRequest } from "./redis-subscription.ts";

/** There is no connection to Redis, or it was lost before the answer. The words are ours, never a command's. */
export class RedisUnreachable extends Error {
  override readonly name = "RedisUnreachable";
}

/** A command with its arguments, as text or bytes: `["SET", "key", "value"]`. */
export type RedisCommand = readonly RedisArgument[];

/** Redis' own error is an `ErrorReply`, a lost or missing connection a `RedisUnreachable`. */
export type RedisOutcome = RedisReply | RedisUnreachable;

/** A way to a Redis, whatever that consists of: one server, a primary with replicas, or a cluster. Nothing here throws. */
export type RedisConnection = {
  /** Resolves once the first attempt to connect has succeeded or failed. */
  readonly attempted: Promise<void>;
  /**
   * Sends one request's commands now and resolves to as many outcomes, in their order. Those that one server gets it
   * runs in that order. Waits as long as Redis takes: the deadline is the caller's.
   */
  send(commands: readonly RedisCommand[], replyTypes: ReplyTypes): Promise<RedisOutcome[]>;
  /** MULTI, the commands and EXEC with nothing between them: EXEC's list of replies, or why there is none. */
  transact(commands: readonly RedisCommand[]): Promise<RedisReply[] | ErrorReply | RedisUnreachable>;
  /** Resolves once Redis has confirmed. From then on it stays, across losses of the connection. */
  subscribe(request: SubscriptionRequest): Promise<Subscription | ErrorReply | RedisUnreachable>;
  /** Lets pending commands finish for `limitMs` at most, then ends the connection. */
  close(limitMs: number): Promise<void>;
};
