import { createSessionCodec } from "../codec.ts";
import type { SessionDefinition } from "../define-session.ts";
import type { SessionEvents, SessionStore } from "../store.ts";
import { ActiveBacklog } from "./active/active-backlog.ts";
import { ActiveIndex } from "./active/active-index.ts";
import { redisKeys } from "./keys.ts";
import { redisSessionStore } from "./redis-session-store.ts";
import { seenSessions } from "./seen-sessions.ts";
import { type RedisWithin, redisWithin } from "./transport/deadline.ts";
import { createSessionWriter } from "./update-queue.ts";

/** Where the sessions are, and what they hold. The defaults are those of the environment's variables. */
export interface RedisStoreOptions<D> {
  readonly definition: SessionDefinition<D>;
  /** Of the REST service. */
  readonly url: string;
  readonly token: string;
  /** The prefix of every key. Default: none. */
  readonly namespace?: string;
  /** Of a session that begins. Default: 604,800. */
  readonly lifetimeSeconds?: number;
  /** What one call may take. Default: 1,000. */
  readonly deadlineMs?: number;
  /** Gets each session that was created and destroyed. */
  readonly events?: SessionEvents;
  /** As the app's `createSessions`. Default: off. In the numbers of the last hour this store is the server `job`. */
  readonly activeIndex?: boolean;
}

/** The sessions of an app in Redis, outside of Next and of any request: made once, for a job or a script. */
export function createRedisStore<D>({
  definition,
  url,
  token,
  namespace = "",
  lifetimeSeconds = 604_800,
  deadlineMs = 1_000,
  events,
  activeIndex = false,
}: RedisStoreOptions<D>): SessionStore<D> {
  const address = { redisRestUrl: url, redisRestToken: token, sessionDeadlineMs: deadlineMs };
  const codec = createSessionCodec(definition);
  const writer = createSessionWriter<D>();
  const seen = seenSessions();
  const keys = redisKeys(namespace);
  const backlog = new ActiveBacklog();
  const activeOver = (redis: RedisWithin) => new ActiveIndex({ redis, keys, backlog, server: "job" });
  // Each call has a deadline of its own.
  const store = () =>
    redisSessionStore({
      redis: redisWithin(address),
      redisAfterwards: () => redisWithin(address),
      keys,
      lifetimeSeconds,
      codec,
      writer,
      seen,
      events,
      activeOver: activeIndex ? activeOver : undefined,
    });
  return {
    get: (id) => store().get(id),
    peek: (id) => store().peek(id),
    inspect: (id) => store().inspect(id),
    create: (draft, options) => store().create(draft, options),
    update: (id, change, request) => store().update(id, change, request),
    recall: (id) => store().recall(id),
    remembers: (id, request) => store().remembers(id, request),
    rotate: (old, draft, options) => store().rotate(old, draft, options),
    destroy: (id, why) => store().destroy(id, why),
    list: (userId) => store().list(userId),
    destroyAll: (userId, ids, why, request) => store().destroyAll(userId, ids, why, request),
    destroyUser: (userId, why, options) => store().destroyUser(userId, why, options),
  };
}
