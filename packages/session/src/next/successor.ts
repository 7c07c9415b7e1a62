import { isRepetition } from "../request-digest.ts";
import type { EndedSession, LiveSession } from "../store.ts";
import type { SessionContext } from "./request-context.ts";

interface Claimant {
  /** The user who has just proved to be it; whoever proved nothing has the idempotency key alone. */
  readonly provedUserId?: string | undefined;
  /** As in a sign-in. */
  readonly check?: (() => Promise<void>) | undefined;
}

/**
 * The session that took the place of an ended one, for whoever may have it: who sends the very request again that put it
 * there, and its user with the right password. Anybody else gets `null`, so that an old or planted cookie leads nowhere. One
 * step, no chain. At most one request to Redis.
 *
 * @throws IdempotencyKeyReused, and what the check throws
 */
export async function successorOf<D>(
  context: Pick<SessionContext<D>, "sessions" | "request">,
  { successor, request }: EndedSession,
  { provedUserId, check }: Claimant = {},
): Promise<LiveSession<D> | null> {
  const isSent = isRepetition(request, context.request);
  if (!successor || !(isSent || provedUserId !== undefined)) return null;
  // The check comes with it: the place may have been taken by whoever has changed the password meanwhile.
  const [found] = await Promise.all([context.sessions.get(successor), check?.()]);
  if (found.state !== "live") return null;
  return isSent || found.session.user?.id === provedUserId ? found : null;
}
