import { SessionTooLarge } from "../codec.ts";
import type { Session } from "../define-session.ts";
import { freshRequests, type RememberedRequest, rememberRequest, wasMade } from "../idempotency.ts";
import type { SessionId } from "../session-id.ts";
import { ended, type LiveSession, type NoSession, SessionBusy } from "../store.ts";
import type { Saved, SessionSteps } from "./scripts/commands.ts";
import { pause } from "./scripts/run-script.ts";
import type { RedisWithin } from "./transport/deadline.ts";
import type { SessionChange, StoredLive, Waiting } from "./update-queue.ts";
import { logUntidy, type UserSessions } from "./user-index.ts";

/** How often a batch of changes, or a rotation, meets a faster writer before it gives up. */
export const MAX_ATTEMPTS = 32;
/** Who has lost more often comes back sooner, and in the end at once: growing pauses would starve the unlucky. */
const FIRST_PAUSE_MS = 48;
const PAUSE_STEP_MS = 3;

export type WaitingChange<D> = Waiting<SessionChange<D>, LiveSession<D> | NoSession>;

interface Batch<D> {
  readonly redis: RedisWithin;
  readonly steps: SessionSteps<D>;
  readonly userSessions: UserSessions<D>;
  readonly id: SessionId;
  readonly changes: readonly WaitingChange<D>[];
}

/**
 * Makes the changes of a batch in one write: one request on the session as this server has seen it last, two where it has not,
 * and one more for each faster writer. A change that throws is answered so, and the others are made. A request that the session
 * remembers is not made again.
 *
 * @throws SessionBusy, StoreUnavailable for all of them
 */
export async function changeSession<D>(batch: Batch<D>): Promise<void> {
  const { redis, steps, id, changes } = batch;
  let base = steps.recall(id) ?? (await steps.read(id, "peek"));
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    if (base.state !== "live") return resolveAll(changes, base);
    const applied = applyAll(base, changes);
    const saved = await saveIfItFits(batch, base, applied);
    // What was seen before is a base to write on and never an answer: another server may have changed it since.
    if (saved === "no answer") {
      base = await steps.read(id, "peek");
      continue;
    }
    if (saved === "too-large") return changeOneByOne(batch);
    if (saved.done) {
      for (const { waiting, error } of applied.refused) waiting.reject(error);
      return resolveAll([...applied.made, ...applied.repeated], saved.now);
    }
    base = saved.now;
    const pauseMs = FIRST_PAUSE_MS - attempt * PAUSE_STEP_MS;
    if (pauseMs > 0) await pause(redis, pauseMs);
  }
  throw new SessionBusy();
}

async function saveIfItFits<D>(
  batch: Batch<D>,
  base: StoredLive<D>,
  applied: Applied<D>,
): Promise<Saved<D> | "too-large" | "no answer"> {
  const areAllMade = applied.made.length === batch.changes.length;
  if (base.isRemembered && !areAllMade) return "no answer";
  if (applied.made.length === 0) return { done: true, now: base };
  try {
    return await saveListed(batch, base, applied);
  } catch (error) {
    if (error instanceof SessionTooLarge) return base.isRemembered ? "no answer" : "too-large";
    throw error;
  }
}

/** Saves a session; a user's is listed again with it, in the same request, where its list was lost. */
async function saveListed<D>(
  { steps, userSessions, id }: Batch<D>,
  seen: StoredLive<D>,
  { session, requests }: Applied<D>,
): Promise<Saved<D>> {
  const { user } = session;
  if (!user) return steps.save(seen, session, requests);
  // The list first: what ends the session after the write finds it listed, and takes it off.
  const [keeping, saving] = await Promise.allSettled([
    userSessions.keep(user.id, seen),
    steps.save(seen, session, requests),
  ]);
  // One outage is reported once: nothing about the list fails a change, and a change that failed says it all.
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

/** Together they do not fit: each for itself, and the one that does not fit is refused. */
async function changeOneByOne<D>({ changes, ...rest }: Batch<D>): Promise<void> {
  const [only] = changes;
  if (changes.length === 1) return only?.reject(new SessionTooLarge());
  for (const each of changes) await changeSession({ ...rest, changes: [each] }).catch(each.reject);
}

interface Applied<D> {
  readonly session: Session<D>;
  readonly requests: readonly RememberedRequest[];
  readonly made: readonly WaitingChange<D>[];
  /** Made before, by the same request. */
  readonly repeated: readonly WaitingChange<D>[];
  readonly refused: readonly { readonly waiting: WaitingChange<D>; readonly error: unknown }[];
}

function applyAll<D>(seen: StoredLive<D>, changes: readonly WaitingChange<D>[]): Applied<D> {
  let { session } = seen;
  let requests = freshRequests(seen.requests, seen.nowMs);
  const made: WaitingChange<D>[] = [];
  const repeated: WaitingChange<D>[] = [];
  const refused: { waiting: WaitingChange<D>; error: unknown }[] = [];
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

function resolveAll<D>(changes: readonly WaitingChange<D>[], now: LiveSession<D> | NoSession): void {
  for (const waiting of changes) waiting.resolve(now);
}
