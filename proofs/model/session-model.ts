import type { User } from "@carryover/session";
import { anonymousSession, type SessionDraft, sessionInit, signedInSession } from "@/lib/test-session";
import type { UserName } from "./history";

export type Fate = "live" | "ended" | "absent";

/** A session as it should be. */
export interface ModelSession {
  readonly fate: Fate;
  readonly content: SessionDraft;
  readonly revision: number;
  /** Milliseconds from its last request until it ends. */
  readonly ttlMs: number;
  /** Its place in its user's list: what ends later comes later. */
  readonly place: number;
  /** It takes up one of the places that a user may have: also when it ran out a moment ago, for it may be about to begin. */
  readonly isListed: boolean;
}

/** All sessions that ever began, in the order in which they did. */
export type Model = readonly ModelSession[];

export const MAX_USER_SESSIONS = 3;
export const LIFETIME_SECONDS = 3600;

export const userOf = (name: UserName): User => ({ id: name, name });

/** What a session begins with. */
export function draftOf({ user, idleSeconds }: { user: UserName | null; idleSeconds: number }): SessionDraft {
  const start = { ...sessionInit, idleSeconds };
  return user ? signedInSession(userOf(user), null, start) : anonymousSession(start);
}

const ttlOf = ({ idleSeconds }: SessionDraft) => Math.min(idleSeconds, LIFETIME_SECONDS) * 1000;

function replace(model: Model, at: number, change: (session: ModelSession) => Partial<ModelSession>): Model {
  return model.map((session, each) => (each === at ? { ...session, ...change(session) } : session));
}

export function begin(model: Model, content: SessionDraft, place: number): Model {
  const { user } = content;
  const session = {
    fate: "live",
    content,
    revision: 1,
    ttlMs: ttlOf(content),
    place,
    isListed: !!user,
  } as const;
  return user ? endOldest([...model, session], user.id) : [...model, session];
}

export function context(model: Model, at: number): Model {
  return replace(model, at, ({ fate, content }) => (fate === "live" ? { ttlMs: ttlOf(content) } : {}));
}

export function change(model: Model, at: number, apply: (content: SessionDraft) => SessionDraft): Model {
  return replace(model, at, (before) => {
    if (before.fate !== "live") return {};
    const content = apply(before.content);
    return { content, revision: before.revision + 1, ttlMs: ttlOf(content) };
  });
}

/** Time goes by without a request. */
export function age(model: Model, at: number, ttlMs: number): Model {
  return replace(model, at, ({ fate }) => (fate === "live" ? { ttlMs } : {}));
}

/** Nobody came for too long. */
export function runOut(model: Model, at: number): Model {
  return replace(model, at, ({ fate }) => (fate === "live" ? { fate: "absent" } : {}));
}

export function end(model: Model, at: number): Model {
  return replace(model, at, ({ fate }) => (fate === "live" ? { fate: "ended", isListed: false } : {}));
}

export function revoke(model: Model, ats: readonly number[]): Model {
  // What ran out may be about to begin: its place is taken, too.
  return ats.reduce((now, at) => replace(now, at, () => ({ fate: "ended", isListed: false })), model);
}

/** A live session goes on under another ID, as this user's. */
export function rotate(model: Model, at: number, { user, place }: { user: User; place: number }): Model {
  const old = model[at];
  if (old?.fate !== "live") return model;
  const draft = signedInSession(
    user,
    { ...old.content, v: 1, revision: 1, createdAt: 0, expiresAt: 0 },
    sessionInit,
  );
  return begin(end(model, at), draft, place);
}

/** A live session goes on under another ID, as it is. */
export function renew(model: Model, at: number, place: number): Model {
  const old = model[at];
  return old?.fate === "live" ? begin(end(model, at), old.content, place) : model;
}

/** Which sessions of a user live, and those that began last first. */
export function listOf(model: Model, userId: string): number[] {
  return placesOf(model, userId)
    .filter((at) => model[at]?.fate === "live")
    .reverse();
}

/** Which sessions take up a place of this user's, and those that began first first. */
export function placesOf(model: Model, userId: string): number[] {
  const listed = model.flatMap((session, at) =>
    session.isListed && session.content.user?.id === userId ? [{ at, place: session.place }] : [],
  );
  return listed.sort((one, other) => one.place - other.place).map(({ at }) => at);
}

function endOldest(model: Model, userId: string): Model {
  return revoke(model, placesOf(model, userId).slice(0, -MAX_USER_SESSIONS));
}
