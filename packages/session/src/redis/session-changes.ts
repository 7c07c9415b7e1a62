import type { Session } from "../define-session.ts";
import { SessionTooLarge } from "../session-codec.ts";
import type { SessionId } from "../session-id.ts";
import { type LiveSession, type NoSession, SessionBusy } from "../session-store.ts";
import type { Waiting } from "./change-queue.ts";
import { pause } from "./evaluate.ts";
import type { Saved, SessionSteps, StoredLive } from "./session-steps.ts";
import type { RedisWithin } from "./transport/client.ts";

/** How often a batch of changes, or a rotation, meets a faster writer before it gives up. */
export const MAX_ATTEMPTS = 32;
/** Who has lost more often comes back sooner, and in the end at once: growing pauses would starve the unlucky. */
const FIRST_PAUSE_MS = 48;
const PAUSE_STEP_MS = 3;

export type WaitingChange<D> = Waiting<(session: Session<D>) => Session<D>, LiveSession<D> | NoSession>;

interface Batch<D> {
  readonly redis: RedisWithin;
  readonly steps: SessionSteps<D>;
  readonly id: SessionId;
  readonly changes: readonly WaitingChange<D>[];
}

/**
 * Makes the changes of a batch in one write: two requests, and one more for each faster writer. A change that throws is
 * answered so, and the others are made.
 *
 * @throws SessionBusy, StoreUnavailable for all of them
 */
export async function changeSession<D>({ redis, steps, id, changes }: Batch<D>): Promise<void> {
  let seen = await steps.read(id, "peek");
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    if (seen.state !== "live") return resolveAll(changes, seen);
    const { session, made, refused } = applyAll(seen.session, changes);
    const saved =
      made.length > 0 ? await saveIfItFits(steps, seen, session) : ({ done: true, now: seen } as const);
    if (saved === "too-large") return changeOneByOne({ redis, steps, id, changes });
    if (saved.done) {
      for (const { waiting, error } of refused) waiting.reject(error);
      return resolveAll(made, saved.now);
    }
    seen = saved.now;
    const pauseMs = FIRST_PAUSE_MS - attempt * PAUSE_STEP_MS;
    if (pauseMs > 0) await pause(redis, pauseMs);
  }
  throw new SessionBusy();
}

async function saveIfItFits<D>(
  steps: SessionSteps<D>,
  seen: StoredLive<D>,
  session: Session<D>,
): Promise<Saved<D> | "too-large"> {
  try {
    return await steps.save(seen, session);
  } catch (error) {
    if (error instanceof SessionTooLarge) return "too-large";
    throw error;
  }
}

/** Together they do not fit: each for itself, and who does not fit is told. */
async function changeOneByOne<D>({ changes, ...rest }: Batch<D>): Promise<void> {
  const [only] = changes;
  if (changes.length === 1) return only?.reject(new SessionTooLarge());
  for (const each of changes) await changeSession({ ...rest, changes: [each] }).catch(each.reject);
}

interface Applied<D> {
  readonly session: Session<D>;
  readonly made: readonly WaitingChange<D>[];
  readonly refused: readonly { readonly waiting: WaitingChange<D>; readonly error: unknown }[];
}

function applyAll<D>(before: Session<D>, changes: readonly WaitingChange<D>[]): Applied<D> {
  let session = before;
  const made: WaitingChange<D>[] = [];
  const refused: { waiting: WaitingChange<D>; error: unknown }[] = [];
  for (const waiting of changes) {
    try {
      session = waiting.change(session);
      made.push(waiting);
    } catch (error) {
      refused.push({ waiting, error });
    }
  }
  return { session, made, refused };
}

function resolveAll<D>(changes: readonly WaitingChange<D>[], now: LiveSession<D> | NoSession): void {
  for (const waiting of changes) waiting.resolve(now);
}
