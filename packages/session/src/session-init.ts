import type { Session, SessionDefinition, SessionDraft, SessionInit } from "./define-session.ts";
import type { User } from "./session-head.ts";

/** The session of somebody who has not signed in. @throws TypeError where its data has a reserved name */
export function anonymousDraft<D>(definition: SessionDefinition<D>, init: SessionInit): SessionDraft<D> {
  return { user: null, data: definition.initial(), ...init };
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
  const previous =
    carried && !isAnothers
      ? { user: carried.user, data: carried.data }
      : { user: null, data: definition.initial() };
  return { user, data: definition.onSignIn(previous, user), ...init };
}
