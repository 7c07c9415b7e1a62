import type { Session } from "../../../../lib/session-definition.ts";
import { SessionTooLarge } from "../session-codec.ts";
import type { SessionId } from "../session-id.ts";
import { freshRequests, type RememberedRequest, rememberRequest, wasMade } from "../session-requests.ts";
import { ended, type LiveSession, type NoSession, SessionBusy } from "../session-store.ts";
import type { Waiting } from "./change-queue.ts";
import { pause } from "./evaluate.ts";
import type { Saved, SessionSteps, StoredLive } from "./session-steps.ts";
import type { SessionChange } from "./session-writer.ts";
import type { RedisWithin } from "./transport/client.ts";
import { logUntidy, type UserSessions } from "./user-sessions.ts";

/** How often a batch of changes, or a rotation, meets a faster writer before it gives up. */
export const MAX_ATTEMPTS = 32;
/** Who has lost more often comes back sooner, and in the end at once: growing pauses would starve the unlucky. */
const FIRST_PAUSE_MS = 48;
const PAUSE_STEP_MS = 3;

export type WaitingChange = Waiting<SessionChange, LiveSession | NoSession>;

interface Batch {
  readonly redis: RedisWithin;
  readonly steps: SessionSteps;
  readonly userSessions: UserSessions;
  readonly id: SessionId;
  readonly changes: readonly WaitingChange[];
}

/**
 * Makes the changes of a batch in one write: two requests, and one more for each faster writer. A change that throws is
 * answered so, and the others are made. A request that the session remembers is not made again.
 *
 * @throws SessionBusy, StoreUnavailable for all of them
 */
export async function changeSession(batch: Batch): Promise<void> {
  const { redis, steps, id, changes } = batch;
  let seen = await steps.read(id, "peek");
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    if (seen.state !== "live") return resolveAll(changes, seen);
    const applied = applyAll(seen, changes);
    const saved =
      applied.made.length > 0
        ? await saveIfItFits(batch, seen, applied)
        : ({ done: true, now: seen } as const);
    if (saved === "too-large") return changeOneByOne(batch);
    if (saved.done) {
      for (const { waiting, error } of applied.refused) waiting.reject(error);
      return resolveAll([...applied.made, ...applied.repeated], saved.now);
    }
    seen = saved.now;
    const pauseMs = FIRST_PAUSE_MS - attempt * PAUSE_STEP_MS;
    if (pauseMs > 0) await pause(redis, pauseMs);
  }
  throw new SessionBusy();
}

async function saveIfItFits(batch: Batch, seen: StoredLive, applied: Applied): Promise<Saved | "too-large"> {
  try {
    return await saveListed(batch, seen, applied);
  } catch (error) {
    if (error instanceof SessionTooLarge) return "too-large";
    throw error;
  }
}

/** Saves a session; a user's is listed again with it, in the same request, where its list was lost. */
async function saveListed(
  { steps, userSessions, id }: Batch,
  seen: StoredLive,
  { session, requests }: Applied,
): Promise<Saved> {
  const { user } = session;
  if (!user) return steps.save(seen, session, requests);
  // The list first: what ends the session after the write finds it listed, and takes it off.
  const [keeping, saving] = await Promise.allSettled([
    userSessions.keep(user.id, seen),
    steps.save(seen, session, requests),
  ]);
  // One outage is told once: nothing about the list fails a change, and a change that failed says it all.
  if (saving.status === "rejected") throw saving.reason;
  if (keeping.status === "rejected") logUntidy(keeping.reason);
  const saved = saving.value;
  const listed = keeping.status === "fulfilled" ? keeping.value : "listed";
  if (listed === "added" && saved.now.state !== "live") await userSessions.remove(user.id, [id]);
  if (listed !== "closed" || !saved.done || saved.now.state !== "live") return saved;
  // All sessions of this user were ended for good, and this one was not on the list any more.
  await userSessions.end(user.id, [id], "revoked");
  return { done: true, now: ended };
}

/** Together they do not fit: each for itself, and who does not fit is told. */
async function changeOneByOne({ changes, ...rest }: Batch): Promise<void> {
  const [only] = changes;
  if (changes.length === 1) return only?.reject(new SessionTooLarge());
  for (const each of changes) await changeSession({ ...rest, changes: [each] }).catch(each.reject);
}

interface Applied {
  readonly session: Session;
  readonly requests: readonly RememberedRequest[];
  readonly made: readonly WaitingChange[];
  /** Made before, by the same request. */
  readonly repeated: readonly WaitingChange[];
  readonly refused: readonly { readonly waiting: WaitingChange; readonly error: unknown }[];
}

function applyAll(seen: StoredLive, changes: readonly WaitingChange[]): Applied {
  let { session } = seen;
  let requests = freshRequests(seen.requests, seen.nowMs);
  const made: WaitingChange[] = [];
  const repeated: WaitingChange[] = [];
  const refused: { waiting: WaitingChange; error: unknown }[] = [];
  for (const waiting of changes) {
    const { apply, request } = waiting.change;
    try {
      if (wasMade(requests, request)) {
        repeated.push(waiting);
        continue;
      }
      session = apply(session);
      if (request) requests = rememberRequest(requests, request, seen.nowMs);
      made.push(waiting);
    } catch (error) {
      refused.push({ waiting, error });
    }
  }
  return { session, requests, made, repeated, refused };
}

function resolveAll(changes: readonly WaitingChange[], now: LiveSession | NoSession): void {
  for (const waiting of changes) waiting.resolve(now);
}
