import { z } from "zod/mini";
import type { SessionCodec } from "../../codec.ts";
import type { Session, SessionDraft, SessionFrame } from "../../define-session.ts";
import type { RememberedRequest, RequestDigest } from "../../idempotency.ts";
import type { SessionId } from "../../session-id.ts";
import {
  absent,
  type EndedSession,
  ended,
  type LiveSession,
  type NoSession,
  StoreUnavailable,
} from "../../store.ts";
import { type ActiveIndex, logUnindexed } from "../active/active-index.ts";
import type { RedisKeys } from "../keys.ts";
import type { SeenSessions } from "../seen-sessions.ts";
import type { RedisWithin } from "../transport/deadline.ts";
import { MAX_WRITES, rememberWrite, type SessionWriter, type StoredLive } from "../update-queue.ts";
import { createScript, destroyScript, saveScript } from "./lua.ts";
import { parseTombstone, sessionReading, textIn } from "./read-session.ts";
import { evaluate, type Step } from "./run-script.ts";

/** How long a session is known to have ended, whoever ended it: longer than a request can be under way. */
export const TOMBSTONE_MS = 60_000;

/** What a tombstone says besides that its session has ended. */
export interface Epitaph {
  readonly successor?: SessionId | undefined;
  readonly request?: RequestDigest | undefined;
}

/** `{"ended":"TOKEN"}`; of a rotation `{"ended":"TOKEN","successor":"ID","request":"KEY.CONTENT"}`. */
export function tombstoneText(token: string, { successor, request }: Epitaph): string {
  return JSON.stringify({
    ended: token,
    ...(successor && { successor }),
    ...(request && { request: `${request.key}.${request.content}` }),
  });
}

/** `done`: the session as it is now. Not done: a faster writer's session, to try again on. */
export type Saved<D> =
  | { readonly done: true; readonly now: LiveSession<D> | NoSession }
  | { readonly done: false; readonly now: StoredLive<D> | NoSession };

/** `ended-now`: what this step ended. `conflict`: it was changed meanwhile. `ended`, `absent`: nothing was there to end. */
export type Ended<D> =
  | { readonly outcome: "ended-now"; readonly session: Session<D> | null }
  | { readonly outcome: "conflict"; readonly now: StoredLive<D> | NoSession }
  | { readonly outcome: "ended"; readonly now: EndedSession }
  /** When nothing was there, by Redis' clock. */
  | { readonly outcome: "absent"; readonly nowMs: number };

export interface SessionInit<D> {
  readonly id: SessionId;
  readonly draft: SessionDraft<D>;
  readonly lifetimeSeconds: number;
  /** A session whose timeouts go on in this one; without it, both start now. */
  readonly timeoutsOf?: LiveSession<D> | undefined;
  /** To be remembered from the beginning. */
  readonly requests?: readonly RememberedRequest[] | undefined;
}

export interface Ending extends Epitaph {
  /** Only if this is still the session's revision. */
  readonly revision?: number;
  /** From elsewhere, and also where no session is yet: one that is about to begin there finds its place taken. */
  readonly evenAbsent?: boolean;
}

/** The steps of a session's life at Redis, one script and one request each. */
export interface SessionSteps<D> {
  read(id: SessionId, mode: "renew" | "peek"): Promise<StoredLive<D> | NoSession>;
  create(init: SessionInit<D>): Promise<LiveSession<D> | NoSession>;
  /** @param requests to be remembered from now on */
  save(seen: StoredLive<D>, session: Session<D>, requests?: readonly RememberedRequest[]): Promise<Saved<D>>;
  destroy(id: SessionId, ending?: Ending): Promise<Ended<D>>;
  /** The session as this server has seen it last, to make a change on. No request. */
  recall(id: SessionId): StoredLive<D> | null;
}

interface Options<D> {
  readonly redis: RedisWithin;
  readonly keys: RedisKeys;
  readonly codec: SessionCodec<D>;
  readonly writer: SessionWriter<D>;
  readonly seen: SeenSessions;
  /** Each session that these steps begin or change has an entry there. Default: none has. */
  readonly active?: ActiveIndex | undefined;
}

const count = z.number();
const endedReply = z.tuple([z.literal("ended"), z.string()]);
const absentAt = z.tuple([z.literal("absent"), count]);
const conflict = z.tuple([z.literal("conflict"), z.string(), count, count]);
const createReply = z.union([
  z.tuple([z.literal("live"), count, count, count, count, count]),
  z.tuple([z.literal("ended")]),
]);
const saveReply = z.union([
  z.tuple([z.literal("saved"), count, count, count]),
  conflict,
  endedReply,
  absentAt,
]);
const destroyReply = z.union([z.tuple([z.literal("ended-now"), z.string()]), conflict, endedReply, absentAt]);

export function sessionSteps<D>({ redis, keys, codec, writer, seen, active }: Options<D>): SessionSteps<D> {
  const step = <T>(id: SessionId, rest: Omit<Step<T>, "key">) =>
    evaluate(redis, { key: keys.session(id), ...rest });

  const { read, decode, forget } = sessionReading({ redis, keys, codec, seen });

  function remember({ id, session, ttlMs, nowMs }: LiveSession<D>, body: string): void {
    seen.set(keys.session(id), { text: textOf(session, body), ttlMs, nowMs });
  }

  /** Nothing stays of what is not there any more. */
  async function gone<N>(id: SessionId, none: N): Promise<N> {
    forget(id);
    await active?.forget(id);
    return none;
  }

  return {
    recall(id) {
      const remembered = seen.get(keys.session(id));
      const stored = remembered && codec.decode(remembered.text);
      return stored ? { state: "live", id, ...remembered, ...stored, isRemembered: true } : null;
    },

    read,

    async create({ id, draft, lifetimeSeconds, timeoutsOf, requests }) {
      const token = writer.createToken();
      const { v, idleSeconds, body } = codec.encode(draft, [token], requests);
      const times = timeoutsOf
        ? [timeoutsOf.session.createdAt, timeoutsOf.session.expiresAt]
        : [lifetimeSeconds];
      const args = [token, v, idleSeconds, body, ...times].map(String);
      const lifetimeMs = timeoutsOf
        ? timeoutsOf.session.expiresAt - timeoutsOf.nowMs
        : lifetimeSeconds * 1000;
      const begin = [
        step(id, { operation: "create", script: createScript, args, reply: createReply }),
        active?.begin(id, draft.user !== null, lifetimeMs),
      ] as const;
      await Promise.allSettled(begin);
      const [{ reply, wasRepeated }] = await Promise.all(begin);
      if (reply[0] !== "live") return gone(id, ended);
      const [, revision, createdAt, expiresAt, ttlMs, nowMs] = reply;
      const session = { ...draft, v, revision, createdAt, expiresAt };
      const live = { state: "live", id, session, ttlMs, nowMs } as const;
      if (!wasRepeated) remember(live, body);
      return live;
    },

    async save(base, session, requests = base.requests) {
      const { id } = base;
      const token = writer.createToken();
      const { v, idleSeconds, body } = codec.encode(session, rememberWrite(base.writes, token), requests);
      const madeOn = [base.writes[0] ?? "", base.isRemembered ? base.nowMs : ""];
      const args = [token, base.session.revision, v, idleSeconds, body, ...madeOn].map(String);
      const saving = { operation: "update", script: saveScript, args, reply: saveReply };
      const [saved, kept] = await Promise.allSettled([
        step(id, saving),
        active?.keep(id, session.user !== null, session.expiresAt - base.nowMs),
      ]);
      // One outage is reported once: nothing about the entry fails a change, and a change that failed says it all.
      if (saved.status === "rejected") throw saved.reason;
      if (kept.status === "rejected") logUnindexed(kept.reason);
      const { reply, wasRepeated } = saved.value;
      if (reply[0] === "conflict") {
        seen.contend(keys.session(id));
        const now = decode(id, textIn(reply));
        // So many others wrote since that our own name may be forgotten: nobody knows whether we wrote before them.
        const isForgotten = now.state === "live" && now.session.revision - base.session.revision > MAX_WRITES;
        if (wasRepeated && isForgotten)
          throw new StoreUnavailable("update", "nobody knows whether it was done");
        return { done: false, now };
      }
      if (reply[0] === "ended") return { done: true, now: await gone(id, parseTombstone(reply[1])) };
      if (reply[0] === "absent") {
        // Somebody may have renewed what is only remembered.
        const isAbsent = base.isRemembered || hasRunOut(base, reply[1]);
        return { done: true, now: await gone(id, isAbsent ? absent : ended) };
      }
      const [, revision, ttlMs, nowMs] = reply;
      const now = { state: "live", id, session: { ...session, v, revision }, ttlMs, nowMs } as const;
      if (!wasRepeated) remember(now, body);
      return { done: true, now };
    },

    async destroy(id, { revision, evenAbsent = false, successor, request } = {}) {
      const tombstone = tombstoneText(writer.createToken(), { successor, request });
      const args = [tombstone, String(revision ?? ""), String(TOMBSTONE_MS), evenAbsent ? "absent-too" : ""];
      const { reply } = await step(id, {
        operation: "destroy",
        script: destroyScript,
        args,
        reply: destroyReply,
      });
      if (reply[0] === "conflict") return { outcome: "conflict", now: decode(id, textIn(reply)) };
      await gone(id, null);
      if (reply[0] === "ended") return { outcome: "ended", now: parseTombstone(reply[1]) };
      if (reply[0] === "absent") return { outcome: "absent", nowMs: reply[1] };
      return { outcome: "ended-now", session: codec.decode(reply[1])?.session ?? null };
    },
  };
}

/** A session's text with its head as the scripts write it. */
function textOf(session: SessionFrame, body: string): string {
  const { v, revision, createdAt, expiresAt, idleSeconds } = session;
  const head = JSON.stringify({ v, revision, createdAt, expiresAt, idleSeconds });
  return `${head.slice(0, -1)},${body}`;
}

/**
 * Whether a session that was seen alive may have ended by itself at `nowMs`. One that is gone before was ended, however
 * long ago: its tombstone is gone as well.
 */
export function hasRunOut<D>(seen: LiveSession<D>, nowMs: number): boolean {
  return nowMs >= seen.nowMs + seen.ttlMs;
}
