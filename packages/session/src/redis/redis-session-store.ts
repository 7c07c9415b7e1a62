import type { SessionCodec } from "../codec.ts";
import { freshRequests, type RequestDigest, wasMade } from "../idempotency.ts";
import type { SessionId } from "../session-id.ts";
import type { EndReason, SessionEvents, SessionStore } from "../store.ts";
import type { ActiveIndex } from "./active/active-index.ts";
import { cleanUp } from "./clean-up.ts";
import { type Afterwards, sessionCreation } from "./create-session.ts";
import type { RedisKeys } from "./keys.ts";
import { sessionRotation } from "./rotate-session.ts";
import { sessionSteps } from "./scripts/commands.ts";
import { type ReadMode, reportEnded, withoutWrites } from "./scripts/read-session.ts";
import { type SeenSessions, seenSessions } from "./seen-sessions.ts";
import type { RedisWithin } from "./transport/deadline.ts";
import { changeSession } from "./update.ts";
import { createSessionWriter, type SessionWriter } from "./update-queue.ts";
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
  /** What this server has seen. Default: what this store has. */
  readonly seen?: SeenSessions;
  readonly maxUserSessions?: number;
  /** Gets what begins and ends. Default: nobody does. */
  readonly events?: SessionEvents | undefined;
  /** The index of active sessions over a way to Redis. Default: there is none. */
  readonly activeOver?: ((redis: RedisWithin) => ActiveIndex) | undefined;
}

/** Sessions in Redis over REST: one script a step (`scripts.ts`). Contract: {@link SessionStore}. */
export function redisSessionStore<D>(options: Options<D>): SessionStore<D> {
  const { redis, redisAfterwards, keys, lifetimeSeconds, codec, activeOver } = options;
  const { writer = createSessionWriter<D>(), seen = seenSessions() } = options;
  const { maxUserSessions: maxSessions = MAX_USER_SESSIONS } = options;
  const over = (redis: RedisWithin) => {
    const active = activeOver?.(redis);
    const events = active ? countingEnds(active, options.events) : options.events;
    const steps = sessionSteps({ redis, keys, codec, writer, seen, active });
    const userSessions = redisUserSessions({ redis, keys, steps, active, maxSessions, events });
    return { steps, userSessions, events };
  };
  const afterwards: Afterwards<D> = (work) => {
    if (redisAfterwards) void cleanUp(() => work(over(redisAfterwards())));
  };
  const { steps, userSessions, events } = over(redis);
  const parts = { steps, userSessions, events, afterwards };
  const creation = sessionCreation({ ...parts, lifetimeSeconds });
  const readAs = async (id: SessionId, mode: ReadMode) => {
    const found = await steps.read(id, mode);
    return found.state === "live" ? withoutWrites(found) : reportEnded(id, found, events);
  };
  return {
    get: (id) => readAs(id, "renew"),
    peek: (id) => readAs(id, "peek"),
    async inspect(id) {
      const found = await steps.read(id, "peek");
      return found.state === "live"
        ? { ...withoutWrites(found), text: found.text }
        : reportEnded(id, found, events);
    },
    create: async (draft, options) => creation.settle(await creation.create(draft, options)),
    async update(id, apply, request) {
      const found = await redis.wait("update", () =>
        writer.queue.add(keys.session(id), { apply, request }, (changes) =>
          changeSession({ redis, steps, userSessions, id, changes }),
        ),
      );
      return found.state === "live" ? found : reportEnded(id, found, events);
    },
    recall: (id) => steps.recall(id)?.session ?? null,
    async remembers(id, request) {
      const found = await steps.read(id, "peek");
      return found.state === "live" && wasMade(freshRequests(found.requests, found.nowMs), request);
    },
    rotate: sessionRotation({ ...parts, creation }),
    async destroy(id, why: EndReason = "log-out") {
      const ending = await steps.destroy(id);
      if (ending.outcome === "ended") await events?.endedPresented(id);
      if (ending.outcome !== "ended-now") return false;
      const userId = ending.session?.user?.id ?? null;
      await events?.destroyed(id, why, userId);
      if (userId !== null) await userSessions.remove(userId, [id]);
      return true;
    },
    list: async (userId) => (await userSessions.list(userId)).map(withoutWrites),
    destroyAll: async (userId, ids, why = "revoked", request?: RequestDigest) =>
      (await userSessions.end(userId, ids, why, request)).length,
    destroyUser: userSessions.endUser,
  };
}

/** The events of a store that has an index of active sessions. */
function countingEnds(active: ActiveIndex, events: SessionEvents | undefined): SessionEvents {
  return {
    created: async (live) => events?.created(live),
    async destroyed(id, why, userId) {
      active.countEnded(why);
      await events?.destroyed(id, why, userId);
    },
    endedPresented: async (id) => events?.endedPresented(id),
  };
}
