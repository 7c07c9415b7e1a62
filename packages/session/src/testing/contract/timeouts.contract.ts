import { describe, expect, it, vi } from "vitest";
import { anonymousSession, setIdle, signedInSession } from "./contract-session.ts";
import { ada, add, live, sessionInit, type Workbench } from "./workbench.ts";

/** Idle time-out and absolute lifetime, by the store's own clock. */
export function describeTimeouts({ create, server, underTest }: Workbench): void {
  describe("two clocks", () => {
    it("open starts the idle clock again, peek and inspect leave it alone", async () => {
      const { id } = await create(60);
      await server().update(id, (session) => setIdle(session, 60));
      // By a second, which is how long a busy machine may take for the last two lines.
      await expect
        .poll(async () => live(await server().peek(id)).ttlMs, { timeout: 5000 })
        .toBeLessThan(59_000);
      const peeked = live(await server().peek(id)).ttlMs;
      const inspected = await server().inspect(id);
      expect(live(inspected).ttlMs).toBeLessThanOrEqual(peeked);
      expect(inspected).toMatchObject({ text: (await underTest().kept(id))?.text });
      expect(live(await server().get(id)).ttlMs).toBe(60_000);
      expect((await underTest().kept(id))?.ttlMs).toBeGreaterThan(peeked);
    });

    it("ends a session that was idle for its idle timeout", async () => {
      const { id } = await create(1);
      await expect.poll(() => server().peek(id), { timeout: 3000 }).toEqual({ state: "absent" });
      expect(await server().update(id, add("tote"))).toEqual({ state: "absent" });
      expect(await underTest().kept(id)).toBeNull();
    });

    it("ends a session at its absolute end, however busy it is", async () => {
      const store = server({ lifetimeSeconds: 1 });
      const { id } = live(await store.create(anonymousSession(sessionInit)));
      await expect.poll(() => store.get(id), { timeout: 3000, interval: 20 }).toEqual({ state: "absent" });
    });

    it("never lets a session outlive its absolute end: the TTL is the nearer of the two", async () => {
      const store = server({ lifetimeSeconds: 10 });
      const { id, session } = live(await store.create(anonymousSession(sessionInit)));
      expect(session.expiresAt - session.createdAt).toBe(10_000);
      for (const found of [await store.get(id), await store.peek(id), await store.update(id, add("tote"))]) {
        expect(live(found).ttlMs).toBeLessThanOrEqual(10_000);
      }
      expect((await underTest().kept(id))?.ttlMs).toBeLessThanOrEqual(10_000);
    });

    it("lets a session that is not remembered live for a day at most", async () => {
      const unremembered = signedInSession(ada, null, { ...sessionInit, remember: false });
      for (const [lifetimeSeconds, seconds] of [
        [604_800, 86_400],
        [3600, 3600],
      ] as const) {
        const store = server({ lifetimeSeconds });
        const old = live(await store.create(unremembered));
        const next = live(await store.rotate(old, () => unremembered));
        for (const { session } of [old, next]) {
          expect(session.remember).toBe(false);
          expect(session.expiresAt - session.createdAt).toBe(seconds * 1000);
        }
      }
    });

    it("keeps that choice in every change, and in a rotation", async () => {
      const old = live(
        await server().create(signedInSession(ada, null, { ...sessionInit, remember: false })),
      );
      live(await server().update(old.id, add("tote")));
      live(await server().update(old.id, (session) => setIdle(session, 90)));
      const seen = live(await server().peek(old.id));
      expect(seen.session.remember).toBe(false);
      const fresh = live(await server().rotate(seen, (session) => session, { keepTimeouts: true }));
      expect(live(await server().get(fresh.id)).session.remember).toBe(false);
      expect(live(await server().get((await create()).id)).session.remember ?? true).toBe(true);
    });

    it("changes the idle timeout while the session lives, up and down", async () => {
      const { id } = await create(60);
      for (const idleSeconds of [5, 600]) {
        const changed = live(await server().update(id, (session) => setIdle(session, idleSeconds)));
        expect(changed.ttlMs).toBe(idleSeconds * 1000);
        expect((await underTest().kept(id))?.ttlMs).toBeLessThanOrEqual(idleSeconds * 1000);
      }
    });

    it("takes the time from the store, whatever the server's own clock says", async () => {
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 86_400_000 });
      try {
        const { id, session, ttlMs } = await create();
        const opened = live(await server().get(id));
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

  it("rotates with the clocks of the old session where that is asked for", async () => {
    const old = live(await server({ lifetimeSeconds: 100 }).create(signedInSession(ada, null, sessionInit)));
    const fresh = live(
      await server({ lifetimeSeconds: 100 }).rotate(old, ({ v: _, ...session }) => session, {
        keepTimeouts: true,
      }),
    );
    const { createdAt, expiresAt, idleSeconds } = old.session;
    expect(fresh.session).toMatchObject({ createdAt, expiresAt, idleSeconds });
    expect(fresh.id).not.toBe(old.id);
  });
}
