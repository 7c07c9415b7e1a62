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

const beginning = { idleSeconds: 60, servedBy: "a", device: "a test" };
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
    const begin = async (idleSeconds = 60) =>
      live(
        await underTest()
          .store()
          .begin(anonymousSession({ ...beginning, idleSeconds })),
      );
    const signIn = async (user = ada) =>
      live(
        await underTest()
          .store()
          .begin(signedInSession(user, null, beginning)),
      );

    async function requestsOf(work: () => Promise<unknown>): Promise<number> {
      const before = underTest().requests();
      await work();
      return underTest().requests() - before;
    }

    it("begins a session that another server opens, with everything in it", async () => {
      const begun = await signIn();
      const opened = live(await underTest().store().open(begun.id));
      expect(opened.session).toEqual(begun.session);
      expect(opened.session).toMatchObject({ revision: 1, user: ada, idleSeconds: 60, servedBy: "a" });
    });

    it("keeps a session as JSON that a person can read, always with a TTL", async () => {
      const { id } = await begin();
      const kept = await underTest().kept(id);
      expect(JSON.parse(kept?.text ?? "")).toMatchObject({
        v: 2,
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
        const { id } = live(await store.begin(anonymousSession(beginning)));
        await expect.poll(() => store.open(id), { timeout: 3000, interval: 20 }).toEqual({ state: "absent" });
      });

      it("never lets a session outlive its absolute end: the TTL is the nearer of the two", async () => {
        const store = underTest().store({ lifetimeSeconds: 10 });
        const { id, session } = live(await store.begin(anonymousSession(beginning)));
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
        const adas = await signIn();
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

    describe("the list of a user's sessions", () => {
      const carol = () => ({ id: `user-${createSessionId()}`, name: "carol" });
      const idsOf = async (userId: string) => (await underTest().store().list(userId)).map(({ id }) => id);

      it("is what lives, newest first, and of this user alone", async () => {
        const user = carol();
        const [first, second] = [await signIn(user), await signIn(user)];
        await signIn(carol());
        expect(await idsOf(user.id)).toEqual([second.id, first.id]);
        await underTest().store().end(second.id);
        expect(await idsOf(user.id)).toEqual([first.id]);
      });

      it("follows a rotation, and forgets what was lost by one", async () => {
        const user = carol();
        const old = await signIn(user);
        const rotation = () =>
          underTest()
            .store()
            .rotate(old, (session) => signedInSession(user, session, beginning));
        const fresh = (await Promise.all([rotation(), rotation()])).filter(({ state }) => state === "live");
        expect(fresh).toHaveLength(1);
        expect(await idsOf(user.id)).toEqual(fresh.map((each) => live(each).id));
      });

      it("ends those that are asked for, and says how many lived", async () => {
        const user = carol();
        const [one, two, three] = [await signIn(user), await signIn(user), await signIn(user)];
        await underTest().store().end(one.id);
        expect(await underTest().store().endAll(user.id, [one.id, two.id])).toBe(1);
        expect(await idsOf(user.id)).toEqual([three.id]);
        expect(await underTest().store().open(two.id)).toEqual({ state: "ended" });
      });

      it("holds 25: one more ends the oldest", async () => {
        const user = carol();
        const all: LiveSession[] = [];
        for (let each = 0; each < 27; each++) all.push(await signIn(user));
        const ids = all.map(({ id }) => id);
        expect(await idsOf(user.id)).toEqual(ids.slice(2).reverse());
        for (const id of ids.slice(0, 2))
          expect(await underTest().store().open(id)).toEqual({ state: "ended" });
      });

      it("holds exactly 25 after 30 sign-ins at once, and those are what lives", async () => {
        const user = carol();
        const begun = await Promise.all(
          Array.from({ length: 30 }, () =>
            underTest()
              .store()
              .begin(signedInSession(user, null, beginning)),
          ),
        );
        const listed = await idsOf(user.id);
        expect(listed).toHaveLength(25);
        const ids = begun.flatMap((each) => (each.state === "live" ? [each.id] : []));
        const states = await Promise.all(
          ids.map(async (id) => [id, (await underTest().store().peek(id)).state] as const),
        );
        const living = states.filter(([, state]) => state === "live").map(([id]) => id);
        expect(new Set(living)).toEqual(new Set(listed));
      });

      it("lists every session that lives when the others are ended while ten sign in", async () => {
        const user = carol();
        const mine = await signIn(user);
        const revokeOthers = async () => {
          const others = (await idsOf(user.id)).filter((id) => id !== mine.id);
          await underTest().store().endAll(user.id, others);
        };
        const signIns = Array.from({ length: 10 }, () =>
          underTest()
            .store()
            .begin(signedInSession(user, null, beginning)),
        );
        const [begun] = await Promise.all([Promise.all(signIns), revokeOthers(), revokeOthers()]);
        const listed = new Set(await idsOf(user.id));
        expect(listed.has(mine.id)).toBe(true);
        for (const each of begun) {
          if (each.state !== "live") continue;
          const { state } = await underTest().store().peek(each.id);
          expect(listed.has(each.id)).toBe(state === "live");
        }
      });

      it("ends no other for a sign-in on one of 25 devices, be it the oldest, nor for one that fails", async () => {
        const user = carol();
        const all: LiveSession[] = [];
        for (let each = 0; each < 25; each++) all.push(await signIn(user));
        const [oldest, second, ...others] = all;
        const signInAgain = (old: LiveSession | undefined) =>
          underTest()
            .store()
            .rotate(old ?? live({ state: "absent" }), (session) => signedInSession(user, session, beginning));
        const [first, then] = [live(await signInAgain(oldest)), live(await signInAgain(second))];
        expect(await signInAgain(oldest)).toEqual({ state: "ended" });
        const ids = [then, first, ...others.reverse()].map(({ id }) => id);
        expect(await idsOf(user.id)).toEqual(ids);
      });

      it("makes room first from what ended by itself", async () => {
        const user = carol();
        const shortLived = { ...signedInSession(user, null, beginning), idleSeconds: 1 };
        const oldest = await signIn(user);
        // A lifetime of its own, so that these do not count as about to begin.
        const store = underTest().store({ lifetimeSeconds: 3600 });
        const short: LiveSession[] = [];
        for (let each = 0; each < 24; each++) short.push(live(await store.begin(shortLived)));
        await Promise.all(short.map(({ id }) => store.end(id)));
        await signIn(user);
        expect(live(await store.peek(oldest.id)).id).toBe(oldest.id);
      });
    });

    it("rotates with the clocks of the old session where that is asked for", async () => {
      const old = live(
        await underTest()
          .store({ lifetimeSeconds: 100 })
          .begin(signedInSession(ada, null, beginning)),
      );
      const fresh = live(
        await underTest()
          .store({ lifetimeSeconds: 100 })
          .rotate(old, ({ v: _, ...session }) => session, { keepClocks: true }),
      );
      const { createdAt, expiresAt, idleSeconds } = old.session;
      expect(fresh.session).toMatchObject({ createdAt, expiresAt, idleSeconds });
      expect(fresh.id).not.toBe(old.id);
    });

    describe("many writers at once", () => {
      it("loses none of 100 adds and 100 views from three servers, at no more than 4 requests a change", async () => {
        const { id } = await begin();
        const servers = ["a", "b", "c"].map((server) => ({ server, store: underTest().store() }));
        const requests = await requestsOf(() =>
          Promise.all(
            Array.from({ length: 200 }, (_, at) => {
              const { server, store } = servers[at % 3] ?? { server: "a", store: underTest().store() };
              return store.update(id, at < 100 ? add("tote") : (session) => countView(session, server));
            }),
          ),
        );
        const { session } = live(await underTest().store().peek(id));
        expect(session.cart.lines).toEqual([{ sku: "tote", quantity: 100 }]);
        expect(session.views.reduce((sum, [, views]) => sum + views, 0)).toBe(100);
        expect(requests).toBeLessThanOrEqual(4 * 200);
      });

      it("refuses one change of many and makes the others", async () => {
        const { id } = await begin();
        const store = underTest().store();
        const results = await Promise.allSettled(
          ["tote", "nothing-we-sell", "tote", "lantern"].map((sku) => store.update(id, add(sku))),
        );
        expect(results.map(({ status }) => status)).toEqual([
          "fulfilled",
          "rejected",
          "fulfilled",
          "fulfilled",
        ]);
        expect(linesOf(live(await store.peek(id)))).toEqual(["2 tote", "1 lantern"]);
      });
    });

    it("needs the requests that its documentation states", async () => {
      const store = underTest().store();
      const session = await begin();
      expect(await requestsOf(() => store.open(session.id))).toBe(1);
      expect(await requestsOf(() => store.peek(session.id))).toBe(1);
      expect(await requestsOf(() => store.update(session.id, add("tote")))).toBe(2);
      expect(await requestsOf(() => store.begin(anonymousSession(beginning)))).toBe(1);
      expect(await requestsOf(() => store.begin(signedInSession(bob, null, beginning)))).toBe(2);
      let seen: LiveSession = live(await store.peek(session.id));
      const rotation = async () => {
        seen = live(await store.rotate(seen, (old) => signedInSession(ada, old, beginning)));
      };
      expect(await requestsOf(rotation), "from a visitor's").toBe(3);
      expect(await requestsOf(rotation), "from a user's").toBe(4);
      expect(await requestsOf(() => store.list(ada.id))).toBe(2);
      expect(await requestsOf(() => store.end(seen.id)), "a user's").toBe(2);
      expect(await requestsOf(() => store.end(seen.id)), "again").toBe(1);
    });
  });
}
