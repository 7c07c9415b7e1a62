import type { Session } from "../define-session.ts";
import type { RequestDigest } from "../request-digest.ts";
import type { RememberedRequest } from "../session-requests.ts";
import type { InspectedSession, LiveSession, NoSession } from "../session-store.ts";
import { type ChangeQueue, createChangeQueue } from "./change-queue.ts";
import { isRequestBound } from "./transport/request-bound.ts";

/** How many processes a session remembers the last write of. */
export const MAX_WRITES = 8;
const TAG_LENGTH = 6;

/** A session with its value, and the writes and requests that it remembers. */
export interface StoredLive<D> extends InspectedSession<D> {
  readonly writes: readonly string[];
  readonly requests: readonly RememberedRequest[];
}

/** A change of a session, and the request that wants it where that brought an idempotency key. */
export interface SessionChange<D> {
  readonly apply: (session: Session<D>) => Session<D>;
  readonly request?: RequestDigest | undefined;
  /** The session as its request has read it. */
  readonly seen?: StoredLive<D> | undefined;
}

/** A process as a writer of sessions, or on some hosts a request: it makes one write to a session at a time, and signs each. */
export interface SessionWriter<D> {
  readonly queue: ChangeQueue<SessionChange<D>, LiveSession<D> | NoSession>;
  /**
   * A name for one write: six characters for this process, then eight for the write. A write that is sent twice, because
   * its reply was lost, finds its own name in the session and knows that it is done.
   */
  createToken(): string;
}

export function createSessionWriter<D>(): SessionWriter<D> {
  let tag: string | undefined;
  return {
    queue: createChangeQueue(),
    createToken() {
      // Not when the writer is made: some hosts allow no random numbers before the first request.
      tag ??= randomText(TAG_LENGTH);
      return tag + randomText(8);
    },
  };
}

/**
 * The writer of a request: this process (`shared`), or where requests cannot work for each other, the request itself; changes that
 * were queued together would end at their deadline there.
 */
export function writerOfRequest<D>(shared: SessionWriter<D>): SessionWriter<D> {
  return isRequestBound ? createSessionWriter() : shared;
}

/** The writes to remember together with a new one: the last of each process. */
export function rememberWrite(writes: readonly string[], token: string): string[] {
  const others = writes.filter((each) => !each.startsWith(token.slice(0, TAG_LENGTH)));
  return [token, ...others].slice(0, MAX_WRITES);
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

function randomText(length: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) => ALPHABET[byte % 64]).join("");
}
