import type { SessionDefinition } from "../define-session.ts";
import { readEnv } from "../env.ts";
import { type ServerInstance, server } from "../process-state.ts";
import { createAdmin } from "./admin.ts";
import { type Site, siteOf } from "./http/origin.ts";
import { setUpSessions } from "./open-store.ts";
import { createPages } from "./pages.ts";
import { contextOf, type SetupOptions } from "./request-context.ts";
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
