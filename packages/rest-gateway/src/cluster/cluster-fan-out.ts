import type { RedisCommand, RedisOutcome } from "../redis/redis-connection.ts";
import type { RedisReply } from "../redis/redis-reply.ts";

/** Makes one outcome of those of all primaries. */
export type FanOut = (outcomes: readonly RedisOutcome[]) => RedisOutcome;

const firstOf = combined(([first = null]) => first);
const sum = combined((replies) => `${replies.reduce((total, reply) => total + BigInt(String(reply)), 0n)}`);
const concat = combined((replies) => replies.flatMap((reply) => (Array.isArray(reply) ? reply : [])));
const leastOfEach = combined(([first, ...others]) => {
  if (!Array.isArray(first)) return first ?? null;
  return first.map((item, i) => {
    const all = [item, ...others.map((reply) => (Array.isArray(reply) ? (reply[i] ?? null) : null))];
    return String(Math.min(...all.map(Number)));
  });
});
/** A script runs at one of them; the others say that none does. */
const anyOf: FanOut = (outcomes) =>
  outcomes.find((outcome) => !(outcome instanceof Error)) ?? firstOf(outcomes);

// What concerns the whole of the data, or all scripts. Any one primary would answer for its own part and say OK.
const FAN_OUT: ReadonlyMap<string, FanOut> = new Map([
  ["DBSIZE", sum],
  ["KEYS", concat],
  ["FLUSHALL", firstOf],
  ["FLUSHDB", firstOf],
  ["SCRIPT LOAD", firstOf],
  ["SCRIPT FLUSH", firstOf],
  ["SCRIPT EXISTS", leastOfEach],
  ["SCRIPT KILL", anyOf],
  ["FUNCTION LOAD", firstOf],
  ["FUNCTION DELETE", firstOf],
  ["FUNCTION FLUSH", firstOf],
  ["FUNCTION RESTORE", firstOf],
  ["FUNCTION KILL", anyOf],
]);

/** How to combine what all primaries answer to this command; undefined for one that is not for all of them. */
export function fanOutOf([name = "", subcommand = ""]: RedisCommand): FanOut | undefined {
  const word = name.toString().toUpperCase();
  return FAN_OUT.get(word) ?? FAN_OUT.get(`${word} ${subcommand.toString().toUpperCase()}`);
}

/** An error if there is one: that some have done it does not make it done. */
function combined(combine: (replies: RedisReply[]) => RedisReply): FanOut {
  return (outcomes) => {
    const replies: RedisReply[] = [];
    for (const outcome of outcomes) {
      if (outcome instanceof Error) return outcome;
      replies.push(outcome);
    }
    return combine(replies);
  };
}
