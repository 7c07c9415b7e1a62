import { ErrorReply } from "redis";
import { oneAtATime } from "./one-at-a-time.ts";
import { type RedisConnection, type RedisOutcome, RedisUnreachable } from "./redis-connection.ts";
import { connectRedisNode, type RedisNode } from "./redis-node.ts";
import { JSON_REPLIES } from "./redis-reply.ts";
import { openSubscription } from "./redis-subscription.ts";
import { within } from "./within.ts";

const FIND_EVERY_MS = 250;
const ROLE_LIMIT_MS = 500;

/**
 * A replicated Redis: connections to all its servers, of which the one that says it is the primary gets the commands.
 * Who replaces a primary, and when, is not decided here (that is an operator's or a sentinel's part): it is followed.
 *
 * A primary is left only when it no longer says that it is one, or says nothing, and another one says so. A former
 * primary that comes back and still takes itself for one is therefore not returned to.
 */
export function connectRedisPrimary(urls: readonly string[], say: (line: string) => void): RedisConnection {
  let primary: RedisNode | undefined;
  let wasLost = false;

  const findPrimary = oneAtATime(async () => {
    const isPrimary = await Promise.all(nodes.map(saysItIsPrimary));
    const found = nodes.filter((_, i) => isPrimary[i]);
    const next = primary && found.includes(primary) ? primary : found[0];
    if (next && (next !== primary || wasLost)) {
      if (primary) say(next === primary ? "Redis is back." : "Another Redis is the primary now.");
      primary = next;
      wasLost = false;
    }
  });
  const nodes = urls.map((url) => {
    const node: RedisNode = connectRedisNode(url, {
      onReady: () => void findPrimary(),
      onLost(why) {
        if (node !== primary) return;
        wasLost = true;
        say(`The primary Redis cannot be reached (${why}); looking for another.`);
        void findPrimary();
      },
    });
    return node;
  });
  const timer = setInterval(findPrimary, FIND_EVERY_MS);
  timer.unref();

  // READONLY: it has become a replica. The command was not run, and its sender gets this error: who sends it again, and
  // when, is not for us to say.
  const heed = (outcome: RedisOutcome) => {
    if (outcome instanceof ErrorReply && outcome.message.startsWith("READONLY")) void findPrimary();
  };
  const noPrimary = () => new RedisUnreachable("UNAVAILABLE the gateway has no primary Redis");

  return {
    attempted: Promise.all(nodes.map(({ attempted }) => attempted)).then(findPrimary),
    async send(commands, replyTypes) {
      if (!primary) return commands.map(noPrimary);
      const outcomes = await primary.send(commands, replyTypes);
      outcomes.forEach(heed);
      return outcomes;
    },
    async transact(commands) {
      if (!primary) return noPrimary();
      const outcome = await primary.transact(commands);
      heed(outcome);
      return outcome;
    },
    subscribe: (request) => openSubscription(() => primary?.url, request),
    async close(limitMs) {
      clearInterval(timer);
      await Promise.all(nodes.map((node) => node.close(limitMs)));
    },
  };
}

async function saysItIsPrimary(node: RedisNode): Promise<boolean> {
  if (!node.isReady) return false;
  // ["master", offset, replicas] or ["slave", host, port, …]: https://redis.io/docs/latest/commands/role
  const [role] = (await within(ROLE_LIMIT_MS, node.send([["ROLE"]], JSON_REPLIES))) ?? [];
  return Array.isArray(role) && String(role[0]) === "master";
}
