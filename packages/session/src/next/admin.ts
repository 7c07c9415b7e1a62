import { Audit, type AuditActor } from "../audit/audit.ts";
import type { User } from "../define-session.ts";
import { readEnv } from "../env.ts";
import type { ActiveCount, LastHour } from "../redis/active/active-index.ts";
import {
  hasConditions,
  listActive,
  MAX_PAGE,
  matches,
  type PageOptions,
  type SessionFilter,
} from "../redis/active/list-active.ts";
import { sessionHandle } from "../session-id.ts";
import { type ListedSession, listedSession } from "../session-snapshot.ts";
import type { LiveSession } from "../store.ts";
import type { HandlerContext } from "./handler-context.ts";
import type { SessionSetup } from "./request-context.ts";

/** Who does it, for the audit log: a name of the app's such as `desk-7`, or a user, whose name is hashed there. */
export interface AdminOptions {
  readonly by: AuditActor;
}

/** Finds ended sessions by itself: nobody has come with their IDs, and none was stolen. */
class AdminAudit extends Audit {
  override async endedPresented(): Promise<void> {}
}

/** A session as an operator sees it: never its ID, and nothing of the app's data. */
export interface AdminSession extends ListedSession {
  /** `null`: a visitor. */
  readonly user: Pick<User, "id" | "name"> | null;
}

export interface AdminPage {
  /** Newest first within the page; the pages have no order. */
  readonly sessions: readonly AdminSession[];
  /** For the next page; `null` after the last. */
  readonly cursor: string | null;
}

export interface AdminListOptions extends SessionFilter, PageOptions {}

export interface RevokeWhereOptions extends AdminOptions {
  /** Counts, and ends nothing. */
  readonly dryRun?: boolean;
}

/**
 * Sessions from outside any request: for back offices and jobs. Each call has a deadline of its own.
 *
 * What concerns the sessions of more than one user needs the option `activeIndex`, and throws a TypeError without it.
 */
export function createAdmin<D>(setup: SessionSetup<D>) {
  const open = (by?: AuditActor) => {
    const env = readEnv();
    const audit = new AdminAudit(new Headers(), env, { by, events: setup.events });
    return { ...setup.open({ env, audit }), audit };
  };

  function openIndexed(by?: AuditActor) {
    const { active, sessions } = open(by);
    if (!active)
      throw new TypeError(
        "This needs an index of active sessions: createSessions(…, { activeIndex: true }).",
      );
    return { active, sessions };
  }

  /** The sessions that meet the filter, a page of them. */
  async function page({
    cursor,
    limit,
    ...filter
  }: AdminListOptions): Promise<{ sessions: readonly LiveSession<D>[]; cursor: string | null }> {
    // The user's own list has them all.
    if (filter.userId !== undefined) {
      const own = await open().sessions.list(filter.userId);
      return { sessions: own.filter((live) => matches(filter, live)), cursor: null };
    }
    return listActive(openIndexed(), filter, { cursor, limit });
  }

  return {
    /** What a handler's context has to ask Redis with, for data of the app's own: one deadline for all of it. */
    open({ by }: AdminOptions): Pick<HandlerContext<D>, "redis" | "keys" | "sessions" | "audit"> {
      return open(by);
    },

    /** How many sessions live. Six requests to Redis, however many there are. @throws StoreUnavailable */
    count: async (): Promise<ActiveCount> => openIndexed().active.count(),

    /**
     * How many sessions began and ended in the last 60 minutes. One request to Redis. What a server has counted since its last
     * begin, or end of a user's session, may be missing.
     *
     * @throws StoreUnavailable
     */
    lastHour: async (): Promise<LastHour> => openIndexed().active.lastHour(),

    /**
     * A page of the live sessions that meet every condition. With a filter a call reads 1,000 sessions at most, so that a page may
     * be short, or empty, and have a cursor. A user's sessions come all at once, newest first, and need no index.
     *
     * @throws StoreUnavailable
     */
    async list(options: AdminListOptions = {}): Promise<AdminPage> {
      const { sessions, cursor } = await page(options);
      return { sessions: await Promise.all(sessions.map(adminSession)), cursor };
    },

    /**
     * Ends one session, by its handle; with `userId` only one of that user's. Without it the index is needed.
     *
     * @returns whether this call ended it; `false` for a handle of no session.
     * @throws StoreUnavailable
     */
    async revoke(
      { handle, userId }: { readonly handle: string; readonly userId?: string | undefined },
      { by }: AdminOptions,
    ): Promise<boolean> {
      if (userId === undefined) {
        const { active, sessions } = openIndexed(by);
        const id = await active.find(handle);
        return id !== null && (await sessions.destroy(id, "revoked"));
      }
      const { sessions } = open(by);
      for (const { id } of await sessions.list(userId))
        if ((await sessionHandle(id)) === handle) return (await sessions.destroyAll(userId, [id])) > 0;
      return false;
    },

    /**
     * Ends all sessions of a user, also one that is about to begin; for a minute none begins. Three requests to Redis.
     *
     * @returns how many this call ended
     * @throws StoreUnavailable
     */
    async revokeAll(userId: string, { by }: AdminOptions): Promise<number> {
      return (await open(by).sessions.destroyUser(userId, "revoked")).length;
    },

    /**
     * Ends the sessions that meet every condition, one page after the other: each of those that live when it begins, and some of
     * those that begin meanwhile. It takes as long as there are sessions. After an outage, call it again for the rest.
     *
     * @returns how many met the filter, and how many this call ended
     * @throws TypeError for a filter without a condition
     * @throws StoreUnavailable
     */
    async revokeWhere(
      filter: SessionFilter,
      { by, dryRun = false }: RevokeWhereOptions,
    ): Promise<{ matched: number; ended: number }> {
      if (!hasConditions(filter))
        throw new TypeError("A filter without a condition would end every session.");
      let matched = 0;
      let ended = 0;
      let cursor: string | null = null;
      do {
        const found: Awaited<ReturnType<typeof page>> = await page({ ...filter, cursor, limit: MAX_PAGE });
        matched += found.sessions.length;
        if (!dryRun) {
          const { sessions } = open(by);
          const were = await Promise.all(found.sessions.map(({ id }) => sessions.destroy(id, "revoked")));
          ended += were.filter(Boolean).length;
        }
        cursor = found.cursor;
      } while (cursor !== null);
      return { matched, ended };
    },
  };
}

async function adminSession(live: LiveSession): Promise<AdminSession> {
  const { user } = live.session;
  return { ...(await listedSession(live)), user: user && { id: user.id, name: user.name } };
}
