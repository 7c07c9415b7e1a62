import type { User } from "@carryover/session";
import type { Env } from "@carryover/session/internal/env";
import { redisKeys } from "@carryover/session/internal/redis/keys";
import { redisSessionStore } from "@carryover/session/internal/redis/redis-session-store";
import { redisWithin } from "@carryover/session/internal/redis/transport/deadline";
import { createSessionWriter } from "@carryover/session/internal/redis/update-queue";
import type { SessionId } from "@carryover/session/internal/session-id";
import type { NoSession } from "@carryover/session/internal/store";
import type { TestEnv } from "@carryover/session/internal/testing/test-env";
import type { SessionData } from "@/lib/session-definition";
import {
  countView,
  type LiveSession,
  type Session,
  type SessionStore,
  sessionCodec,
  sessionInit,
  setIdle,
  signedInSession,
} from "@/lib/test-session";
import { keysOf } from "../support/kept-keys";
import { addTote } from "../support/operations";
import type { Command } from "./history";
import { draftOf, LIFETIME_SECONDS, MAX_USER_SESSIONS, userOf } from "./session-model";

/** What came of a command; `at` is the session it was done to. */
export type Outcome =
  | { readonly was: "idle" }
  | { readonly was: "found"; readonly at: number; readonly found: LiveSession | NoSession }
  /** A session in the place of another, or of none. `as`: which one it is now. */
  | {
      readonly was: "begun";
      readonly from: number | null;
      readonly as: number;
      readonly found: LiveSession | NoSession;
    }
  | { readonly was: "ended"; readonly at: number; readonly endedNow: boolean }
  | { readonly was: "run out" | "aged"; readonly at: number }
  | { readonly was: "listed"; readonly user: User; readonly found: readonly LiveSession[] }
  | { readonly was: "revoked"; readonly ats: readonly number[]; readonly count: number };

export const serverNames = ["a", "b", "c"] as const;
export const AGED_MS = 30_000;

/** Time that goes by at once: so many milliseconds are left of a live session. What remembers an end is left its time. */
const shortenScript = `
local value = redis.call('GET', KEYS[1])
if value and string.sub(value, 1, 5) == '{"v":' then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
`;

/** Does what commands say, on a real Redis, in a namespace of its own. */
export function createPlayer(test: TestEnv) {
  const env: Env = { ...test.env, sessionNamespace: `${crypto.randomUUID()}:` };
  const keys = redisKeys(env.sessionNamespace);
  const servers = serverNames.map((name) => ({
    name,
    env: { ...env },
    writer: createSessionWriter<SessionData>(),
  }));
  /** As they were when they began. */
  const begun: LiveSession[] = [];

  function serverOf({ server }: Command): { name: string; store: SessionStore } {
    const { name, env, writer } = servers[server] ?? {
      name: "a",
      env: test.env,
      writer: createSessionWriter<SessionData>(),
    };
    const redis = redisWithin(env);
    const bounds = { lifetimeSeconds: LIFETIME_SECONDS, maxUserSessions: MAX_USER_SESSIONS };
    return { name, store: redisSessionStore({ redis, keys, codec: sessionCodec, writer, ...bounds }) };
  }

  const shorten = (id: SessionId, ttlMs: number) =>
    test.direct.eval(shortenScript, { keys: [keys.session(id)], arguments: [String(ttlMs)] });

  function remember(from: number | null, found: LiveSession | NoSession): Outcome {
    const as = found.state === "live" ? begun.push(found) - 1 : -1;
    return { was: "begun", from, as, found };
  }

  /** What there is to rotate; what has run out is not. */
  async function rotated(store: SessionStore, first: LiveSession, isStale: boolean) {
    const now = await store.peek(first.id);
    if (now.state === "live") return isStale ? first : now;
    return isStale && now.state === "ended" ? first : null;
  }

  async function play(command: Command): Promise<Outcome> {
    const { name, store } = serverOf(command);
    if (command.do === "begin") {
      return remember(null, await store.create(draftOf(command)));
    }
    if (command.do === "list") {
      const user = userOf(command.user);
      return { was: "listed", user, found: await store.list(user.id) };
    }
    // Counted from the newest, which is the most likely to live.
    const at = begun.length - 1 - (command.at % Math.max(1, begun.length));
    const first = begun[at];
    if (!first) return { was: "idle" };
    const { id } = first;
    const changed = async (change: (session: Session) => Session) =>
      ({ was: "found", at, found: await store.update(id, change) }) as const;
    switch (command.do) {
      case "open":
        return { was: "found", at, found: await store.get(id) };
      case "peek":
        return { was: "found", at, found: await store.peek(id) };
      case "add":
        return changed(addTote);
      case "view":
        return changed((session) => countView(session, name));
      case "set idle":
        return changed((session) => setIdle(session, command.idleSeconds));
      case "end":
        return { was: "ended", at, endedNow: await store.destroy(id) };
      case "run out":
        await shorten(id, 0);
        return { was: "run out", at };
      case "age":
        await shorten(id, AGED_MS);
        return { was: "aged", at };
      case "sign in": {
        const old = await rotated(store, first, command.isStale);
        const user = userOf(command.user);
        if (!old) return { was: "idle" };
        return remember(at, await store.rotate(old, (now) => signedInSession(user, now, sessionInit)));
      }
      case "renew": {
        const old = await rotated(store, first, false);
        if (!old) return { was: "idle" };
        return remember(at, await store.rotate(old, ({ v: _, ...now }) => now, { keepTimeouts: true }));
      }
      case "revoke others": {
        const ats = [...begun.keys()].filter(
          (each) => each !== at && begun[each]?.session.user?.id === command.user,
        );
        const ids = ats.flatMap((each) => begun[each]?.id ?? []);
        return { was: "revoked", ats, count: await store.destroyAll(command.user, ids) };
      }
    }
  }

  return {
    play,
    begun,
    store: () => serverOf({ do: "list", server: 0, user: "ada" }).store,
    /** What Redis itself holds of the session. */
    async kept(id: SessionId) {
      const key = keys.session(id);
      const [text, ttlMs] = await Promise.all([test.direct.get(key), test.direct.pTTL(key)]);
      return { text, ttlMs };
    },
    /** All live sessions in Redis, known to a browser or not. */
    async live(): Promise<string[]> {
      const prefix = `${env.sessionNamespace}session:`;
      const found = await keysOf(test.direct, prefix);
      const texts = await Promise.all(found.map((key) => test.direct.get(key)));
      return found.filter((_, at) => texts[at]?.startsWith('{"v":')).map((key) => key.slice(prefix.length));
    },
    /** The list of a user as Redis holds it. */
    listed: (userId: string) => test.direct.zRangeWithScores(keys.userSessions(userId), 0, -1),
    listTtlMs: (userId: string) => test.direct.pTTL(keys.userSessions(userId)),
  };
}

export type Player = ReturnType<typeof createPlayer>;
