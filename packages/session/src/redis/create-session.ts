import { BROWSER_SESSION_SECONDS, type SessionDraft } from "../define-session.ts";
import type { RememberedRequest } from "../idempotency.ts";
import { createSessionId, type SessionId } from "../session-id.ts";
import {
  type CreateOptions,
  ended,
  type LiveSession,
  type NoSession,
  type SessionEvents,
  StoreUnavailable,
} from "../store.ts";
import type { SessionSteps } from "./scripts/commands.ts";
import type { UserSessions } from "./user-index.ts";

/** What a store asks of Redis, over one way there. */
export interface StoreParts<D> {
  readonly steps: SessionSteps<D>;
  readonly userSessions: UserSessions<D>;
}

/** Does its work over a way to Redis of its own, when the request is over; on some hosts never. */
export type Afterwards<D> = (work: (parts: StoreParts<D>) => Promise<void>) => void;

interface Options<D> extends StoreParts<D> {
  readonly lifetimeSeconds: number;
  readonly events?: SessionEvents | undefined;
  readonly afterwards: Afterwards<D>;
}

interface Init<D> extends CreateOptions {
  /** A session whose timeouts go on in this one; without it, both start now. */
  readonly timeoutsOf?: LiveSession<D> | undefined;
  /** To be remembered from the beginning. */
  readonly requests?: readonly RememberedRequest[] | undefined;
}

export interface Created<D> {
  readonly fresh: LiveSession<D> | NoSession;
  /** Its user has more sessions now than there may be. */
  readonly isOver: boolean;
}

export type SessionCreation<D> = ReturnType<typeof sessionCreation<D>>;

/**
 * How a session begins: its entry on the user's list, the session itself, and the caller's check travel in one request.
 *
 * One Redis does them in this order; the nodes of a cluster in any, and any of them may be late, alone, or not be done at all.
 * So nobody gets the new ID before all of them are confirmed, and where they are not, the session is ended again: a tombstone
 * stands in its place before its entry goes, and refuses a command that is still under way. What is left where this server
 * dies in between is a session that nobody knows the ID of; it ends by its idle timeout.
 */
export function sessionCreation<D>(options: Options<D>) {
  const { steps, userSessions, events, afterwards } = options;

  /** One request; two more where the session is refused, and is ended again. */
  async function create(
    draft: SessionDraft<D>,
    { check, version, timeoutsOf, requests }: Init<D> = {},
  ): Promise<Created<D>> {
    const id = createSessionId();
    const { user, remember = true } = draft;
    const longestSeconds = remember ? Number.POSITIVE_INFINITY : BROWSER_SESSION_SECONDS;
    const lifetimeSeconds = Math.min(options.lifetimeSeconds, longestSeconds);
    const lifetimeMs = timeoutsOf ? timeoutsOf.session.expiresAt - timeoutsOf.nowMs : lifetimeSeconds * 1000;
    // In one tick, and so in one request. What else is to be written with a new session goes here.
    const all = [
      user ? userSessions.add(user.id, { id, lifetimeMs, version }) : "listed",
      steps.create({ id, draft, lifetimeSeconds, timeoutsOf, requests }),
      check?.(),
    ] as const;
    await Promise.allSettled(all);
    try {
      const [entry, fresh] = await Promise.all(all);
      if (entry !== "refused" && fresh.state === "live") return { fresh, isOver: entry === "over" };
    } catch (error) {
      await discard(id, user?.id, error);
      throw error;
    }
    await discard(id, user?.id);
    return { fresh: ended, isOver: false };
  }

  /** Ends a session whose ID nobody was given; after an outage, later. Two requests. */
  async function discard(id: SessionId, userId: string | undefined, cause?: unknown): Promise<void> {
    const end = async ({ steps, userSessions }: StoreParts<D>) => {
      await steps.destroy(id, { evenAbsent: true });
      if (userId !== undefined) await userSessions.remove(userId, [id]);
    };
    if (cause instanceof StoreUnavailable) return afterwards(end);
    try {
      await end({ steps, userSessions });
    } catch (error) {
      afterwards(end);
      throw error;
    }
  }

  /** For a session that has come to stay, unless it is itself the first to end of those that are too many. */
  async function settle({ fresh, isOver }: Created<D>): Promise<LiveSession<D> | NoSession> {
    if (fresh.state === "live") await events?.created(fresh);
    if (!isOver || fresh.state !== "live" || !fresh.session.user) return fresh;
    const stays = await userSessions.endOldest(fresh.session.user.id, fresh.id);
    return stays ? fresh : ended;
  }

  return { create, discard, settle };
}
