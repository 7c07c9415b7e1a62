import { describe, expect, it } from "vitest";
import { createSessionId } from "../../session-id.ts";
import { type LiveSession, type Session, signedInSession } from "./contract-session.ts";
import { add, bob, live, sessionInit, type Workbench } from "./workbench.ts";

/** The end of all that a user has, for good. */
export function describeUserEnds({ create, signIn, server }: Workbench): void {
  describe("ending a user", () => {
    const carol = () => ({ id: `user-${createSessionId()}`, name: "carol" });
    const stateOf = async ({ id }: LiveSession) => (await server().get(id)).state;

    it("ends every session of theirs and nobody else's, and says which", async () => {
      const user = carol();
      const [one, two, other] = [await signIn(user), await signIn(user), await signIn(carol())];
      expect(new Set(await server().destroyUser(user.id, "account-deleted"))).toEqual(
        new Set([one.id, two.id]),
      );
      expect(await Promise.all([one, two, other].map(stateOf))).toEqual(["ended", "ended", "live"]);
      expect(await server().update(one.id, add("tote"))).toEqual({ state: "ended" });
      expect(await server().list(user.id)).toEqual([]);
    });

    it("lets none begin afterwards, also for one who had none before", async () => {
      for (const user of [carol(), carol()]) {
        await server().destroyUser(user.id, "account-deleted");
        expect(await server().create(signedInSession(user, null, sessionInit))).toEqual({ state: "ended" });
        expect(await server().list(user.id)).toEqual([]);
      }
    });

    it("lets none begin by a rotation; the visitor's session that it came with stays", async () => {
      const user = carol();
      const [visitor, mine] = [await create(), await signIn(user)];
      await server().destroyUser(user.id, "account-deleted");
      const signInAgain = (session: Session) => signedInSession(user, session, sessionInit);
      expect(await server().rotate(visitor, signInAgain)).toEqual({ state: "ended" });
      expect(await server().rotate(mine, (session) => session, { keepTimeouts: true })).toEqual({
        state: "ended",
      });
      expect(await stateOf(visitor)).toBe("live");
      // They may go on as somebody else.
      const asBob = await server().rotate(visitor, (session) => signedInSession(bob, session, sessionInit));
      expect(live(asBob).session.user).toEqual(bob);
    });

    it("may be asked for twice, one after the other or at once", async () => {
      const user = carol();
      const all = [await signIn(user), await signIn(user), await signIn(user)];
      const ended = await Promise.all([
        server().destroyUser(user.id, "account-deleted"),
        server().destroyUser(user.id, "account-deleted"),
      ]);
      expect(ended.flat().sort()).toEqual(all.map(({ id }) => id).sort());
      expect(await server().destroyUser(user.id, "account-deleted")).toEqual([]);
      expect(await server().create(signedInSession(user, null, sessionInit))).toEqual({ state: "ended" });
    });

    it("leaves nothing of sign-ins, rotations and log-outs that are under way", async () => {
      const user = carol();
      const [mine, another, visitor] = [await signIn(user), await signIn(user), await create()];
      const signIns = Array.from({ length: 10 }, () =>
        server().create(signedInSession(user, null, sessionInit)),
      );
      const [begun, mineAgain, asCarol] = await Promise.all([
        Promise.all(signIns),
        server().rotate(mine, (session) => session, { keepTimeouts: true }),
        server().rotate(visitor, (session) => signedInSession(user, session, sessionInit)),
        server().destroyUser(user.id, "account-deleted"),
        server().destroy(another.id),
      ]);
      const alive = [mine, another, mineAgain, asCarol, ...begun].filter(({ state }) => state === "live");
      const states = await Promise.all(alive.map((each) => stateOf(live(each))));
      expect(states).not.toContain("live");
      expect(await server().list(user.id)).toEqual([]);
    });
  });
}
