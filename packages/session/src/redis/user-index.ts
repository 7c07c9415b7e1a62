import { z } from "zod/mini";
import type { RequestDigest } from "../idempotency.ts";
import { logEvent } from "../log.ts";
import { parseSessionId, type SessionId } from "../session-id.ts";
import {
  type DestroyUserOptions,
  type EndReason,
  type LiveSession,
  type SessionEvents,
  StoreUnavailable,
} from "../store.ts";
import type { ActiveIndex } from "./active/active-index.ts";
import type { RedisKeys } from "./keys.ts";
import type { SessionSteps } from "./scripts/commands.ts";
import {
  indexAddScript,
  indexCloseScript,
  indexKeepScript,
  indexReadScript,
  indexRemoveScript,
} from "./scripts/lua.ts";
import { evaluate } from "./scripts/run-script.ts";
import type { RedisWithin } from "./transport/deadline.ts";
import type { StoredLive } from "./update-queue.ts";

/**
 * How long a listed session that is not there counts as one that is about to begin. It travels in one request with its entry,
 * and a command may be late. Whoever ends it meanwhile leaves a tombstone in its place, which refuses it.
 */
const BEGINNING_MS = 5_000;

/** How long a list that was closed stays so: longer than a sign-in can be under way. */
const CLOSED_MS = 60_000;

interface Options<D> {
  readonly redis: RedisWithin;
  readonly keys: RedisKeys;
  readonly steps: SessionSteps<D>;
  readonly active?: ActiveIndex | undefined;
  readonly maxSessions: number;
  readonly events?: SessionEvents | undefined;
}

/** A session that is about to begin, for its user's list. */
export interface Entry {
  readonly id: SessionId;
  /** To its absolute end. */
  readonly lifetimeMs: number;
  /** Of what the sign-in has proved. */
  readonly version?: number | undefined;
}

const added = z.union([z.number(), z.literal("closed")]);
const kept = z.enum(["listed", "added", "closed"]);
const closedList = z.array(z.string());
const listing = z.tuple([z.array(z.string()), z.number()]);

export type UserSessions<D> = ReturnType<typeof redisUserSessions<D>>;

/**
 * The list of each user's sessions. A session is listed in the request that begins it, and nobody gets its ID before both are
 * done; it is taken off only after it has ended for good: a tombstone stands in its place, also where it was only about to
 * begin. So whatever a browser holds is listed, or listed again with its next change where Redis has lost the list.
 *
 * A list lives as long as the longest lifetime in it, and not as long as the longest idle timeout: reads renew a session and
 * know nothing of its list, which must not go before it. What ran out is taken off when the list is read.
 */
export function redisUserSessions<D>({ redis, keys, steps, active, maxSessions, events }: Options<D>) {
  /**
   * Lists a session that is about to begin. `refused` where it may not begin now; `over` where its user has more sessions than
   * there may be. One request.
   */
  async function add(
    userId: string,
    { id, lifetimeMs, version }: Entry,
  ): Promise<"listed" | "over" | "refused"> {
    const key = keys.userSessions(userId);
    const args = [id, lifetimeMs, version ?? ""].map(String);
    const adding = { operation: "list session", script: indexAddScript, key, args, reply: added };
    const { reply } = await evaluate(redis, adding);
    if (reply === "closed") return "refused";
    return reply > maxSessions ? "over" : "listed";
  }

  /**
   * Lists a session that lives, if it is missing; to be sent with a change of it. `closed` where none may live now.
   */
  async function keep(userId: string, { id, session }: LiveSession<D>) {
    const key = keys.userSessions(userId);
    const args = [id, String(session.createdAt), String(session.expiresAt)];
    const keeping = { operation: "keep listed", script: indexKeepScript, key, args, reply: kept };
    return (await evaluate(redis, keeping)).reply;
  }

  /**
   * Only for what has ended for good. That is done and is reported so, also when Redis is lost now: what stays on the list
   * is taken off when it is read.
   */
  async function remove(userId: string, gone: readonly SessionId[]): Promise<void> {
    if (gone.length === 0) return;
    const operation = "unlist sessions";
    const key = keys.userSessions(userId);
    // In the same request.
    active?.tidy();
    try {
      await evaluate(redis, { operation, script: indexRemoveScript, key, args: gone, reply: z.number() });
    } catch (error) {
      logUntidy(error);
    }
  }

  /** In the order in which they were listed: those that live, those that live or may be about to begin, and those that have ended. Two requests. */
  async function classify(
    userId: string,
  ): Promise<{ live: StoredLive<D>[]; active: SessionId[]; expired: SessionId[] }> {
    const key = keys.userSessions(userId);
    const reading = { operation: "read sessions", script: indexReadScript, key, args: [], reply: listing };
    const [flat, nowMs] = (await evaluate(redis, reading)).reply;
    const listed = flat.flatMap((text, at) => {
      const id = at % 2 === 0 ? parseSessionId(text) : null;
      return id ? [{ id, mayBegin: nowMs <= Number(flat[at + 1]) + BEGINNING_MS }] : [];
    });
    const found = await Promise.all(listed.map(({ id }) => steps.read(id, "peek")));
    const isGone = listed.map(
      ({ mayBegin }, at) => found[at]?.state === "ended" || (found[at]?.state === "absent" && !mayBegin),
    );
    const all = listed.map(({ id }) => id);
    return {
      live: found.filter((each) => each.state === "live"),
      active: all.filter((_, at) => !isGone[at]),
      expired: all.filter((_, at) => isGone[at]),
    };
  }

  /** Puts a tombstone in the place of each; those of them that lived. One request. */
  async function entomb(
    userId: string,
    ids: readonly SessionId[],
    { why, request }: { readonly why: EndReason; readonly request?: RequestDigest | undefined },
  ): Promise<SessionId[]> {
    const endings = await Promise.all(
      ids.map(async (id) => {
        const ending = await steps.destroy(id, { evenAbsent: true, request });
        // Here: another one's ending may fail, and this one has ended.
        if (ending.outcome === "ended-now") await events?.destroyed(id, why, userId);
        return ending;
      }),
    );
    return ids.filter((_, at) => endings[at]?.outcome === "ended-now");
  }

  /** Ends sessions and takes them off the list; those of them that lived. Two requests. */
  async function end(
    userId: string,
    ids: readonly SessionId[],
    why: EndReason,
    request?: RequestDigest,
  ): Promise<SessionId[]> {
    if (ids.length === 0) return [];
    const lived = await entomb(userId, ids, { why, request });
    await remove(userId, ids);
    return lived;
  }

  /**
   * Closes the list: for a minute no session is listed but those that bring the least version or a later one, so that none
   * begins. One request.
   *
   * @returns all that is listed
   */
  async function close(userId: string, leastVersion?: number): Promise<SessionId[]> {
    const key = keys.userSessions(userId);
    const args = [CLOSED_MS, leastVersion ?? ""].map(String);
    const closing = { operation: "close sessions", script: indexCloseScript, key, args, reply: closedList };
    const { reply } = await evaluate(redis, closing);
    return reply.flatMap((text) => parseSessionId(text) ?? []);
  }

  return {
    add,
    keep,
    remove,
    entomb,
    end,
    close,

    /**
     * Closes the list, then ends all that is on it: who was listed before finds its place taken, and nobody is listed
     * after. Three requests, one where none is listed.
     */
    async endUser(
      userId: string,
      why: EndReason,
      { leastVersion, request }: DestroyUserOptions = {},
    ): Promise<SessionId[]> {
      return end(userId, await close(userId, leastVersion), why, request);
    },

    /** The sessions that live, newest first. Takes those off the list that have ended by themselves. */
    async list(userId: string): Promise<StoredLive<D>[]> {
      const { live, expired } = await classify(userId);
      await end(userId, expired, "too-many");
      return live.reverse();
    },

    /**
     * Ends the oldest of those that are too many: what has ended by itself makes room first. Whoever began has begun and
     * that is reported, also when Redis is lost now: the next one to begin ends them.
     *
     * @returns whether `fresh`, which has just begun, is among those that stay
     */
    async endOldest(userId: string, fresh: SessionId): Promise<boolean> {
      try {
        const { active, expired } = await classify(userId);
        const evicted = active.slice(0, Math.max(0, active.length - maxSessions));
        await end(userId, [...expired, ...evicted], "too-many");
        return active.includes(fresh) && !evicted.includes(fresh);
      } catch (error) {
        logUntidy(error);
        return true;
      }
    },
  };
}

/** For the operator: a list could not be brought up to date. What was asked for is done all the same. */
export function logUntidy(error: unknown): void {
  if (!(error instanceof StoreUnavailable)) throw error;
  logEvent("session-list-untidy", { operation: error.operation, reason: error.reason });
}
