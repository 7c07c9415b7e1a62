import { z } from "zod/mini";
import { logEvent } from "../../log.ts";
import { parseSessionId, type SessionId, sessionHandle } from "../../session-id.ts";
import { StoreUnavailable } from "../../store.ts";
import type { RedisKeys } from "../keys.ts";
import { evaluate, parseReply, type Step } from "../scripts/run-script.ts";
import type { RedisClient } from "../transport/connect.ts";
import type { RedisWithin } from "../transport/deadline.ts";
import { type ActiveBacklog, byShard, type Place, type Removal } from "./active-backlog.ts";
import {
  activeAddScript,
  activeRemoveScript,
  activityAddScript,
  activityReadScript,
  ENTRY_LENGTH,
  FIRST_USER_TAG,
} from "./active-scripts.ts";

/** The first digit of a handle names its shard, the next three its bucket. */
export const SHARDS = Array.from("0123456789abcdef");
export const BUCKETS = 4096;

/** So many entries are looked at at once. */
const TRIM_ENTRIES = 16;
/** A count looks at so many entries of each shard. */
const COUNT_ENTRIES = 16;

/** An entry as it was read. */
export interface ActiveEntry extends Place {
  readonly isSignedIn: boolean;
}

/** A number of sessions that live. */
export interface ActiveCount {
  /** Of users. */
  readonly signedIn: number;
  /** Without a user. */
  readonly visitors: number;
  readonly total: number;
  /**
   * Not each session was looked at, but up to 256 of them: the numbers are those of the index's entries times the share of what
   * lives among them. With nine in ten alive, within 4 % in 19 of 20 counts.
   */
  readonly isEstimate: boolean;
}

/** What one server, or all of them, did in the last hour. */
export interface Activity {
  readonly begun: number;
  /** By reason: the package's own (`log-out`, `rotated`, `revoked`, `too-many`), `expired`, and the app's. */
  readonly ended: Readonly<Record<string, number>>;
}

/** Of all servers, and by server. */
export interface LastHour extends Activity {
  readonly byServer: Readonly<Record<string, Activity>>;
}

interface Options {
  readonly redis: RedisWithin;
  readonly keys: RedisKeys;
  readonly backlog: ActiveBacklog;
  /** The name of this server. */
  readonly server: string;
}

const number = z.number();
const okay = z.literal("OK");
const texts = z.array(z.string());
const size = z.pipe(z.nullable(z.string()), z.transform(Number));
const sizes = z.tuple([size, size]);
const scanned = z.tuple([z.string(), texts]);
const activity = z.tuple([texts, number]);

/**
 * The index of active sessions: every session that lives has an entry in one of 16 hashes (`active-scripts.ts`), which live as
 * long as the longest session in them may. The entry is written in the request that begins the session, again with each
 * change, and removed after the session has ended for certain: it may outlive its session, and never the reverse. What ended
 * by time is found by looking at a few entries at random, in requests that begin sessions anyway.
 *
 * One is made for each HTTP request, mostly for nothing: a class, whose methods are not made anew.
 */
export class ActiveIndex {
  constructor(private readonly options: Options) {}

  /**
   * Enters a session that is about to begin. To be asked in the tick of the begin, so that both travel in one request.
   *
   * @param lifetimeMs from now to the absolute end
   * @throws StoreUnavailable: the session may have no entry, and is not to begin
   */
  async begin(id: SessionId, isSignedIn: boolean, lifetimeMs: number): Promise<void> {
    const { backlog, server } = this.options;
    backlog.count(`begun ${server}`);
    const adding = this.keep(id, isSignedIn, lifetimeMs);
    this.tidy();
    this.#trim();
    await adding;
  }

  /** Enters a session that lives, if it is missing. To be asked in the tick of a change. @throws StoreUnavailable */
  async keep(id: SessionId, isSignedIn: boolean, lifetimeMs: number): Promise<void> {
    const at = placeOf(id);
    const { shard, bucket } = at instanceof Promise ? await at : at;
    const args = [bucket, id, isSignedIn ? "users" : "visitors", String(Math.ceil(lifetimeMs))];
    await this.#evaluate(shard, { operation: "index session", script: activeAddScript, args });
  }

  /** For a session that has ended for certain, and no other: its entry is removed with a later request. */
  async forget(id: SessionId): Promise<void> {
    const place = placeOf(id);
    this.options.backlog.remove("ended", [place instanceof Promise ? await place : place]);
  }

  /** For the numbers of the last hour; nothing is asked now. */
  countEnded(why: string): void {
    const { backlog, server } = this.options;
    backlog.count(`ended ${server} ${why}`);
  }

  /** Sends what waits, if it is time, together with whatever else is asked in this tick. Nobody waits for it. */
  tidy(): void {
    if (this.options.backlog.isDue()) this.#send();
  }

  /** Removes entries without a session at once. One request. @throws StoreUnavailable */
  async drop(ended: readonly Place[], absent: readonly Place[]): Promise<void> {
    const removals = [...byShard("ended", ended), ...byShard("absent", absent)];
    await Promise.all(removals.map((removal) => this.#remove(removal)));
  }

  /** How many sessions live. Six requests to Redis, however many there are. @throws StoreUnavailable */
  async count(): Promise<ActiveCount> {
    this.#send();
    const sizes = await Promise.all(SHARDS.map((shard) => this.#sizeOf(shard)));
    const draws = sizes.map(({ shard, users, visitors }) =>
      this.#draw(shard, COUNT_ENTRIES, users + visitors),
    );
    const entries = (await Promise.all(draws)).flat();
    const live = await this.#look(entries);
    this.#send();
    const users = sum(sizes.map((size) => size.users));
    const visitors = sum(sizes.map((size) => size.visitors));
    const isEstimate = entries.length < users + visitors;
    const estimate = (isSignedIn: boolean, indexed: number) => {
      const ofKind = (all: readonly ActiveEntry[]) =>
        all.filter((each) => each.isSignedIn === isSignedIn).length;
      if (!isEstimate) return ofKind(live);
      return Math.round(ofKind(entries) === 0 ? indexed : (indexed * ofKind(live)) / ofKind(entries));
    };
    const numbers = { signedIn: estimate(true, users), visitors: estimate(false, visitors) };
    return { ...numbers, total: numbers.signedIn + numbers.visitors, isEstimate };
  }

  /** What began and ended in the last 60 minutes. One request. @throws StoreUnavailable */
  async lastHour(): Promise<LastHour> {
    this.#send();
    const { redis, keys } = this.options;
    const reading = { operation: "read activity", script: activityReadScript, key: keys.activity() };
    const { reply } = await evaluate(redis, { ...reading, args: [], reply: activity });
    return activityOf(...reply);
  }

  /** How many entries each shard has, in the order of {@link SHARDS}. One request. @throws StoreUnavailable */
  async sizes(): Promise<number[]> {
    const sizes = await Promise.all(SHARDS.map((shard) => this.#sizeOf(shard)));
    return sizes.map(({ users, visitors }) => users + visitors);
  }

  /**
   * Some of the entries of a shard, in no order, and where to go on: `0` at the end. What has an entry from the first step to
   * the last is passed once or more often (https://redis.io/docs/latest/commands/scan/). One request.
   *
   * @param from `0`: from the beginning
   * @param buckets about how many to read
   * @throws StoreUnavailable
   */
  async scan(shard: string, from: string, buckets: number): Promise<{ to: string; entries: ActiveEntry[] }> {
    const key = this.options.keys.activeSessions(shard);
    const [to, flat] = await this.#run("scan sessions", scanned, (client) =>
      client.hscan(key, from, { count: buckets }),
    );
    return { to, entries: entriesOf(shard, flat) };
  }

  /** The session with this handle. One request. `null` where it has no entry. @throws StoreUnavailable */
  async find(handle: string): Promise<SessionId | null> {
    if (!/^[0-9a-f]{12}$/.test(handle)) return null;
    const { shard, bucket } = placeAt(handle);
    const key = this.options.keys.activeSessions(shard);
    const found = await this.#run("find session", z.nullable(z.string()), (client) =>
      client.hget(key, bucket),
    );
    for (const { id } of entriesOf(shard, [bucket, found ?? ""]))
      if ((await sessionHandle(id)) === handle) return id;
    return null;
  }

  #send(): void {
    const { redis, keys, backlog } = this.options;
    for (const removal of backlog.takeRemovals())
      void this.#remove(removal).catch(unlessOutage(() => backlog.remove(removal.reason, removal.places)));
    const counts = backlog.takeCounts();
    if (counts.size === 0) return;
    const args = Array.from(counts, ([name, times]) => [name, String(times)]).flat();
    const adding = { operation: "count activity", script: activityAddScript, key: keys.activity(), args };
    void evaluate(redis, { ...adding, reply: okay }).catch(
      unlessOutage(() => {
        for (const [name, times] of counts) backlog.count(name, times);
      }),
    );
  }

  async #remove({ reason, shard, places }: Removal): Promise<void> {
    const args = [reason, ...places.flatMap(({ bucket, id }) => [bucket, id])];
    const removing = { operation: "unindex sessions", script: activeRemoveScript, args };
    const removed = await this.#evaluate(shard, removing);
    const { backlog, server } = this.options;
    if (reason === "absent" && removed > 0) backlog.count(`ended ${server} expired`, removed);
  }

  /** Looks for entries without a session, a step with each begin: a few are drawn, then looked at, then removed. */
  #trim(): void {
    const { backlog } = this.options;
    const suspects = backlog.takeSuspects();
    if (suspects.length > 0) {
      void this.#look(suspects).then(
        (live) => backlog.looked(suspects.length, suspects.length - live.length),
        unlessOutage(() => {}),
      );
    } else if (backlog.isTrimDue()) {
      const shard = SHARDS[Math.floor(Math.random() * SHARDS.length)] ?? "0";
      void this.#draw(shard, TRIM_ENTRIES).then(
        (drawn) => backlog.suspect(drawn),
        unlessOutage(() => {}),
      );
    }
  }

  /**
   * So many entries of a shard at random; all of them, where there are no more.
   *
   * @param size of the shard, as far as it is known: a large one has several entries in a bucket, and fewer of those are read
   */
  async #draw(shard: string, atMost: number, size = 0): Promise<ActiveEntry[]> {
    const key = this.options.keys.activeSessions(shard);
    // Two more: they may be the fields with the numbers of entries.
    const buckets = Math.ceil(atMost / Math.max(1, size / BUCKETS)) + 2;
    const drawn = await this.#run("draw sessions", texts, (client) => client.hrandfield(key, buckets, true));
    return entriesOf(shard, drawn).slice(0, atMost);
  }

  /** Which of these have a session; the others wait to be removed. */
  async #look<E extends Place>(places: readonly E[]): Promise<E[]> {
    const { redis, keys, backlog } = this.options;
    const last = BEGINNING.live.length - 1;
    // All in one run: each has a price.
    const beginnings = await redis.run("look at sessions", (client) =>
      Promise.all(places.map(({ id }) => client.getrange(keys.session(id), 0, last).catch(noSession))),
    );
    const startingWith = (beginning: string) => places.filter((_, at) => beginnings[at] === beginning);
    backlog.remove("ended", startingWith(BEGINNING.ended));
    backlog.remove("absent", startingWith(BEGINNING.absent));
    return startingWith(BEGINNING.live);
  }

  /** How many entries a shard has. */
  async #sizeOf(shard: string): Promise<{ shard: string; users: number; visitors: number }> {
    const key = this.options.keys.activeSessions(shard);
    const [users, visitors] = await this.#run("count sessions", sizes, (client) =>
      client.hmget(key, "users", "visitors"),
    );
    return { shard, users, visitors };
  }

  /** Runs a script on a shard. It answers with a number of entries. */
  async #evaluate(shard: string, step: Pick<Step<number>, "operation" | "script" | "args">): Promise<number> {
    const { redis, keys } = this.options;
    return (await evaluate(redis, { ...step, key: keys.activeSessions(shard), reply: number })).reply;
  }

  async #run<S extends z.core.$ZodType>(
    operation: string,
    shape: S,
    command: (client: RedisClient) => Promise<unknown>,
  ): Promise<z.output<S>> {
    return parseReply(operation, shape, await this.options.redis.run(operation, command));
  }
}

/** How the value of a session's key begins. */
const BEGINNING = { live: '{"v"', ended: '{"en', absent: "" };

/** Of a key of another type, which is somebody else's: no session, and not ours to tidy. */
function noSession(error: unknown): null {
  if (error instanceof Error && error.message.includes("WRONGTYPE")) return null;
  throw error;
}

function placeAt(handle: string): Omit<Place, "id"> {
  return { shard: handle.slice(0, 1), bucket: handle.slice(1, 4) };
}

/** Node's SHA-256 answers at once; Web Crypto's comes too late for the request of this tick. */
const nodeCrypto = globalThis.process?.getBuiltinModule?.("node:crypto");

function placeOf(id: SessionId): Place | Promise<Place> {
  if (!nodeCrypto) return sessionHandle(id).then((handle) => ({ id, ...placeAt(handle) }));
  // The beginning of the handle.
  return { id, ...placeAt(nodeCrypto.createHash("sha256").update(id).digest("hex")) };
}

/** @param fields of a shard, and their values in turn */
function entriesOf(shard: string, fields: readonly string[]): ActiveEntry[] {
  return fields.flatMap((bucket, field) => {
    if (field % 2 === 1 || bucket.length !== 3) return [];
    const value = fields[field + 1] ?? "";
    const entries: ActiveEntry[] = [];
    for (let at = 0; at < value.length; at += ENTRY_LENGTH) {
      const id = parseSessionId(value.slice(at + 1, at + ENTRY_LENGTH));
      if (id) entries.push({ id, shard, bucket, isSignedIn: value.charAt(at) >= FIRST_USER_TAG });
    }
    return entries;
  });
}

function activityOf(flat: readonly string[], minute: number): LastHour {
  const all = { begun: 0, ended: new Map<string, number>() };
  const servers = new Map<string, typeof all>();
  for (let at = 0; at < flat.length; at += 2) {
    const [, of = "0", kind, server = "", why = ""] =
      /^(\d+) (begun|ended) (\S+) ?(.*)$/.exec(flat[at] ?? "") ?? [];
    if (!kind || Number(of) <= minute - 60) continue;
    const times = Number(flat[at + 1]);
    const own = servers.get(server) ?? { begun: 0, ended: new Map<string, number>() };
    servers.set(server, own);
    for (const each of [all, own]) {
      if (kind === "begun") each.begun += times;
      else each.ended.set(why, (each.ended.get(why) ?? 0) + times);
    }
  }
  const plain = ({ begun, ended }: typeof all) => ({ begun, ended: Object.fromEntries(ended) });
  const byServer = Object.fromEntries(Array.from(servers, ([name, each]) => [name, plain(each)]));
  return { ...plain(all), byServer };
}

/** For the operator: a session that was changed may have no entry until it is changed again. */
export function logUnindexed(error: unknown): void {
  if (!(error instanceof StoreUnavailable)) throw error;
  logEvent("active-index-untidy", { operation: error.operation, reason: error.reason });
}

function unlessOutage(recover: () => void): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof StoreUnavailable)) throw error;
    recover();
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, each) => all + each, 0);
}
