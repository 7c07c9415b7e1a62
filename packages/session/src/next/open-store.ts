import { createSessionCodec } from "../codec.ts";
import type { SessionDefinition } from "../define-session.ts";
import { instanceName, processState, tracedIfOn } from "../process-state.ts";
import { ActiveBacklog } from "../redis/active/active-backlog.ts";
import { ActiveIndex } from "../redis/active/active-index.ts";
import { redisKeys } from "../redis/keys.ts";
import { redisSessionStore } from "../redis/redis-session-store.ts";
import { type SeenSessions, seenSessions } from "../redis/seen-sessions.ts";
import { isRequestBound, isSandboxedEdge } from "../redis/transport/connect.ts";
import { type RedisWithin, redisWithin } from "../redis/transport/deadline.ts";
import { createSessionWriter, writerOfRequest } from "../redis/update-queue.ts";
import { plainUnavailablePage } from "./http/unavailable-page.ts";
import type { Opening, SessionSetup, SetupOptions } from "./request-context.ts";

/** How long cleaning up after an outage waits for Redis, each time that it tries. */
const CLEAN_UP_MS = 2_000;

/** What the handlers, the pages and the jobs of a process have in common. */
export function setUpSessions<D>(
  definition: SessionDefinition<D>,
  {
    describeDevice = () => "",
    events,
    activeIndex = false,
    unavailablePage = plainUnavailablePage,
  }: SetupOptions = {},
): SessionSetup<D> {
  const codec = createSessionCodec(definition);
  const writer = createSessionWriter<D>();
  function open({ env, audit, spentMs = 0 }: Opening) {
    const keys = redisKeys(env.sessionNamespace);
    const redis = redisWithin(env, env.sessionDeadlineMs - spentMs);
    const activeOver = activeIndex
      ? (redis: RedisWithin) =>
          new ActiveIndex({ redis, keys, backlog: backlogOfProcess(), server: instanceName() })
      : undefined;
    const store = redisSessionStore({
      redis,
      // A host that ends its work with the answer cleans up nothing after it.
      redisAfterwards: isRequestBound ? undefined : () => redisWithin(env, CLEAN_UP_MS),
      keys,
      lifetimeSeconds: env.sessionLifetimeSeconds,
      codec,
      writer: writerOfRequest(writer),
      ...(isSandboxedEdge ? {} : { seen: seenByProcess() }),
      events: audit,
      activeOver,
    });
    return { redis, keys, sessions: tracedIfOn(store, redis), active: activeOver?.(redis) };
  }
  return { definition, codec, open, describeDevice, events, unavailablePage };
}

/** What the handlers and the pages of this process have seen of sessions. */
export function seenByProcess(): SeenSessions {
  const state = processState();
  state.seenSessions ??= seenSessions();
  return state.seenSessions;
}

function backlogOfProcess(): ActiveBacklog {
  const state = processState();
  state.activeBacklog ??= new ActiveBacklog();
  return state.activeBacklog;
}
