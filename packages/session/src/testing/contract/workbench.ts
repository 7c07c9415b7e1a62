import type { SessionId } from "../../session-id.ts";
import type { NoSession } from "../../store.ts";
import {
  addItem,
  anonymousSession,
  type LiveSession,
  type Session,
  type SessionStore,
  signedInSession,
} from "./contract-session.ts";

/** What the suite needs of a store under test: the promises are in {@link SessionStore}. */
export interface StoreUnderTest {
  /** A store as another server would have it, on the same data. */
  store(options?: { lifetimeSeconds?: number }): SessionStore;
  /** Requests to Redis so far. */
  requests(): number;
  /** What is kept for this ID, and for how long yet; `null` for nothing. */
  kept(id: SessionId): Promise<{ text: string; ttlMs: number } | null>;
  /** Puts a text in a session's place, as a stranger would. */
  plant(id: SessionId, text: string): Promise<void>;
  /** Puts something that is no text in a session's place. */
  plantOtherType(id: SessionId): Promise<void>;
}

export const sessionInit = { idleSeconds: 60, servedBy: "a", device: "a test" };
export const ada = { id: "user-ada", name: "ada" };
export const bob = { id: "user-bob", name: "bob" };

/** A change: one more item. */
export const add = (name: string) => (session: Session) => addItem(session, name);

export const linesOf = (live: LiveSession) =>
  live.session.data.list.items.map(({ name, count }) => `${count} ${name}`);

/** The session that was found, where a test is sure of it. */
export function live(found: LiveSession | NoSession): LiveSession {
  if (found.state !== "live") throw new Error(`expected a live session, found ${found.state}`);
  return found;
}

/** The few things that every part of the suite does with the store under test. */
export function workbench(underTest: () => StoreUnderTest) {
  return {
    underTest,
    /** A store as another server has it. */
    server: (options?: { lifetimeSeconds?: number }) => underTest().store(options),
    create: async (idleSeconds = 60) =>
      live(
        await underTest()
          .store()
          .create(anonymousSession({ ...sessionInit, idleSeconds })),
      ),
    signIn: async (user = ada) =>
      live(
        await underTest()
          .store()
          .create(signedInSession(user, null, sessionInit)),
      ),
    async requestsOf(work: () => Promise<unknown>): Promise<number> {
      const before = underTest().requests();
      await work();
      return underTest().requests() - before;
    },
  };
}

export type Workbench = ReturnType<typeof workbench>;
