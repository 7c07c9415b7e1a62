import { z } from "zod/mini";
import type { RequestDigest } from "../idempotency.ts";
import { logEvent } from "../log.ts";
import { parseSessionId, type SessionId } from "../session-id.ts";
import { type EndReason, type LiveSession, type SessionEvents, StoreUnavailable } from "../store.ts";
import type { SessionSteps } from "./commands.ts";
import type { RedisKeys } from "./keys.ts";
import {
  indexAddScript,
  indexCloseScript,
  indexKeepScript,
  indexReadScript,
  indexRemoveScript,
} from "./lua.ts";
import { evaluate } from "./run-script.ts";
import type { RedisWithin } from "./transport/deadline.ts";
import type { StoredLive } from "./update-queue.ts";

/**
 * A session begins within this after it was listed, or not at all. Shorter than a tombstone stays: whoever ends one that
 * is about to begin leaves a tombstone that outlasts the last moment in which it could.
 */
const CREATE_WITHIN_MS = 4_000;

/** How long no session of a user begins after all were ended for good: longer than a sign-in can be under way. */
const CLOSED_MS = 60_000;

interface Options<D> {
  readonly redis: RedisWithin;
  readonly keys: RedisKeys;
  readonly steps: SessionSteps<D>;
  readonly maxSessions: number;
  readonly events?: SessionEvents | undefined;
}

export interface Listed {
  /** The last moment in which the session may begin, by Redis' clock. */
  readonly beginByMs: number;
  /** Its user has more sessions now than there may be. */
  readonly isOneTooMany: boolean;
}

const added = z.union([z.tuple([z.number(), z.number()]), z.tuple([z.literal("closed")])]);
const kept = z.enum(["listed", "added", "closed"]);
const closedList = z.array(z.string());
const listing = z.tuple([z.array(z.string()), z.number()]);

export type UserSessions<D> = ReturnType<typeof redisUserSessions<D>>;

/**
 * The list of each user's sessions. A session is listed before it begins, and taken off only after it has ended for good:
 * a tombstone stands in its place, also where it was only about to begin. So whatever lives is listed, or listed again with
 * its next change where Redis has lost the list.
 *
 * A list lives as long as the longest lifetime in it, and not as long as the longest idle timeout: reads renew a session and
 * know nothing of its list, which must not go before it. What ran out is taken off when the list is read.
 */
export function redisUserSessions<D>({ redis, keys, steps, maxSessions, events }: Options<D>) {
  /** Lists a session that is about to begin; `null` where none may begin now. One request. */
  async function add(userId: string, id: SessionId, lifetimeMs: number): Promise<Listed | null> {
    const key = keys.userSessions(userId);
    const args = [id, String(lifetimeMs)];
    const adding = { operation: "list session", script: indexAddScript, key, args, reply: added };
    const { reply } = await evaluate(redis, adding);
    if (reply[0] === "closed") return null;
    const [count, nowMs] = reply;
    return { beginByMs: nowMs + CREATE_WITHIN_MS, isOneTooMany: count > maxSessions };
  }

  /**
   * Lists a session that lives, if it is missing; to be sent with a change of it. `closed` where none may live now.
   */
  async function keep(userId: string, { id, session, nowMs }: LiveSession<D>) {
    const key = keys.userSessions(userId);
    const args = [id, String(session.createdAt), String(session.expiresAt - nowMs)];
    const keeping = { operation: "keep listed", script: indexKeepScript, key, args, reply: kept };
    return (await evaluate(redis, keeping)).reply;
  }

  /**
   * Only for what has ended for good. That is done and must be told, also when Redis is lost now: what stays on the list
   * is taken off when it is read.
   */
  async function remove(userId: string, gone: readonly SessionId[]): Promise<void> {
    if (gone.length === 0) return;
    const operation = "unlist sessions";
    const key = keys.userSessions(userId);
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
      return id ? [{ id, mayBegin: nowMs <= Number(flat[at + 1]) + CREATE_WITHIN_MS }] : [];
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

  /** Ends sessions and takes them off the list; those of them that lived. Two requests. */
  async function end(
    userId: string,
    ids: readonly SessionId[],
    why: EndReason,
    request?: RequestDigest,
  ): Promise<SessionId[]> {
    if (ids.length === 0) return [];
    const endings = await Promise.all(
      ids.map(async (id) => {
        const ending = await steps.destroy(id, { evenAbsent: true, request });
        // Here: another one's ending may fail, and this one has ended.
        if (ending.outcome === "ended-now") await events?.destroyed(id, why, userId);
        return ending;
      }),
    );
    await remove(userId, ids);
    return ids.filter((_, at) => endings[at]?.outcome === "ended-now");
  }

  return {
    add,
    keep,
    remove,
    end,

    /**
     * Closes the list, then ends all that is on it: who was listed before finds its place taken, and nobody is listed
     * after. Three requests, one where none is listed.
     */
    async endUser(userId: string, why: EndReason, request?: RequestDigest): Promise<SessionId[]> {
      const key = keys.userSessions(userId);
      const args = [String(CLOSED_MS)];
      const closing = { operation: "close sessions", script: indexCloseScript, key, args, reply: closedList };
      const { reply } = await evaluate(redis, closing);
      return end(
        userId,
        reply.flatMap((text) => parseSessionId(text) ?? []),
        why,
        request,
      );
    },

    /** The sessions that live, newest first. Takes those off the list that have ended by themselves. */
    async list(userId: string): Promise<StoredLive<D>[]> {
      const { live, expired } = await classify(userId);
      await end(userId, expired, "too-many");
      return live.reverse();
    },

    /**
     * Ends the oldest of those that are too many: what has ended by itself makes room first. Whoever began has begun and
     * must be told, also when Redis is lost now: the next one to begin ends them.
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
