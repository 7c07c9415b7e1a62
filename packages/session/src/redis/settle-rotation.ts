import type { SessionId } from "../session-id.ts";
import type { LiveSession } from "../store.ts";
import type { SessionSteps } from "./commands.ts";
import type { UserSessions } from "./user-index.ts";

interface Parts<D> {
  readonly steps: SessionSteps<D>;
  readonly userSessions: UserSessions<D>;
}

interface Claim<D> {
  readonly oldId: SessionId;
  /** The revision at which the old session was to be claimed. */
  readonly revision: number;
  /** The session that was to take its place. */
  readonly fresh: LiveSession<D>;
}

/**
 * After a claim whose outcome nobody knows: leaves one of the two sessions alive. Where the old one lives, its revision
 * moves on, so that a claim that is still under way comes too late, and the new one ends. Where the old one was claimed for
 * the new one, that stays.
 *
 * @throws StoreUnavailable: nobody knows yet; to be asked again
 */
export async function settleRotation<D>(
  { steps, userSessions }: Parts<D>,
  { oldId, revision, fresh }: Claim<D>,
): Promise<void> {
  const found = await steps.read(oldId, "peek");
  // Saved or overtaken by another change: either way it is at another revision now, or gone.
  const isAtRevision = found.state === "live" && found.session.revision === revision;
  const old = isAtRevision ? (await steps.save(found, found.session)).now : found;
  if (old.state === "ended" && old.successor === fresh.id) return;
  await steps.destroy(fresh.id, { evenAbsent: true });
  if (fresh.session.user) await userSessions.remove(fresh.session.user.id, [fresh.id]);
}
