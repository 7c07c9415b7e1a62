import type { Session } from "../define-session.ts";
import type { RememberedRequest, RequestDigest } from "../idempotency.ts";
import type { InspectedSession, LiveSession, NoSession } from "../store.ts";
import { isRequestBound } from "./transport/connect.ts";

/** How many processes a session remembers the last write of. */
export const MAX_WRITES = 8;
const TAG_LENGTH = 6;

/** A session with its value, and the writes and requests that it remembers. */
export interface StoredLive<D> extends InspectedSession<D> {
  readonly writes: readonly string[];
  readonly requests: readonly RememberedRequest[];
  /** Read some time ago: a base for a compare-and-set, and never an answer. Its time is an estimate. */
  readonly isRemembered?: true;
}

/** A change of a session, and the request that wants it where that brought an idempotency key. */
export interface SessionChange<D> {
  readonly apply: (session: Session<D>) => Session<D>;
  readonly request?: RequestDigest | undefined;
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

/** One change that waits for its turn, with what it is answered by. */
export interface Waiting<C, R> {
  readonly change: C;
  resolve(result: R): void;
  reject(error: unknown): void;
}

/** Makes the changes of one batch and answers each of them. */
type Work<C, R> = (batch: readonly Waiting<C, R>[]) => Promise<void>;

/**
 * The changes that one process makes, a batch at a time for each key: what arrives while a batch is under way waits and
 * becomes the next one. A hundred clicks on one server are a handful of writes, and only servers contend with each other.
 */
export interface ChangeQueue<C, R> {
  /** The newest arrival's `work` does the batch: it has the most of its deadline left. */
  add(key: string, change: C, work: Work<C, R>): Promise<R>;
}

interface Entry<C, R> extends Waiting<C, R> {
  readonly work: Work<C, R>;
}

export function createChangeQueue<C, R>(): ChangeQueue<C, R> {
  const waiting = new Map<string, Entry<C, R>[]>();

  async function drain(key: string): Promise<void> {
    for (let batch = waiting.get(key); batch?.length; batch = waiting.get(key)) {
      waiting.set(key, []);
      await batch
        .at(-1)
        ?.work(batch)
        .catch((error: unknown) => {
          for (const each of batch) each.reject(error);
        });
    }
    waiting.delete(key);
  }

  return {
    add(key, change, work) {
      return new Promise((resolve, reject) => {
        const entry = { change, work, resolve, reject };
        const others = waiting.get(key);
        if (others) {
          others.push(entry);
          return;
        }
        waiting.set(key, [entry]);
        void drain(key);
      });
    },
  };
}
