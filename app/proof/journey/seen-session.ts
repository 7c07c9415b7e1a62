import { numberAt, textAt, valueAt } from "../../_session/store/json-field";

/** What this page needs to know of a session. */
export interface SeenSession {
  readonly handle: string;
  /** The user's name, `null` for an anonymous visitor. */
  readonly user: string | null;
  readonly items: number;
  readonly totalCents: number;
  /** Views counted, `[server, count]`. */
  readonly views: readonly (readonly [server: string, count: number])[];
  readonly ttlSeconds: number;
  readonly revision: number;
}

/** The session in an answer such as that of `GET /api/session`, `null` without one. */
export function readSeenSession(body: unknown): SeenSession | null {
  const session = valueAt(body, "session");
  const handle = textAt(session, "handle");
  if (handle === null) return null;
  const views = valueAt(session, "views");
  return {
    handle,
    user: textAt(session, "user", "name"),
    items: numberAt(session, "cart", "quantity") ?? 0,
    totalCents: numberAt(session, "cart", "totalCents") ?? 0,
    views: Object.entries(typeof views === "object" && views !== null ? views : {})
      .filter((each): each is [string, number] => typeof each[1] === "number")
      .sort(([one], [other]) => one.localeCompare(other)),
    ttlSeconds: numberAt(session, "ttlSeconds") ?? 0,
    revision: numberAt(session, "revision") ?? 0,
  };
}

/** All views, of whichever server. */
export function viewsOf({ views }: SeenSession): number {
  return views.reduce((sum, [, count]) => sum + count, 0);
}
