import type { Session, User } from "../../../../lib/session-definition.ts";
import { boundedMemory } from "../bounded-memory.ts";
import { type SessionId, sessionHandle } from "../session-id.ts";
import type { LiveSession } from "../session-store.ts";

/** A live session without its ID: what pages get to see, and what travels from the middleware to the render. */
export interface KnownSession {
  readonly handle: string;
  readonly session: Session;
  readonly ttlMs: number;
  readonly nowMs: number;
}

/** Of a session, in whatever it is wrapped: it has a user. */
export type OfUser<T extends { readonly session: Session }> = T & {
  readonly session: { readonly user: User };
};

export function hasUser<T extends { readonly session: Session }>(found: T): found is OfUser<T> {
  return found.session.user !== null;
}

export async function knownSession({ id, session, ttlMs, nowMs }: LiveSession): Promise<KnownSession> {
  return { handle: handles.get(id) ?? (await rememberHandle(id)), session, ttlMs, nowMs };
}

// The same for as long as the session lives, and with 40 to 150 µs the dearest thing about showing it.
const handles = boundedMemory<string>(10_000);

async function rememberHandle(id: SessionId): Promise<string> {
  const handle = await sessionHandle(id);
  handles.set(id, handle);
  return handle;
}
