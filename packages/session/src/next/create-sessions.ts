import type { SessionDefinition } from "../define-session.ts";
import { createAdmin } from "./admin.ts";
import { createPages } from "./pages.ts";
import { contextOf, type SetupOptions, setUpSessions } from "./request-context.ts";
import { createRoutes } from "./route.ts";

/**
 * The sessions of an app, in its pages, handlers and actions. Made once, in a module of the app.
 *
 * @example
 * export const { currentSession, requireUser, openSession, get, post, admin } = createSessions(session);
 */
export function createSessions<D>(session: SessionDefinition<D>, options: SetupOptions = {}) {
  const setup = setUpSessions(session, options);
  const open = (headers: Headers) => contextOf(setup, headers);
  const { currentSession, requireUser, openSession } = createPages(open);
  const { get, post } = createRoutes(open);
  return { currentSession, requireUser, openSession, get, post, admin: createAdmin(setup) };
}
