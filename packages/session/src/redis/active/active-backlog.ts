import type { SessionId } from "../../session-id.ts";

/** Where a session stands in the index. */
export interface Place {
  readonly id: SessionId;
  /** A hex digit. */
  readonly shard: string;
  /** Three hex digits. */
  readonly bucket: string;
}

/** `ended`: for certain. `absent`: no session was found, which may be about to begin. */
export type RemovalReason = "ended" | "absent";

/** Entries of one shard that are to be removed. */
export interface Removal {
  readonly reason: RemovalReason;
  readonly shard: string;
  readonly places: readonly Place[];
}

/** What waits is sent together: at once where nothing was sent for so long, or where there is so much of it. */
const SEND_EVERY_MS = 1_000;
const MAX_UNSENT = 256;
/** One begin in so many draws entries to look at. */
const TRIM_EVERY = 64;
/** Where more of what was looked at had no session, the next begin looks on. */
const MAX_GONE = 1 / 4;
/** What is more than this is found again by a later look. */
const MAX_WAITING = 1_000;

/**
 * What this process has still to tell the index of active sessions: entries to remove, what began and ended, and entries to look
 * at. It goes with a request that is made anyway; what is lost with the process is found again by another one's look.
 */
export class ActiveBacklog {
  readonly #waiting = { ended: new Map<SessionId, Place>(), absent: new Map<SessionId, Place>() };
  #counts = new Map<string, number>();
  #suspects: readonly Place[] = [];
  #begins = 0;
  #sendAtMs = 0;

  /** @param nowMs a clock that nobody sets */
  constructor(private readonly nowMs = () => performance.now()) {}

  /** Whether what waits is to be sent now. */
  isDue(): boolean {
    const { ended, absent } = this.#waiting;
    const unsent = ended.size + absent.size;
    if (unsent + this.#counts.size === 0) return false;
    const nowMs = this.nowMs();
    if (nowMs < this.#sendAtMs && unsent < MAX_UNSENT) return false;
    this.#sendAtMs = nowMs + SEND_EVERY_MS;
    return true;
  }

  remove(reason: RemovalReason, places: readonly Place[]): void {
    const waiting = this.#waiting[reason];
    for (const place of places) if (waiting.size < MAX_WAITING) waiting.set(place.id, place);
  }

  takeRemovals(): Removal[] {
    const removals = Object.entries(this.#waiting).flatMap(([reason, waiting]) =>
      byShard(reason === "ended" ? "ended" : "absent", [...waiting.values()]),
    );
    this.#waiting.ended.clear();
    this.#waiting.absent.clear();
    return removals;
  }

  count(name: string, times = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + times);
  }

  takeCounts(): ReadonlyMap<string, number> {
    const taken = this.#counts;
    if (taken.size > 0) this.#counts = new Map();
    return taken;
  }

  /** A session begins: whether to draw entries to look at. */
  isTrimDue(): boolean {
    if (++this.#begins < TRIM_EVERY) return false;
    this.#begins = 0;
    return true;
  }

  /** To look at with the next begin. */
  suspect(places: readonly Place[]): void {
    this.#suspects = places;
  }

  takeSuspects(): readonly Place[] {
    const taken = this.#suspects;
    if (taken.length > 0) this.#suspects = [];
    return taken;
  }

  /** Of so many suspects so many had no session. */
  looked(suspects: number, gone: number): void {
    if (gone > suspects * MAX_GONE) this.#begins = TRIM_EVERY;
  }
}

export function byShard(reason: RemovalReason, places: readonly Place[]): Removal[] {
  const shards = new Map<string, Place[]>();
  for (const place of places) {
    const others = shards.get(place.shard);
    if (others) others.push(place);
    else shards.set(place.shard, [place]);
  }
  return Array.from(shards, ([shard, places]) => ({ reason, shard, places }));
}
