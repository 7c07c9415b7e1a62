import type { Session } from "../../../../lib/session-definition.ts";
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

export type WaitingChange = Waiting<(session: Session) => Session, LiveSession | NoSession>;

interface Batch {
  readonly redis: RedisWithin;
  readonly steps: SessionSteps;
  readonly id: SessionId;
  readonly changes: readonly WaitingChange[];
}

/**
 * Makes the changes of a batch in one write: two requests, and one more for each faster writer. A change that throws is
 * answered so, and the others are made.
 *
 * @throws SessionBusy, StoreUnavailable for all of them
 */
export async function changeSession({ redis, steps, id, changes }: Batch): Promise<void> {
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

async function saveIfItFits(
  steps: SessionSteps,
  seen: StoredLive,
  session: Session,
): Promise<Saved | "too-large"> {
  try {
    return await steps.save(seen, session);
  } catch (error) {
    if (error instanceof SessionTooLarge) return "too-large";
    throw error;
  }
}

/** Together they do not fit: each for itself, and who does not fit is told. */
async function changeOneByOne({ changes, ...rest }: Batch): Promise<void> {
  const [only] = changes;
  if (changes.length === 1) return only?.reject(new SessionTooLarge());
  for (const each of changes) await changeSession({ ...rest, changes: [each] }).catch(each.reject);
}

interface Applied {
  readonly session: Session;
  readonly made: readonly WaitingChange[];
  readonly refused: readonly { readonly waiting: WaitingChange; readonly error: unknown }[];
}

function applyAll(before: Session, changes: readonly WaitingChange[]): Applied {
  let session = before;
  const made: WaitingChange[] = [];
  const refused: { waiting: WaitingChange; error: unknown }[] = [];
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

function resolveAll(changes: readonly WaitingChange[], now: LiveSession | NoSession): void {
  for (const waiting of changes) waiting.resolve(now);
}
