import type { ParsedSession } from "../../_session/store/parsed-session";
import { type Answer, type Trouble, troubleOf } from "./answer";
import type { Timing } from "./server-timing";

/** One request of the journey, as the timeline shows it. */
export interface Dot {
  /** From 1 on, in the order of the answers. */
  readonly number: number;
  readonly does: string;
  readonly server: string | null;
  /** The server is another process than at its last answer. */
  readonly isBack: boolean;
  readonly trouble: Trouble | null;
  readonly ms: number;
  readonly timing: Timing;
}

/** How a session that the journey carried came to its end. */
export type Ending = "elsewhere" | "idle" | "lost";

export interface JourneyState {
  /** `unknown`: the store was out of reach when the page was made. */
  readonly presence: "none" | "live" | "unknown";
  readonly session: ParsedSession | null;
  /** When the session ends unless somebody comes, and when it was last known; milliseconds of the same time source. */
  readonly endsAtMs: number;
  readonly knownMs: number;
  /** Answers in a row about this same session. */
  readonly sameFor: number;
  /** Another tab gave this browser another session. */
  readonly isChanged: boolean;
  readonly ending: Ending | null;
  readonly trouble: Trouble | null;
  readonly dots: readonly Dot[];
  readonly requests: number;
  readonly failed: number;
  readonly lost: number;
  /** By the server's name: since when its process answers, and how often it is another one. */
  readonly servers: Readonly<Record<string, { readonly since: string | null; readonly returns: number }>>;
}

/** The timeline shows no more than this. */
const MOST_DOTS = 60;
/** The shortest time that Redis remembers that a session was ended from elsewhere (docs/session-store.md). */
const REMEMBERED_MS = 5000;
/** `ttlSeconds` is rounded down, and the answer was on its way for a while. */
const ROUNDING_MS = 2000;

export function startOfJourney(session: ParsedSession | "unavailable" | null): JourneyState {
  const state: JourneyState = {
    presence: session === "unavailable" ? "unknown" : "none",
    session: null,
    endsAtMs: 0,
    knownMs: 0,
    sameFor: 0,
    isChanged: false,
    ending: null,
    trouble: session === "unavailable" ? "store" : null,
    dots: [],
    requests: 0,
    failed: 0,
    lost: 0,
    servers: {},
  };
  return session === null || session === "unavailable" ? state : withSession(state, session, 0);
}

/** An answer came, or none: one dot more. */
export function withAnswer(state: JourneyState, does: string, answer: Answer, nowMs: number): JourneyState {
  const { servedBy: server, servedSince, timing, tookMs } = answer;
  const trouble = troubleOf(answer);
  const before = server === null ? undefined : state.servers[server];
  const isBack = Boolean(before?.since && servedSince && before.since !== servedSince);
  const number = state.requests + 1;
  const dot: Dot = { number, does, server, isBack, trouble, ms: tookMs, timing };
  const seen = {
    since: servedSince ?? before?.since ?? null,
    returns: (before?.returns ?? 0) + Number(isBack),
  };
  return {
    ...state,
    trouble,
    dots: [...state.dots.slice(1 - MOST_DOTS), dot],
    requests: number,
    failed: state.failed + Number(trouble !== null),
    // While the store is out of reach nobody can end a session there.
    knownMs: trouble === "store" ? nowMs : state.knownMs,
    servers: server === null ? state.servers : { ...state.servers, [server]: seen },
  };
}

/** The state after an answer about the session: to the journey or to the inspector. */
export function withSession(state: JourneyState, session: ParsedSession, nowMs: number): JourneyState {
  const before = state.session;
  const isSame = before?.handle === session.handle;
  // Answers may overtake each other: an answer about an earlier revision is not news.
  if (isSame && session.revision < before.revision) return state;
  return {
    ...state,
    presence: "live",
    session,
    endsAtMs: nowMs + session.ttlSeconds * 1000,
    knownMs: nowMs,
    isChanged: before !== null && !isSame ? true : state.isChanged && isSame,
    sameFor: isSame ? state.sameFor : 0,
    ending: null,
  };
}

/** One more answer about the same session. */
export function withSameAgain(state: JourneyState): JourneyState {
  return { ...state, sameFor: state.sameFor + 1 };
}

/**
 * There is no session any more, and the server says how: it was ended, this browser has no key any more, or Redis knows
 * nothing of it. The last is a loss unless its time was up. A user's session may also have been ended from another device
 * while this page rested, longer ago than Redis remembers: that is no loss either.
 */
export function withoutSession(
  state: JourneyState,
  how: "absent" | "ended" | "none",
  nowMs: number,
): JourneyState {
  const { session, endsAtMs, knownMs } = state;
  const ended: JourneyState = {
    ...state,
    presence: "none",
    session: null,
    trouble: null,
    sameFor: 0,
    isChanged: false,
  };
  if (!session) return ended;
  if (how !== "absent") return { ...ended, ending: "elsewhere" };
  if (nowMs >= endsAtMs - ROUNDING_MS) return { ...ended, ending: "idle" };
  const mayBeEnded = session.user !== null && nowMs - knownMs > REMEMBERED_MS;
  return mayBeEnded ? { ...ended, ending: "elsewhere" } : { ...ended, ending: "lost", lost: state.lost + 1 };
}
