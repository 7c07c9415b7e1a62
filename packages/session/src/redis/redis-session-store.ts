import type { SessionCodec } from "../codec.ts";
import type { Session, SessionDraft } from "../define-session.ts";
import {
  freshRequests,
  type RememberedRequest,
  type RequestDigest,
  rememberRequest,
  wasMade,
} from "../idempotency.ts";
import { createSessionId, type SessionId } from "../session-id.ts";
import {
  type EndReason,
  ended,
  type LiveSession,
  type NoSession,
  type RotateOptions,
  SessionBusy,
  type SessionEvents,
  type SessionStore,
  StoreUnavailable,
} from "../store.ts";
import { cleanUp } from "./clean-up.ts";
import { type Ended, hasRunOut, sessionSteps } from "./commands.ts";
import type { RedisKeys } from "./keys.ts";
import { settleRotation } from "./settle-rotation.ts";
import type { RedisWithin } from "./transport/deadline.ts";
import { changeSession, MAX_ATTEMPTS } from "./update.ts";
import { createSessionWriter, type SessionWriter, type StoredLive } from "./update-queue.ts";
import { redisUserSessions } from "./user-index.ts";

/** The most sessions of one user; the oldest goes first. */
export const MAX_USER_SESSIONS = 25;

interface Options<D> {
  readonly redis: RedisWithin;
  /** Ways to Redis with deadlines of their own, to clean up after an outage; without it, nobody does. */
  readonly redisAfterwards?: (() => RedisWithin) | undefined;
  readonly keys: RedisKeys;
  readonly lifetimeSeconds: number;
  readonly codec: SessionCodec<D>;
  /** Default: one of its own. */
  readonly writer?: SessionWriter<D>;
  readonly maxUserSessions?: number;
  /** Is told what begins and ends. Default: nobody is. */
  readonly events?: SessionEvents;
}

interface CreateOptions<D> {
  readonly check?: (() => Promise<void>) | undefined;
  readonly clocksOf?: LiveSession<D> | undefined;
  readonly requests?: readonly RememberedRequest[] | undefined;
}

interface Created<D> {
  readonly fresh: LiveSession<D> | NoSession;
  /** Its user has more sessions now than there may be. */
  readonly isOneTooMany: boolean;
}

/** Sessions in Redis over REST: one script a step (`scripts.ts`). Contract: {@link SessionStore}. */
export function redisSessionStore<D>(options: Options<D>): SessionStore<D> {
  const { redis, keys, lifetimeSeconds, codec, writer = createSessionWriter<D>() } = options;
  const maxSessions = options.maxUserSessions ?? MAX_USER_SESSIONS;
  const { events } = options;
  const over = (redis: RedisWithin) => {
    const steps = sessionSteps({ redis, keys, codec, writer });
    return { steps, userSessions: redisUserSessions({ redis, keys, steps, maxSessions, events }) };
  };
  const { steps, userSessions } = over(redis);
  /** What this store has read, with the writes that it remembers. */
  const known = new WeakMap<LiveSession<D>, StoredLive<D>>();

  /** What lives is listed: the list first, then the session. */
  async function create(
    draft: SessionDraft<D>,
    { check, clocksOf, requests }: CreateOptions<D>,
  ): Promise<Created<D>> {
    const id = createSessionId();
    try {
      const init = { id, draft, lifetimeSeconds, clocksOf, requests };
      if (!draft.user) {
        const [fresh] = await Promise.all([steps.create(init), check?.()]);
        return { fresh, isOneTooMany: false };
      }
      const lifetimeMs = clocksOf ? clocksOf.session.expiresAt - clocksOf.nowMs : lifetimeSeconds * 1000;
      const listed = await userSessions.add(draft.user.id, id, lifetimeMs);
      if (!listed) return { fresh: ended, isOneTooMany: false };
      const { beginByMs, isOneTooMany } = listed;
      const [fresh] = await Promise.all([steps.create({ ...init, beginByMs }), check?.()]);
      return { fresh, isOneTooMany };
    } catch (error) {
      await discard(id, draft.user?.id, error);
      throw error;
    }
  }

  /** Ends a session that nobody was told of; after an outage, later. */
  async function discard(id: SessionId, userId: string | undefined, cause?: unknown): Promise<void> {
    const end = async ({ steps, userSessions }: ReturnType<typeof over>) => {
      await steps.destroy(id, { evenAbsent: true });
      if (userId !== undefined) await userSessions.remove(userId, [id]);
    };
    if (cause instanceof StoreUnavailable) return afterwards(end);
    try {
      await end({ steps, userSessions });
    } catch (error) {
      afterwards(end);
      throw error;
    }
  }

  function afterwards(work: (parts: ReturnType<typeof over>) => Promise<void>): void {
    const { redisAfterwards } = options;
    if (redisAfterwards) void cleanUp(() => work(over(redisAfterwards())));
  }

  /** For a session that has come to stay, unless it is itself the first to end of those that are too many. */
  async function settle({ fresh, isOneTooMany }: Created<D>): Promise<LiveSession<D> | NoSession> {
    if (fresh.state === "live") await events?.created(fresh);
    if (!isOneTooMany || fresh.state !== "live" || !fresh.session.user) return fresh;
    const stays = await userSessions.endOldest(fresh.session.user.id, fresh.id);
    return stays ? fresh : ended;
  }

  async function rotate(
    old: LiveSession<D>,
    draft: (old: Session<D>) => SessionDraft<D>,
    { keepClocks = false, why = "rotated", check, request, begunBy }: RotateOptions = {},
  ): Promise<LiveSession<D> | NoSession> {
    let seen = old;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const begun = await create(draft(seen.session), {
        check,
        clocksOf: keepClocks ? seen : undefined,
        requests: begunBy && rememberRequest([], begunBy, seen.nowMs),
      });
      const { fresh } = begun;
      if (fresh.state !== "live") return fresh;
      const claimed = await claim(seen, fresh, request);
      if (
        claimed.outcome === "ended-now" ||
        (claimed.outcome === "absent" && hasRunOut(seen, claimed.nowMs))
      ) {
        await unlist(old.id, seen.session);
        if (claimed.outcome === "ended-now")
          await events?.destroyed(old.id, why, seen.session.user?.id ?? null);
        // Only now: until the claim nobody knows which of the two stays, and the old one may be the oldest.
        return settle(begun);
      }
      await discard(fresh.id, fresh.session.user?.id);
      const now = claimed.outcome === "absent" ? ended : claimed.now;
      if (now.state !== "live") return now;
      seen = withoutWrites(now);
    }
    throw new SessionBusy();
  }

  /** Puts `fresh` in the place of the session that was seen, if nobody has changed that since. */
  async function claim(
    { id, session: { revision } }: LiveSession<D>,
    fresh: LiveSession<D>,
    request: RequestDigest | undefined,
  ): Promise<Ended<D>> {
    try {
      return await steps.destroy(id, { revision, successor: fresh.id, request });
    } catch (error) {
      if (error instanceof StoreUnavailable)
        afterwards((parts) => settleRotation(parts, { oldId: id, revision, fresh }));
      throw error;
    }
  }

  async function unlist(id: SessionId, session: Session<D> | null): Promise<void> {
    if (session?.user) await userSessions.remove(session.user.id, [id]);
  }

  async function reportEnded(id: SessionId, found: NoSession): Promise<NoSession> {
    if (found.state === "ended") await events?.endedPresented(id);
    return found;
  }

  const read = async (id: SessionId, clock: "renew" | "peek") => {
    const found = await steps.read(id, clock);
    if (found.state !== "live") return reportEnded(id, found);
    const live = withoutWrites(found);
    known.set(live, found);
    return live;
  };

  return {
    get: (id) => read(id, "renew"),
    peek: (id) => read(id, "peek"),
    async inspect(id) {
      const found = await steps.read(id, "peek");
      return found.state === "live" ? { ...withoutWrites(found), text: found.text } : reportEnded(id, found);
    },
    create: async (draft, check) => settle(await create(draft, { check })),
    async update(id, apply, request, base) {
      const seen = base && known.get(base);
      const found = await redis.wait("update", () =>
        writer.queue.add(keys.session(id), { apply, request, seen }, (changes) =>
          changeSession({ redis, steps, userSessions, id, changes }),
        ),
      );
      return found.state === "live" ? found : reportEnded(id, found);
    },
    async remembers(id, request) {
      const found = await steps.read(id, "peek");
      return found.state === "live" && wasMade(freshRequests(found.requests, found.nowMs), request);
    },
    rotate,
    async destroy(id, why: EndReason = "log-out") {
      const ending = await steps.destroy(id);
      if (ending.outcome === "ended") await events?.endedPresented(id);
      if (ending.outcome !== "ended-now") return false;
      await unlist(id, ending.session);
      await events?.destroyed(id, why, ending.session?.user?.id ?? null);
      return true;
    },
    list: async (userId) => (await userSessions.list(userId)).map(withoutWrites),
    destroyAll: async (userId, ids, why = "revoked", request?: RequestDigest) =>
      (await userSessions.end(userId, ids, why, request)).length,
    destroyUser: userSessions.endUser,
  };
}

function withoutWrites<D>({ id, session, ttlMs, nowMs }: StoredLive<D>): LiveSession<D> {
  return { state: "live", id, session, ttlMs, nowMs };
}
