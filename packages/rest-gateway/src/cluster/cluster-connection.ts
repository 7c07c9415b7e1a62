import { ErrorReply } from "redis";
import {
  type RedisCommand,
  type RedisConnection,
  type RedisOutcome,
  RedisUnreachable,
} from "../redis/redis-connection.ts";
import { type RedisNode, transactionOutcome } from "../redis/redis-node.ts";
import type { ReplyTypes } from "../redis/redis-reply.ts";
import { openSubscription } from "../redis/redis-subscription.ts";
import { fanOutOf } from "./cluster-fan-out.ts";
import { scanCluster } from "./cluster-scan.ts";
import { readRedirect } from "./cluster-shards.ts";
import { createClusterTopology } from "./cluster-topology.ts";
import { firstKey } from "./first-key.ts";
import { slotOf } from "./key-slot.ts";

const REDIRECTS_LIMIT = 5;

/**
 * A Redis Cluster. A command goes to the primary of its first key's slot; Redis itself says so where another key is in
 * another slot (CROSSSLOT). One without a key goes to any primary, or to all if it concerns all the data.
 *
 * A command is sent again only after MOVED or ASK, when it has not run. Why not by node-redis' createCluster:
 * docs/decisions/0019-the-gateway-and-its-client.md.
 */
export function connectRedisCluster(seeds: readonly string[], say: (line: string) => void): RedisConnection {
  const topology = createClusterTopology(seeds, say);

  const nodeFor = (slot: number | undefined) =>
    slot === undefined ? topology.anyPrimary() : topology.primaryOf(slot);

  /** How the commands of one request are sent to a server, and sent on from there. */
  const senderOf = (request: readonly RedisCommand[], replyTypes: ReplyTypes) => {
    const sendTo = async (
      node: RedisNode,
      command: RedisCommand,
      redirects = REDIRECTS_LIMIT,
    ): Promise<RedisOutcome> => {
      const [outcome = null] = await node.send([command], replyTypes, request);
      const redirect = readRedirect(outcome, hostOf(node));
      if (!redirect || redirects === 0) return outcome;
      const next = topology.nodeAt(redirect.address);
      await next.attempted;
      if (!redirect.isAsk) {
        topology.refresh();
        return sendTo(next, command, redirects - 1);
      }
      // For one command only, the slot being on its way there: with nothing between them.
      const [, asked = null] = await next.send([["ASKING"], command], replyTypes, request);
      return asked;
    };
    return sendTo;
  };

  const sendOne = async (
    command: RedisCommand,
    sendTo: ReturnType<typeof senderOf>,
  ): Promise<RedisOutcome> => {
    const fanOut = fanOutOf(command);
    const primaries = topology.primaries();
    if (fanOut && primaries.length > 0) {
      return fanOut(await Promise.all(primaries.map((node) => sendTo(node, command))));
    }
    if (isScan(command) && primaries.length > 0) {
      const shards = primaries.map((node) => ({ send: (part: RedisCommand) => sendTo(node, part) }));
      return scanCluster(command, shards);
    }
    const node = nodeFor(slotOfCommand(command));
    return node ? sendTo(node, command) : noPrimary();
  };

  const transactAt = async (
    node: RedisNode,
    commands: readonly RedisCommand[],
    redirects = REDIRECTS_LIMIT,
  ): Promise<ReturnType<typeof transactionOutcome>> => {
    const answers = await node.sendTransaction(commands);
    const redirect = answers.map((answer) => readRedirect(answer, hostOf(node))).find(Boolean);
    // With one command moved Redis discards the whole, so the whole may be sent elsewhere.
    if (!redirect || redirect.isAsk || redirects === 0) return transactionOutcome(answers);
    topology.refresh();
    const next = topology.nodeAt(redirect.address);
    await next.attempted;
    return transactAt(next, commands, redirects - 1);
  };

  return {
    attempted: topology.attempted,
    send(commands, replyTypes) {
      const sendTo = senderOf(commands, replyTypes);
      return Promise.all(commands.map((command) => sendOne(command, sendTo)));
    },
    async transact(commands) {
      const slots = new Set(commands.map(slotOfCommand).filter((slot) => slot !== undefined));
      if (slots.size > 1) return new ErrorReply("CROSSSLOT Keys in request don't hash to the same slot");
      const node = nodeFor([...slots][0]);
      return node ? transactAt(node, commands) : noPrimary();
    },
    // A cluster's servers pass messages on to each other, so any one will do.
    subscribe: (request) => openSubscription(() => topology.anyPrimary()?.url, request),
    close: topology.close,
  };
}

function slotOfCommand(command: RedisCommand): number | undefined {
  const key = firstKey(command);
  return key === undefined ? undefined : slotOf(key);
}

function hostOf({ url }: RedisNode): string {
  return new URL(url).hostname;
}

function isScan([name = ""]: RedisCommand): boolean {
  return name.toString().toUpperCase() === "SCAN";
}

function noPrimary(): RedisUnreachable {
  return new RedisUnreachable("UNAVAILABLE the gateway knows no primary for this key");
}
