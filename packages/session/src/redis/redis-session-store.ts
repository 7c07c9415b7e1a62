import type { Session, SessionDraft } from "../define-session.ts";
import type { SessionCodec } from "../session-codec.ts";
import { createSessionId, type SessionId } from "../session-id.ts";
import { ended, type LiveSession, type NoSession, SessionBusy, type SessionStore } from "../session-store.ts";
import type { SessionWitness } from "../session-witness.ts";
import type { RedisKeys } from "./keys.ts";
import { changeSession, MAX_ATTEMPTS } from "./session-changes.ts";
import { type StoredLive, sessionSteps } from "./session-steps.ts";
import { createSessionWriter, type SessionWriter } from "./session-writer.ts";
import type { RedisWithin } from "./transport/client.ts";
import { redisUserSessions } from "./user-sessions.ts";

/** The most sessions of one user; the oldest goes first. */
export const MAX_USER_SESSIONS = 25;

interface Options<D> {
  readonly redis: RedisWithin;
  readonly keys: RedisKeys;
  readonly lifetimeSeconds: number;
  readonly codec: SessionCodec<D>;
  /** Default: one of its own. */
  readonly writer?: SessionWriter<D>;
  readonly maxUserSessions?: number;
  /** Is told what begins and ends. Default: nobody is. */
  readonly witness?: SessionWitness;
}

type RotateOptions = NonNullable<Parameters<SessionStore["rotate"]>[2]>;

interface Begun<D> {
  readonly fresh: LiveSession<D> | NoSession;
  /** Its user has more sessions now than there may be. */
  readonly isOneTooMany: boolean;
}

/** Sessions in Redis over REST: one script a step (`scripts.ts`). Contract: {@link SessionStore}. */
export function redisSessionStore<D>(options: Options<D>): SessionStore<D> {
  const { redis, keys, lifetimeSeconds, codec, writer = createSessionWriter<D>() } = options;
  const steps = sessionSteps({ redis, keys, codec, writer });
  const maxSessions = options.maxUserSessions ?? MAX_USER_SESSIONS;
  const { witness } = options;
  const userSessions = redisUserSessions({ redis, keys, steps, maxSessions, witness });

  /** What lives is listed: the list first, then the session. */
  async function begin(draft: SessionDraft<D>, clocksOf?: LiveSession<D>): Promise<Begun<D>> {
    const id = createSessionId();
    const beginning = { id, draft, lifetimeSeconds, clocksOf };
    if (!draft.user) return { fresh: await steps.begin(beginning), isOneTooMany: false };
    const lifetimeMs = clocksOf ? clocksOf.session.expiresAt - clocksOf.nowMs : lifetimeSeconds * 1000;
    const listed = await userSessions.add(draft.user.id, id, lifetimeMs);
    if (!listed) return { fresh: ended, isOneTooMany: false };
    const { beginByMs, isOneTooMany } = listed;
    return { fresh: await steps.begin({ ...beginning, beginByMs }), isOneTooMany };
  }

  /** For a session that has come to stay, unless it is itself the first to end of those that are too many. */
  async function settle({ fresh, isOneTooMany }: Begun<D>): Promise<LiveSession<D> | NoSession> {
    if (fresh.state === "live") await witness?.begun(fresh);
    if (!isOneTooMany || fresh.state !== "live" || !fresh.session.user) return fresh;
    const stays = await userSessions.endOldest(fresh.session.user.id, fresh.id);
    return stays ? fresh : ended;
  }

  async function rotate(
    old: LiveSession<D>,
    draft: (old: Session<D>) => SessionDraft<D>,
    { keepClocks = false, why = "rotated" }: RotateOptions = {},
  ): Promise<LiveSession<D> | NoSession> {
    let seen = old;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const begun = await begin(draft(seen.session), keepClocks ? seen : undefined);
      const { fresh } = begun;
      if (fresh.state !== "live") return ended;
      const claim = await steps.end(old.id, { revision: seen.session.revision });
      // The old session's idle clock may run out between the two steps: nobody else has claimed it then.
      if (claim.outcome === "ended-now" || claim.outcome === "absent") {
        await unlist(old.id, seen.session);
        if (claim.outcome === "ended-now") await witness?.ended(old.id, why, seen.session.user?.id ?? null);
        // Only now: until the claim nobody knows which of the two stays, and the old one may be the oldest.
        return settle(begun);
      }
      await steps.end(fresh.id);
      await unlist(fresh.id, fresh.session);
      const now = claim.outcome === "conflict" ? claim.now : ended;
      if (now.state !== "live") return ended;
      seen = withoutWrites(now);
    }
    throw new SessionBusy();
  }

  async function unlist(id: SessionId, session: Session<D> | null): Promise<void> {
    if (session?.user) await userSessions.remove(session.user.id, [id]);
  }

  async function toldIfEnded(id: SessionId, found: NoSession): Promise<NoSession> {
    if (found.state === "ended") await witness?.endedPresented(id);
    return found;
  }

  const read = async (id: SessionId, clock: "slide" | "peek") => {
    const found = await steps.read(id, clock);
    return found.state === "live" ? withoutWrites(found) : toldIfEnded(id, found);
  };

  return {
    open: (id) => read(id, "slide"),
    peek: (id) => read(id, "peek"),
    async inspect(id) {
      const found = await steps.read(id, "peek");
      return found.state === "live" ? { ...withoutWrites(found), text: found.text } : toldIfEnded(id, found);
    },
    begin: async (draft) => settle(await begin(draft)),
    async update(id, change) {
      const found = await redis.wait("update", () =>
        writer.queue.add(keys.session(id), change, (changes) => changeSession({ redis, steps, id, changes })),
      );
      return found.state === "live" ? found : toldIfEnded(id, found);
    },
    rotate,
    async end(id, why = "log-out") {
      const ending = await steps.end(id);
      if (ending.outcome === "ended") await witness?.endedPresented(id);
      if (ending.outcome !== "ended-now") return false;
      await unlist(id, ending.session);
      await witness?.ended(id, why, ending.session?.user?.id ?? null);
      return true;
    },
    list: async (userId) => (await userSessions.list(userId)).map(withoutWrites),
    endAll: async (userId, ids, why = "revoked") => (await userSessions.end(userId, ids, why)).length,
    endUser: userSessions.endUser,
  };
}

function withoutWrites<D>({ id, session, ttlMs, nowMs }: StoredLive<D>): LiveSession<D> {
  return { state: "live", id, session, ttlMs, nowMs };
}
