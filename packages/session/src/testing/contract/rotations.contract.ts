import { describe, expect, it } from "vitest";
import { type Session, signedInSession } from "./contract-session.ts";
import { ada, add, beginning, bob, linesOf, live, type Workbench } from "./workbench.ts";

/** A new ID for the same visitor. */
export function describeRotations({ begin, signIn, server }: Workbench): void {
  describe("rotation", () => {
    it("carries the cart to a new ID, and the old one is dead at once", async () => {
      const old = await begin();
      await server().update(old.id, add("tote"));
      const seen = live(await server().peek(old.id));
      const fresh = live(await server().rotate(seen, (session) => signedInSession(ada, session, beginning)));
      expect(fresh.id).not.toBe(old.id);
      expect(linesOf(fresh)).toEqual(["1 tote"]);
      expect(await server().open(old.id)).toEqual({ state: "ended" });
      expect(live(await server().open(fresh.id)).session.user).toEqual(ada);
    });

    it("does not carry another user's cart", async () => {
      const adas = await signIn();
      const withCart = live(await server().update(adas.id, add("tote")));
      const bobs = live(
        await server().rotate(withCart, (session) => signedInSession(bob, session, beginning)),
      );
      expect(linesOf(bobs)).toEqual([]);
      expect(await server().open(adas.id)).toEqual({ state: "ended" });
    });

    it("lets one of two rotations win, and leaves nothing of the other", async () => {
      const old = await begin();
      const drafts = [ada, bob].map(
        (user) => (session: Session) => signedInSession(user, session, beginning),
      );
      const results = await Promise.all(drafts.map((draft) => server().rotate(old, draft)));
      expect(results.map(({ state }) => state).sort()).toEqual(["ended", "live"]);
    });

    it("takes a change along that came in between", async () => {
      const seen = await begin();
      await server().update(seen.id, add("tote"));
      const fresh = await server().rotate(seen, (session) => signedInSession(ada, session, beginning));
      expect(linesOf(live(fresh))).toEqual(["1 tote"]);
    });
  });
}
