import { sessionHandle } from "../../session-id.ts";
import { lastSeenMs } from "../../session-snapshot.ts";
import type { LiveSession, SessionStore } from "../../store.ts";
import { type ActiveEntry, type ActiveIndex, BUCKETS, SHARDS } from "./active-index.ts";

/** The most entries of the index that one call reads. */
export const MAX_ENTRIES_READ = 1_000;
/** The most sessions on a page. */
export const MAX_PAGE = 100;
const DEFAULT_PAGE = 50;
/** Sessions that are read at once where a filter may refuse most of them. */
const FILTERED_AT_ONCE = 250;

/** Which sessions are meant: those that meet every condition that is there. */
export interface SessionFilter {
  readonly userId?: string | undefined;
  /** Whether the session has a user. */
  readonly signedIn?: boolean | undefined;
  /** The server that made the last change. */
  readonly server?: string | undefined;
  /** A part of the device's words, in any case: `firefox`. */
  readonly device?: string | undefined;
  /** The session began before, by Redis' time. */
  readonly startedBefore?: Date | undefined;
  /** Nobody has used the session for so many seconds. */
  readonly idleFor?: number | undefined;
}

export interface PageOptions {
  /** Of the page before. What is no cursor begins at the beginning. */
  readonly cursor?: string | null | undefined;
  /** The most sessions on the page: 1 to 100, default 50. */
  readonly limit?: number | undefined;
}

export interface ActivePage<D> {
  /** Newest first within the page; the pages have no order. */
  readonly sessions: readonly LiveSession<D>[];
  /** For the next page; `null` after the last. */
  readonly cursor: string | null;
}

interface Parts<D> {
  readonly active: ActiveIndex;
  readonly sessions: Pick<SessionStore<D>, "peek">;
}

/**
 * Where to read on: at a step of the scan of a shard. One step may hold more than a page. It is then asked for again, and
 * entries up to the handle that was read last are skipped, provided that the step covers the same part of the hash: that it
 * ends where it ended before.
 */
interface Position {
  readonly shard: number;
  /** Where the step begins. */
  readonly from: string;
  readonly read?: { readonly buckets: number; readonly to: string; readonly handle: string } | undefined;
}

/** One entry of a step, and the position after it. */
interface Found {
  readonly entry: ActiveEntry;
  readonly handle: string;
  readonly next: Position | null;
}

/**
 * A page of the sessions that live. A session that lives from the first page to the last is on one of them; on several where the
 * index was resized meanwhile. At most {@link MAX_ENTRIES_READ} sessions are read, so a page may be short, or empty, and have a
 * cursor. Three requests to Redis for a page of 50 without a filter, however many sessions there are.
 *
 * @throws StoreUnavailable
 */
export async function listActive<D>(
  { active, sessions: { peek } }: Parts<D>,
  filter: SessionFilter,
  { cursor, limit = DEFAULT_PAGE }: PageOptions = {},
): Promise<ActivePage<D>> {
  const pageSize = Math.min(MAX_PAGE, Math.max(1, Math.floor(limit) || 1));
  const isFiltered = hasConditions(filter);
  const sizes = await active.sizes();
  const sessions: LiveSession<D>[] = [];
  const gone = { ended: [] as ActiveEntry[], absent: [] as ActiveEntry[] };
  // A step passes an entry twice where the hash is being resized.
  const passed = new Set<string>();
  let waiting: Found[] = [];
  let ahead: Position | null = parseCursor(cursor);
  let position: Position | null = ahead;
  let left = MAX_ENTRIES_READ;

  while (left > 0 && sessions.length < pageSize) {
    const atOnce = Math.min(left, isFiltered ? FILTERED_AT_ONCE : pageSize - sessions.length);
    if (waiting.length === 0) {
      if (!ahead) break;
      const scanned = await scan(active, { sizes, position: ahead, atLeast: atOnce });
      ahead = scanned.next;
      waiting = scanned.found.filter(({ handle }) => !passed.has(handle) && passed.add(handle));
      continue;
    }
    const taken = waiting.slice(0, atOnce);
    const read = await Promise.all(
      taken.map(({ entry }) => (mayMatch(filter, entry) ? peek(entry.id) : null)),
    );
    for (const [at, { entry, next }] of taken.entries()) {
      const session = read[at];
      left--;
      waiting.shift();
      position = next;
      if (session?.state === "ended" || session?.state === "absent") gone[session.state].push(entry);
      if (session?.state === "live" && matches(filter, session)) sessions.push(session);
      if (sessions.length === pageSize) break;
    }
  }

  if (waiting.length === 0) position = ahead;
  await active.drop(gone.ended, gone.absent);
  sessions.sort((one, other) => other.session.createdAt - one.session.createdAt);
  return { sessions, cursor: position && cursorText(position) };
}

/** Without any, every session meets the filter. */
export function hasConditions(filter: SessionFilter): boolean {
  return Object.values(filter).some((condition) => condition !== undefined);
}

/** Whether a session meets all conditions of the filter. */
export function matches(filter: SessionFilter, live: LiveSession): boolean {
  const { user, servedBy, device, createdAt } = live.session;
  const { userId, signedIn, server, startedBefore, idleFor } = filter;
  return (
    (userId === undefined || user?.id === userId) &&
    (signedIn === undefined || (user !== null) === signedIn) &&
    (server === undefined || servedBy === server) &&
    (filter.device === undefined || device.toLowerCase().includes(filter.device.toLowerCase())) &&
    (startedBefore === undefined || createdAt < startedBefore.getTime()) &&
    (idleFor === undefined || live.nowMs - lastSeenMs(live) >= idleFor * 1000)
  );
}

/** Whether the session is worth reading, as far as its entry tells. */
function mayMatch({ signedIn, userId }: SessionFilter, { isSignedIn }: ActiveEntry): boolean {
  return (signedIn === undefined || signedIn === isSignedIn) && (userId === undefined || isSignedIn);
}

interface Scan {
  /** Of each shard. */
  readonly sizes: readonly number[];
  readonly position: Position;
  /** Entries, unless the index has fewer. */
  readonly atLeast: number;
}

/** Reads on from a position: of a small index several shards, in one request. */
async function scan(
  active: ActiveIndex,
  { sizes, position, atLeast }: Scan,
): Promise<{ found: Found[]; next: Position | null }> {
  let end = position.shard;
  for (let size = 0; end < SHARDS.length && (size < atLeast || end === position.shard); end++)
    size += sizes[end] ?? 0;
  const steps = await Promise.all(
    SHARDS.slice(position.shard, end).map((name, at) => {
      const shard = position.shard + at;
      // A large shard has several entries in a bucket.
      const buckets = Math.ceil(atLeast / Math.max(1, (sizes[shard] ?? 0) / BUCKETS));
      return scanStep(active, { name, buckets, position: at === 0 ? position : { shard, from: "0" } });
    }),
  );
  const unfinished = steps.findIndex(({ to }) => to !== "0");
  const read = unfinished < 0 ? steps : steps.slice(0, unfinished + 1);
  return { found: read.flatMap(({ found }) => found), next: read.at(-1)?.next ?? null };
}

async function scanStep(
  active: ActiveIndex,
  { name, position, ...given }: { name: string; position: Position; buckets: number },
): Promise<{ to: string; found: Found[]; next: Position | null }> {
  const { shard, from, read } = position;
  const buckets = read?.buckets ?? given.buckets;
  const { to, entries } = await active.scan(name, from, buckets);
  const next =
    to !== "0" ? { shard, from: to } : shard + 1 < SHARDS.length ? { shard: shard + 1, from: "0" } : null;
  const handled = await Promise.all(
    entries.map(async (entry) => ({ entry, handle: await sessionHandle(entry.id) })),
  );
  handled.sort((one, other) => (one.handle < other.handle ? -1 : 1));
  const unread = read && read.to === to ? handled.filter(({ handle }) => handle > read.handle) : handled;
  const found = unread.map(({ entry, handle }, at) => ({
    entry,
    handle,
    next: at === unread.length - 1 ? next : { shard, from, read: { buckets, to, handle } },
  }));
  return { to, found, next };
}

// 19 digits fit into the 64 bits that Redis reads. SHARD.FROM, or SHARD.FROM.BUCKETS.TO.HANDLE where a step was read in part.
const CURSOR = /^([0-9a-f])\.(\d{1,19})(?:\.(\d{1,4})\.(\d{1,19})\.([0-9a-f]{12}))?$/;

function cursorText({ shard, from, read }: Position): string {
  return [SHARDS[shard], from, ...(read ? [read.buckets, read.to, read.handle] : [])].join(".");
}

function parseCursor(text: string | null | undefined): Position {
  const [, name = "0", from = "0", buckets, to, handle] = CURSOR.exec(text ?? "") ?? [];
  const isWithin = buckets !== undefined && to !== undefined && handle !== undefined;
  const read = isWithin ? { buckets: Math.max(1, Number(buckets)), to, handle } : undefined;
  return { shard: SHARDS.indexOf(name), from, read };
}
