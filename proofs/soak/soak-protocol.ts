import { z } from "zod";
import type { Session } from "@/lib/test-session";

/**
 * What a browser of the soak asks a server for. `owner` is the one whose things it is about: each owner has a word of its
 * own, and puts nothing else into its sessions.
 */
const ask = z.object({
  number: z.int(),
  owner: z.string(),
  id: z.string(),
  /** What an `add` or a `begin` puts into the cart; only a request that is sent again has the one it had before. */
  marker: z.string(),
  /** The idempotency key of a request that may be sent again, `null` for one that may not. */
  key: z.string().nullable(),
  what: z.enum([
    "begin",
    "begin signed in",
    "open",
    "peek",
    "add",
    "view",
    "idle",
    "sign in",
    "end",
    "end others",
  ]),
});
export type Ask = z.infer<typeof ask>;
export type What = Ask["what"];

const seenSession = z.object({
  is: z.literal("live"),
  id: z.string(),
  name: z.string(),
  userId: z.string().nullable(),
  markers: z.array(z.tuple([z.string(), z.int()])),
  views: z.int(),
});
export type SeenSession = z.infer<typeof seenSession>;

/** What the soak reads of a session. */
export function seenOf(id: string, { user, data: { profile, cart, views } }: Session): SeenSession {
  return {
    is: "live",
    id,
    name: profile.displayName,
    userId: user?.id ?? null,
    markers: cart.lines.map(({ sku, quantity }) => [sku, quantity]),
    views: views.reduce((sum, [, count]) => sum + count, 0),
  };
}

const reply = z.discriminatedUnion("is", [
  seenSession,
  z.object({ is: z.enum(["ended", "absent"]) }),
  /** A sign-in that lost: its own session is over, the one before it may live. */
  z.object({ is: z.literal("lost") }),
  /** Whether this request ended it. */
  z.object({ is: z.literal("end"), endedNow: z.boolean() }),
  z.object({ is: z.literal("end others"), ids: z.array(z.string()) }),
  /** Nobody knows what was done. */
  z.object({ is: z.literal("unavailable") }),
  /** Nothing was done. */
  z.object({ is: z.literal("busy") }),
  z.object({ is: z.literal("bug"), text: z.string() }),
]);
export type Reply = z.infer<typeof reply>;

export const toServer = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("start"), variables: z.record(z.string(), z.string()) }),
  z.object({ kind: z.literal("ask"), ask }),
]);

export const fromServer = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("ready") }),
  z.object({ kind: z.literal("answer"), number: z.int(), reply }),
]);

/** The first part of a marker says whose it is. */
export const ownerOf = (marker: string) => marker.split("/")[0];
