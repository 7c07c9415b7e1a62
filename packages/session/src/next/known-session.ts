import { boundedMemory } from "../bounded-memory.ts";
import type { Session } from "../define-session.ts";
import type { SessionFrame, User } from "../session-head.ts";
import { type SessionId, sessionHandle } from "../session-id.ts";
import type { LiveSession } from "../session-store.ts";

/** A live session without its ID: what pages get to see, and what travels from the middleware to the render. */
export interface KnownSession<D = unknown> {
  readonly handle: string;
  readonly session: Session<D>;
  readonly ttlMs: number;
  readonly nowMs: number;
}

/** Of a session, in whatever it is wrapped: it has a user. */
export type OfUser<T extends { readonly session: SessionFrame }> = T & {
  readonly session: { readonly user: User };
};

export function hasUser<T extends { readonly session: SessionFrame }>(found: T): found is OfUser<T> {
  return found.session.user !== null;
}

export async function knownSession<D>({
  id,
  session,
  ttlMs,
  nowMs,
}: LiveSession<D>): Promise<KnownSession<D>> {
  return { handle: handles.get(id) ?? (await rememberHandle(id)), session, ttlMs, nowMs };
}

// The same for as long as the session lives, and with 40 to 150 µs the dearest thing about showing it.
const handles = boundedMemory<string>(10_000);

async function rememberHandle(id: SessionId): Promise<string> {
  const handle = await sessionHandle(id);
  handles.set(id, handle);
  return handle;
}
