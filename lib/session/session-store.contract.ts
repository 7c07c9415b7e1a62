import { describe, expect, it, vi } from "vitest";
import { addToCart } from "@/lib/cart/cart";
import { anonymousSession, changeCart, countView, type Session, setIdle, signedInSession } from "./session";
import { createSessionId, type SessionId } from "./session-id";
import type { LiveSession, NoSession, SessionStore } from "./session-store";

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

const beginning = { idleSeconds: 60, servedBy: "a" };
const ada = { id: "user-ada", name: "ada" };
const bob = { id: "user-bob", name: "bob" };

const add = (sku: string) => (session: Session) => changeCart(session, (cart) => addToCart(cart, sku, 1));
const linesOf = (live: LiveSession) =>
  live.session.cart.lines.map(({ sku, quantity }) => `${quantity} ${sku}`);

function live(found: LiveSession | NoSession): LiveSession {
  if (found.state !== "live") throw new Error(`expected a live session, found ${found.state}`);
  return found;
}

/** One suite that every session store must pass. */
export function describeSessionStore(name: string, underTest: () => StoreUnderTest): void {
  describe(`${name} keeps the session store's contract`, () => {
    const begin = (idleSeconds = 60) =>
      underTest()
        .store()
        .begin(anonymousSession({ ...beginning, idleSeconds }));

    async function requestsOf(work: () => Promise<unknown>): Promise<number> {
      const before = underTest().requests();
      await work();
      return underTest().requests() - before;
    }

    it("begins a session that another server opens, with everything in it", async () => {
      const begun = await underTest()
        .store()
        .begin(signedInSession(ada, null, beginning));
      const opened = live(await underTest().store().open(begun.id));
      expect(opened.session).toEqual(begun.session);
      expect(opened.session).toMatchObject({ revision: 1, user: ada, idleSeconds: 60, servedBy: "a" });
    });

    it("keeps a session as JSON that a person can read, always with a TTL", async () => {
      const { id } = await begin();
      const kept = await underTest().kept(id);
      expect(JSON.parse(kept?.text ?? "")).toMatchObject({
        v: 1,
        revision: 1,
        user: null,
        cart: { lines: [] },
      });
      expect(kept?.ttlMs).toBeGreaterThan(55_000);
    });

    it("answers absent for an ID it never made, and never adopts it", async () => {
      const id = createSessionId();
      expect(await underTest().store().open(id)).toEqual({ state: "absent" });
      expect(await underTest().store().update(id, add("tote"))).toEqual({ state: "absent" });
      expect(await underTest().kept(id)).toBeNull();
    });

    describe("two clocks", () => {
      it("open starts the idle clock again, peek leaves it alone", async () => {
        const { id } = await begin(60);
        await underTest()
          .store()
          .update(id, (session) => setIdle(session, 60));
        await expect.poll(async () => live(await underTest().store().peek(id)).ttlMs).toBeLessThan(59_950);
        const peeked = live(await underTest().store().peek(id)).ttlMs;
        expect(peeked).toBeLessThan(59_950);
        expect(live(await underTest().store().open(id)).ttlMs).toBe(60_000);
        expect((await underTest().kept(id))?.ttlMs).toBeGreaterThan(peeked);
      });

      it("ends a session that was idle for its idle timeout", async () => {
        const { id } = await begin(1);
        await expect.poll(() => underTest().store().peek(id), { timeout: 3000 }).toEqual({ state: "absent" });
        expect(await underTest().store().update(id, add("tote"))).toEqual({ state: "absent" });
        expect(await underTest().kept(id)).toBeNull();
      });

      it("ends a session at its absolute end, however busy it is", async () => {
        const store = underTest().store({ lifetimeSeconds: 1 });
        const { id } = await store.begin(anonymousSession(beginning));
        await expect.poll(() => store.open(id), { timeout: 3000, interval: 20 }).toEqual({ state: "absent" });
      });

      it("never lets a session outlive its absolute end: the TTL is the nearer of the two", async () => {
        const store = underTest().store({ lifetimeSeconds: 10 });
        const { id, session } = await store.begin(anonymousSession(beginning));
        expect(session.expiresAt - session.createdAt).toBe(10_000);
        for (const found of [
          await store.open(id),
          await store.peek(id),
          await store.update(id, add("tote")),
        ]) {
          expect(live(found).ttlMs).toBeLessThanOrEqual(10_000);
        }
        expect((await underTest().kept(id))?.ttlMs).toBeLessThanOrEqual(10_000);
      });

      it("changes the idle timeout while the session lives, up and down", async () => {
        const { id } = await begin(60);
        for (const idleSeconds of [5, 600]) {
          const changed = live(
            await underTest()
              .store()
              .update(id, (session) => setIdle(session, idleSeconds)),
          );
          expect(changed.ttlMs).toBe(idleSeconds * 1000);
          expect((await underTest().kept(id))?.ttlMs).toBeLessThanOrEqual(idleSeconds * 1000);
        }
      });

      it("takes the time from the store, whatever the server's own clock says", async () => {
        vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 86_400_000 });
        try {
          const { id, session, ttlMs } = await begin();
          const opened = live(await underTest().store().open(id));
          const aDayAhead = Date.now();
          expect(aDayAhead - session.createdAt).toBeGreaterThan(80_000_000);
          expect(session.expiresAt - session.createdAt).toBe(3_600_000);
          expect(opened.nowMs - session.createdAt).toBeLessThan(5000);
          expect([ttlMs, opened.ttlMs]).toEqual([60_000, 60_000]);
        } finally {
          vi.useRealTimers();
        }
      });
    });

    describe("changes", () => {
      it("applies a change and grows the revision; reads leave it alone", async () => {
        const { id } = await begin();
        const changed = live(await underTest().store().update(id, add("tote")));
        expect(changed.session.revision).toBe(2);
        expect(linesOf(changed)).toEqual(["1 tote"]);
        await underTest().store().open(id);
        expect(live(await underTest().store().peek(id)).session).toEqual(changed.session);
      });

      it("leaves the session as it was when the change throws", async () => {
        const { id } = await begin();
        const before = await underTest().kept(id);
        await expect(underTest().store().update(id, add("nothing-we-sell"))).rejects.toThrow(
          "no such product",
        );
        expect((await underTest().kept(id))?.text).toBe(before?.text);
      });

      it("loses no change of several servers at once", async () => {
        const { id } = await begin();
        const stores = ["a", "b", "c"].map((server) => ({ server, store: underTest().store() }));
        await Promise.all(
          stores.map(({ server, store }) =>
            store.update(id, (session) => countView(add("tote")(session), server)),
          ),
        );
        const { session } = live(await underTest().store().peek(id));
        expect(Object.fromEntries(session.views)).toEqual({ a: 1, b: 1, c: 1 });
        expect(session.cart.lines).toEqual([{ sku: "tote", quantity: 3 }]);
        expect(session.revision).toBe(4);
      });

      it("keeps fields that a newer build wrote, at every depth", async () => {
        const { id } = await begin();
        const newer = JSON.parse((await underTest().kept(id))?.text ?? "");
        newer.wishlist = [];
        newer.limit = 12345678901234;
        newer.cart.voucher = {};
        await underTest().plant(id, JSON.stringify(newer));
        await underTest().store().update(id, add("tote"));
        const after = JSON.parse((await underTest().kept(id))?.text ?? "");
        expect(after).toMatchObject({
          revision: 2,
          wishlist: [],
          limit: 12345678901234,
          cart: { voucher: {} },
        });
      });
    });

    describe("the end", () => {
      it("ends a session at once and for good, and says whether it was this call", async () => {
        const { id } = await begin();
        expect(await underTest().store().end(id)).toBe(true);
        expect(await underTest().store().end(id)).toBe(false);
        for (const found of [
          await underTest().store().open(id),
          await underTest().store().peek(id),
          await underTest().store().update(id, add("tote")),
        ]) {
          expect(found).toEqual({ state: "ended" });
        }
      });

      it("does not revive a session when a change was under way while it ended", async () => {
        const { id } = await begin();
        const slow = underTest().store();
        let ending: Promise<boolean> | undefined;
        const found = await slow.update(id, (session) => {
          ending ??= underTest().store().end(id);
          return add("tote")(session);
        });
        expect(await ending).toBe(true);
        // Whoever came first: a change that came after the end says so.
        expect(["live", "ended"]).toContain(found.state);
        expect(await underTest().store().open(id)).toEqual({ state: "ended" });
      });

      it("remembers the end for a minute, and then nothing at all", async () => {
        const { id } = await begin();
        await underTest().store().end(id);
        const kept = await underTest().kept(id);
        expect(kept?.ttlMs).toBeGreaterThan(55_000);
        expect(kept?.ttlMs).toBeLessThanOrEqual(60_000);
        expect(kept?.text).toMatch(/^{"ended":"[\w-]+"}$/);
      });
    });

    describe("rotation", () => {
      it("carries the cart to a new ID, and the old one is dead at once", async () => {
        const old = await begin();
        await underTest().store().update(old.id, add("tote"));
        const seen = live(await underTest().store().peek(old.id));
        const fresh = live(
          await underTest()
            .store()
            .rotate(seen, (session) => signedInSession(ada, session, beginning)),
        );
        expect(fresh.id).not.toBe(old.id);
        expect(linesOf(fresh)).toEqual(["1 tote"]);
        expect(await underTest().store().open(old.id)).toEqual({ state: "ended" });
        expect(live(await underTest().store().open(fresh.id)).session.user).toEqual(ada);
      });

      it("does not carry another user's cart", async () => {
        const adas = await underTest()
          .store()
          .begin(signedInSession(ada, null, beginning));
        const withCart = live(await underTest().store().update(adas.id, add("tote")));
        const bobs = live(
          await underTest()
            .store()
            .rotate(withCart, (session) => signedInSession(bob, session, beginning)),
        );
        expect(linesOf(bobs)).toEqual([]);
        expect(await underTest().store().open(adas.id)).toEqual({ state: "ended" });
      });

      it("lets one of two rotations win, and leaves nothing of the other", async () => {
        const old = await begin();
        const drafts = [ada, bob].map(
          (user) => (session: Session) => signedInSession(user, session, beginning),
        );
        const results = await Promise.all(drafts.map((draft) => underTest().store().rotate(old, draft)));
        expect(results.map(({ state }) => state).sort()).toEqual(["ended", "live"]);
      });

      it("takes a change along that came in between", async () => {
        const seen = await begin();
        await underTest().store().update(seen.id, add("tote"));
        const fresh = await underTest()
          .store()
          .rotate(seen, (session) => signedInSession(ada, session, beginning));
        expect(linesOf(live(fresh))).toEqual(["1 tote"]);
      });
    });

    describe("what is no session", () => {
      const corrupt = ["", "null", "[]", "12", '"text"', "{}", "{", '{"v":1}', '{"v":1,"revision":"1"}'];

      it.each(corrupt)("answers absent for %j, and does not overwrite it", async (text) => {
        const id = createSessionId();
        await underTest().plant(id, text);
        expect(await underTest().store().open(id)).toEqual({ state: "absent" });
        expect(await underTest().store().peek(id)).toEqual({ state: "absent" });
        expect(await underTest().store().update(id, add("tote"))).toEqual({ state: "absent" });
        expect((await underTest().kept(id))?.text).toBe(text);
      });

      it("answers absent for a head like a session's with a body that is none", async () => {
        const { id } = await begin();
        const text = ((await underTest().kept(id))?.text ?? "").replace('"lines":[]', '"lines":{}');
        await underTest().plant(id, text);
        expect(await underTest().store().open(id)).toEqual({ state: "absent" });
        expect(await underTest().store().update(id, add("tote"))).toEqual({ state: "absent" });
        expect((await underTest().kept(id))?.text).toBe(text);
      });

      it("answers absent for a key of another type: that is no outage", async () => {
        const id = createSessionId();
        await underTest().plantOtherType(id);
        expect(await underTest().store().open(id)).toEqual({ state: "absent" });
        expect(await underTest().store().update(id, add("tote"))).toEqual({ state: "absent" });
        expect(await underTest().store().end(id)).toBe(false);
      });
    });

    it("needs one request to begin, open, peek and end, and two to update and rotate", async () => {
      const store = underTest().store();
      const session = await begin();
      expect(await requestsOf(() => store.open(session.id))).toBe(1);
      expect(await requestsOf(() => store.peek(session.id))).toBe(1);
      expect(await requestsOf(() => store.update(session.id, add("tote")))).toBe(2);
      const seen = live(await store.peek(session.id));
      let fresh: LiveSession | NoSession = seen;
      const rotation = async () => {
        fresh = await store.rotate(seen, (old) => signedInSession(ada, old, beginning));
      };
      expect(await requestsOf(rotation)).toBe(2);
      expect(await requestsOf(() => store.end(live(fresh).id))).toBe(1);
      expect(await requestsOf(() => store.begin(anonymousSession(beginning)))).toBe(1);
    });
  });
}
