import { describe, expect, it } from "vitest";
import { createSessionId } from "../../session-id.ts";
import { type LiveSession, signedInSession } from "./contract-session.ts";
import { live, sessionInit, type Workbench } from "./workbench.ts";

/** The list of each user's sessions. */
export function describeLists({ signIn, server }: Workbench): void {
  describe("the list of a user's sessions", () => {
    const carol = () => ({ id: `user-${createSessionId()}`, name: "carol" });
    const idsOf = async (userId: string) => (await server().list(userId)).map(({ id }) => id);

    it("is what lives, newest first, and of this user alone", async () => {
      const user = carol();
      const [first, second] = [await signIn(user), await signIn(user)];
      await signIn(carol());
      expect(await idsOf(user.id)).toEqual([second.id, first.id]);
      await server().destroy(second.id);
      expect(await idsOf(user.id)).toEqual([first.id]);
    });

    it("follows a rotation, and forgets what was lost by one", async () => {
      const user = carol();
      const old = await signIn(user);
      const rotation = () => server().rotate(old, (session) => signedInSession(user, session, sessionInit));
      const fresh = (await Promise.all([rotation(), rotation()])).filter(({ state }) => state === "live");
      expect(fresh).toHaveLength(1);
      expect(await idsOf(user.id)).toEqual(fresh.map((each) => live(each).id));
    });

    it("ends those that are asked for, and says how many lived", async () => {
      const user = carol();
      const [one, two, three] = [await signIn(user), await signIn(user), await signIn(user)];
      await server().destroy(one.id);
      expect(await server().destroyAll(user.id, [one.id, two.id])).toBe(1);
      expect(await idsOf(user.id)).toEqual([three.id]);
      expect(await server().get(two.id)).toEqual({ state: "ended" });
    });

    it("holds 25: one more ends the oldest", async () => {
      const user = carol();
      const all: LiveSession[] = [];
      for (let each = 0; each < 27; each++) all.push(await signIn(user));
      const ids = all.map(({ id }) => id);
      expect(await idsOf(user.id)).toEqual(ids.slice(2).reverse());
      for (const id of ids.slice(0, 2)) expect(await server().get(id)).toEqual({ state: "ended" });
    });

    it("holds exactly 25 after 30 sign-ins at once, and those are what lives", async () => {
      const user = carol();
      const begun = await Promise.all(
        Array.from({ length: 30 }, () => server().create(signedInSession(user, null, sessionInit))),
      );
      const listed = await idsOf(user.id);
      expect(listed).toHaveLength(25);
      const ids = begun.flatMap((each) => (each.state === "live" ? [each.id] : []));
      const states = await Promise.all(ids.map(async (id) => [id, (await server().peek(id)).state] as const));
      const living = states.filter(([, state]) => state === "live").map(([id]) => id);
      expect(new Set(living)).toEqual(new Set(listed));
    });

    it("lists every session that lives when the others are ended while ten sign in", async () => {
      const user = carol();
      const mine = await signIn(user);
      const revokeOthers = async () => {
        const others = (await idsOf(user.id)).filter((id) => id !== mine.id);
        await server().destroyAll(user.id, others);
      };
      const signIns = Array.from({ length: 10 }, () =>
        server().create(signedInSession(user, null, sessionInit)),
      );
      const [begun] = await Promise.all([Promise.all(signIns), revokeOthers(), revokeOthers()]);
      const listed = new Set(await idsOf(user.id));
      expect(listed.has(mine.id)).toBe(true);
      for (const each of begun) {
        if (each.state !== "live") continue;
        const { state } = await server().peek(each.id);
        expect(listed.has(each.id)).toBe(state === "live");
      }
    });

    it("ends no other for a sign-in on one of 25 devices, be it the oldest, nor for one that fails", async () => {
      const user = carol();
      const all: LiveSession[] = [];
      for (let each = 0; each < 25; each++) all.push(await signIn(user));
      const [oldest, second, ...others] = all;
      const signInAgain = (old: LiveSession | undefined) =>
        server().rotate(old ?? live({ state: "absent" }), (session) =>
          signedInSession(user, session, sessionInit),
        );
      const [first, then] = [live(await signInAgain(oldest)), live(await signInAgain(second))];
      expect(await signInAgain(oldest)).toEqual({ state: "ended", successor: first.id });
      const ids = [then, first, ...others.reverse()].map(({ id }) => id);
      expect(await idsOf(user.id)).toEqual(ids);
    });

    it("makes room first from what ended by itself", async () => {
      const user = carol();
      const oldest = await signIn(user);
      const others: LiveSession[] = [];
      for (let each = 0; each < 24; each++) others.push(await signIn(user));
      await Promise.all(others.map(({ id }) => server().destroy(id)));
      await signIn(user);
      expect(live(await server().peek(oldest.id)).id).toBe(oldest.id);
    });

    it("counts a sign-in as the newest, also where sessions live shorter from now on", async () => {
      const user = carol();
      const all: LiveSession[] = [];
      for (let each = 0; each < 25; each++) all.push(await signIn(user));
      const fresh = live(
        await server({ lifetimeSeconds: 60 }).create(signedInSession(user, null, sessionInit)),
      );
      expect((await idsOf(user.id))[0]).toBe(fresh.id);
      expect(await server().peek(all[0]?.id ?? fresh.id)).toEqual({ state: "ended" });
    });
  });
}
