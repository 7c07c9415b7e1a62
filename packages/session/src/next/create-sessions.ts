import type { SessionDefinition } from "../define-session.ts";
import { createAdmin } from "./admin.ts";
import { createPages } from "./pages.ts";
import { contextOf, type SetupOptions, setUpSessions } from "./request-context.ts";
import { createRoutes, type Routes } from "./route.ts";

/** What an app does with its sessions, by those who do it. */
export interface Sessions<D> extends ReturnType<typeof createPages<D>>, Routes<D> {
  /** Outside of any request, for back offices and jobs. */
  readonly admin: ReturnType<typeof createAdmin>;
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
  const { get, post } = createRoutes(open);
  return { currentSession, requireUser, openSession, get, post, admin: createAdmin(setup) };
}
