import { Audit } from "../audit/audit.ts";
import type { SessionDefinition } from "../define-session.ts";
import { readEnv } from "../env.ts";
import { type ServerInstance, server } from "../process-state.ts";
import { sessionHandle } from "../session-id.ts";
import { type ListedSession, listedSession } from "../session-snapshot.ts";
import type { HandlerContext } from "./handler-context.ts";
import { type Site, siteOf } from "./http/origin.ts";
import { setUpSessions } from "./open-store.ts";
import { createPages } from "./pages.ts";
import { contextOf, type SessionSetup, type SetupOptions } from "./request-context.ts";
import { createRoutes, type Routes } from "./route.ts";

/** What an app does with its sessions, by those who do it. */
export interface Sessions<D> extends ReturnType<typeof createPages<D>>, Routes<D> {
  /** Outside of any request, for back offices and jobs. */
  readonly admin: ReturnType<typeof createAdmin<D>>;
  /** The server that answers. */
  readonly server: ServerInstance;
  /** The site as the client of a request knows it. No request to Redis. */
  siteOf(headers: Headers): Site;
}

/**
 * The sessions of an app, in its pages, handlers and actions. Made once, in a module of the app.
 *
 * @example
 * export const { currentSession, requireUser, openSession, get, post, admin } = createSessions(session);
 */
export function createSessions<D>(session: SessionDefinition<D>, options: SetupOptions = {}): Sessions<D> {
  const setup = setUpSessions(session, options);
  const open = (headers: Headers) => contextOf(setup, headers);
  const { currentSession, requireUser, openSession } = createPages(open);
  const { get, post, callback } = createRoutes(open);
  return {
    currentSession,
    requireUser,
    openSession,
    get,
    post,
    callback,
    admin: createAdmin(setup),
    server,
    siteOf: (headers) => siteOf(headers, readEnv()),
  };
}

/** Who does it, for the audit log: a name or an ID of the app's. */
export interface AdminOptions {
  readonly by: string;
}

/** Sessions from outside any request: for back offices and jobs. Each call has a deadline of its own. */
export function createAdmin<D>(setup: SessionSetup<D>) {
  const open = (by?: string) => {
    const env = readEnv();
    const audit = new Audit(new Headers(), env, { by, events: setup.events });
    return { ...setup.open({ env, audit }), audit };
  };
  return {
    /** What a handler's context has to ask Redis with, for data of the app's own: one deadline for all of it. */
    open({ by }: AdminOptions): Pick<HandlerContext<D>, "redis" | "keys" | "sessions" | "audit"> {
      return open(by);
    },

    /** The live sessions of a user, newest first. Two requests to Redis. @throws StoreUnavailable */
    async list({ userId }: { readonly userId: string }): Promise<ListedSession[]> {
      return Promise.all((await open().sessions.list(userId)).map(listedSession));
    },

    /**
     * Ends one session of a user.
     *
     * @returns whether this call ended it; `false` for a handle that is none of theirs.
     * @throws StoreUnavailable
     */
    async revoke(
      { userId, handle }: { readonly userId: string; readonly handle: string },
      { by }: AdminOptions,
    ): Promise<boolean> {
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
  };
}
