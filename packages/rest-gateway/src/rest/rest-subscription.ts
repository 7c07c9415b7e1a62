import type { ServerResponse } from "node:http";
import { type RedisConnection, RedisUnreachable } from "../redis/redis-connection.ts";
import type { SubscriptionRequest } from "../redis/redis-subscription.ts";
import { openEventStream } from "./event-stream.ts";
import { RestProblem } from "./rest-problem.ts";
import type { RestUrl } from "./rest-url.ts";

const KINDS: ReadonlyMap<string, SubscriptionRequest["kind"]> = new Map([
  ["subscribe", "channel"],
  ["psubscribe", "pattern"],
]);

export type StreamTarget = Omit<SubscriptionRequest, "onMessage">;

export type StreamOptions = {
  response: ServerResponse;
  /** Names and values in turn. */
  headers: readonly string[];
  keepAliveMs: number;
};

/**
 * What `/subscribe/CHANNEL` or `/psubscribe/PATTERN` asks for; undefined for all other paths. @upstash/redis does not
 * escape a slash in the name, so the rest of the path is one name.
 */
export function readStreamTarget({ segments }: RestUrl): StreamTarget | undefined {
  if (segments.length < 2) return undefined;
  const [verb = "", ...parts] = segments.map(String);
  const kind = KINDS.get(verb.toLowerCase());
  const name = parts.join("/");
  return kind && name ? { kind, name } : undefined;
}

/**
 * Subscribes, then announces it and passes on each message until the client goes away:
 * `data: subscribe,CHANNEL,1` · `data: message,CHANNEL,PAYLOAD` · `data: pmessage,PATTERN,CHANNEL,PAYLOAD`.
 * The commas are the service's form and cannot be escaped: a name with a comma arrives, but no client can take it apart.
 * Resolves to what ends the stream from our side. Where Redis cannot be reached it throws RedisUnreachable.
 */
export async function streamSubscription(
  { kind, name }: StreamTarget,
  redis: RedisConnection,
  { response, headers, keepAliveMs }: StreamOptions,
): Promise<() => void> {
  // Redis may deliver a message before we hear that it has confirmed: no message is sent before the announcement.
  const early: string[] = [];
  let send = (text: string): unknown => early.push(text);
  const subscription = await redis.subscribe({
    kind,
    name,
    onMessage: (message, channel) =>
      send(kind === "channel" ? `message,${channel},${message}` : `pmessage,${name},${channel},${message}`),
  });
  if (subscription instanceof RedisUnreachable) throw subscription;
  if (subscription instanceof Error) throw new RestProblem(400, subscription.message);
  if (response.destroyed) {
    subscription.close();
    return () => {};
  }
  response.on("close", () => subscription.close());
  const stream = openEventStream(response, headers, keepAliveMs);
  send = stream.send;
  send(`${kind === "channel" ? "subscribe" : "psubscribe"},${name},1`);
  early.forEach(send);
  return stream.end;
}
