import type { Session, SessionDraft } from "../define-session.ts";
import { type RequestDigest, rememberRequest } from "../idempotency.ts";
import type { SessionId } from "../session-id.ts";
import {
  ended,
  type LiveSession,
  type NoSession,
  type RotateOptions,
  SessionBusy,
  type SessionEvents,
  StoreUnavailable,
} from "../store.ts";
import { settleRotation } from "./clean-up.ts";
import type { Afterwards, SessionCreation, StoreParts } from "./create-session.ts";
import { type Ended, hasRunOut } from "./scripts/commands.ts";
import { MAX_ATTEMPTS } from "./update.ts";
import { logUntidy } from "./user-index.ts";

interface Options<D> extends StoreParts<D> {
  readonly creation: SessionCreation<D>;
  readonly events?: SessionEvents | undefined;
  readonly afterwards: Afterwards<D>;
}

/**
 * How a session gets a new ID: the new one is written, then the old one is claimed. What may refuse is asked before the claim,
 * and what loses leaves one of the two alive.
 */
export function sessionRotation<D>({ steps, userSessions, creation, events, afterwards }: Options<D>) {
  async function rotate(
    old: LiveSession<D>,
    draft: (old: Session<D>) => SessionDraft<D>,
    options: RotateOptions = {},
  ): Promise<LiveSession<D> | NoSession> {
    const { keepTimeouts = false, why = "rotated", version, request, begunBy } = options;
    const { beforeClaim, voidsOlder = false, endsOthers = false } = options;
    let seen = old;
    let isPrepared = false;
    let others: readonly SessionId[] = [];
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const again: (LiveSession<D> | NoSession)[] = [];
      const checkAndRead = async () => {
        const [found] = await Promise.all([steps.read(old.id, "peek"), options.check?.()]);
        again.push(found);
      };
      const begun = await creation.create(draft(seen.session), {
        check: beforeClaim && !isPrepared ? checkAndRead : options.check,
        version,
        timeoutsOf: keepTimeouts ? seen : undefined,
        requests: begunBy && rememberRequest([], begunBy, seen.nowMs),
      });
      const { fresh } = begun;
      if (fresh.state !== "live") return fresh;
      const now = again[0] ?? seen;
      if (now.state !== "live") {
        await creation.discard(fresh.id, fresh.session.user?.id);
        return now.state === "ended" ? now : ended;
      }
      if (!isPrepared) {
        try {
          await beforeClaim?.();
          if (endsOthers) others = await entombOthers(seen, fresh, options);
        } catch (error) {
          await creation.discard(fresh.id, fresh.session.user?.id, error);
          throw error;
        }
      }
      // At another revision the claim meets a conflict: whoever changes the session without a pause does not keep its owner
      // from what the rotation is for.
      const [claimed] = await Promise.all([
        claim(seen, fresh, request),
        unlist(seen.session, isPrepared ? [] : others),
        voidsOlder && !endsOthers && !isPrepared ? voidOlder(seen, version) : null,
      ]);
      isPrepared = true;
      const hasExpired = claimed.outcome === "absent" && hasRunOut(seen, claimed.nowMs);
      if (claimed.outcome === "ended-now" || hasExpired) {
        if (!hasExpired) await events?.destroyed(old.id, why, seen.session.user?.id ?? null);
        await unlist(seen.session, [old.id]);
        // Only now: until the claim nobody knows which of the two stays, and the old one may be the oldest.
        return creation.settle(begun);
      }
      await creation.discard(fresh.id, fresh.session.user?.id);
      const left = claimed.outcome === "absent" ? ended : claimed.now;
      if (left.state !== "live") return left;
      seen = left;
    }
    throw new SessionBusy();
  }

  /** Puts `fresh` in the place of the session that was seen, if nobody has changed that since. */
  async function claim(
    { id, session: { revision } }: LiveSession<D>,
    fresh: LiveSession<D>,
    request: RequestDigest | undefined,
  ): Promise<Ended<D>> {
    try {
      return await steps.destroy(id, { revision, successor: fresh.id, request });
    } catch (error) {
      if (error instanceof StoreUnavailable)
        afterwards((parts) => settleRotation(parts, { oldId: id, revision, fresh }));
      throw error;
    }
  }

  /** Ends all sessions of the user but these two; they are still to be taken off the list. */
  async function entombOthers(
    old: LiveSession<D>,
    fresh: LiveSession<D>,
    { version, why = "rotated" }: RotateOptions,
  ): Promise<readonly SessionId[]> {
    const { user } = old.session;
    if (!user) return [];
    const listed = await userSessions.close(user.id, version);
    const others = listed.filter((id) => id !== old.id && id !== fresh.id);
    if (others.length > 0) await userSessions.entomb(user.id, others, { why });
    return others;
  }

  /** Where the list cannot be closed, the check of each sign-in refuses what is void. */
  async function voidOlder({ session }: LiveSession<D>, version: number | undefined): Promise<void> {
    try {
      if (session.user) await userSessions.close(session.user.id, version);
    } catch (error) {
      logUntidy(error);
    }
  }

  async function unlist({ user }: Session<D>, ids: readonly SessionId[]): Promise<void> {
    if (user) await userSessions.remove(user.id, ids);
  }

  return rotate;
}
