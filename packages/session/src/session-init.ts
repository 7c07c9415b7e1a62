import {
  RESERVED_NAMES,
  refuseReserved,
  type Session,
  type SessionDefinition,
  type SessionDraft,
  type SessionInit,
  validate,
} from "./define-session.ts";
import type { User } from "./session-head.ts";

/** The session of somebody who has not signed in. @throws TypeError where its data has a reserved name */
export function anonymousDraft<D>(definition: SessionDefinition<D>, init: SessionInit): SessionDraft<D> {
  return draftOf(null, definition.initial(), init);
}

/**
 * The session of a user who signs in, with what the definition carries over from the one before. Of another user's session
 * nothing comes along.
 *
 * @throws TypeError where its data has a reserved name
 */
export function signedInDraft<D>(
  definition: SessionDefinition<D>,
  { user, carried, init }: { user: User; carried: Session<D> | null; init: SessionInit },
): SessionDraft<D> {
  const isAnothers = carried?.user && carried.user.id !== user.id;
  const data = carried && !isAnothers ? dataOf(definition, carried) : null;
  const previous = {
    user: data ? (carried?.user ?? null) : null,
    data: data ? data.value : definition.initial(),
  };
  return draftOf(user, definition.onSignIn(previous, user), init);
}

function draftOf<D>(user: User | null, data: D, init: SessionInit): SessionDraft<D> {
  refuseReserved(data);
  return { user, ...data, ...init };
}

const reserved: ReadonlySet<string> = new Set(RESERVED_NAMES);

/** The app's part of a session. */
function dataOf<D>(definition: SessionDefinition<D>, session: Session<D>): { readonly value: D } | null {
  const entries = Object.entries(session).filter(([name]) => !reserved.has(name));
  return validate(definition, Object.fromEntries(entries));
}
