import type { RedisCommand, RedisOutcome } from "../redis/redis-connection";
import type { RedisReply } from "../redis/redis-reply";

/** Makes one outcome of those of all primaries. */
export type Combine = (replies: RedisReply[]) => RedisReply;

const firstOf: Combine = ([first = null]) => first;
const sum: Combine = (replies) => String(replies.reduce((total, reply) => total + Number(reply), 0));
const concat: Combine = (replies) => replies.flatMap((reply) => (Array.isArray(reply) ? reply : []));
const leastOfEach: Combine = ([first, ...others]) => {
  if (!Array.isArray(first)) return first ?? null;
  return first.map((item, i) => {
    const all = [item, ...others.map((reply) => (Array.isArray(reply) ? (reply[i] ?? null) : null))];
    return String(Math.min(...all.map(Number)));
  });
};

// What concerns the whole of the data, or all scripts. Any one primary would answer for its own part and say OK.
const FAN_OUT: ReadonlyMap<string, Combine> = new Map([
  ["DBSIZE", sum],
  ["KEYS", concat],
  ["FLUSHALL", firstOf],
  ["FLUSHDB", firstOf],
  ["SCRIPT LOAD", firstOf],
  ["SCRIPT FLUSH", firstOf],
  ["SCRIPT EXISTS", leastOfEach],
  ["FUNCTION LOAD", firstOf],
  ["FUNCTION DELETE", firstOf],
  ["FUNCTION FLUSH", firstOf],
  ["FUNCTION RESTORE", firstOf],
]);

/** How to combine what all primaries answer to this command; undefined for one that is not for all of them. */
export function fanOutOf([name = "", subcommand = ""]: RedisCommand): Combine | undefined {
  const word = name.toString().toUpperCase();
  return FAN_OUT.get(word) ?? FAN_OUT.get(`${word} ${subcommand.toString().toUpperCase()}`);
}

/** An error if there is one: that some have done it does not make it done. */
export function combineOutcomes(outcomes: readonly RedisOutcome[], combine: Combine): RedisOutcome {
  const replies: RedisReply[] = [];
  for (const outcome of outcomes) {
    if (outcome instanceof Error) return outcome;
    replies.push(outcome);
  }
  return combine(replies);
}
