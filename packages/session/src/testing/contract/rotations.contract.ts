import { describe, expect, it } from "vitest";
import { type Session, signedInSession } from "./contract-session.ts";
import { ada, add, bob, linesOf, live, sessionInit, type Workbench } from "./workbench.ts";

/** A new ID for the same visitor. */
export function describeRotations({ create, signIn, server }: Workbench): void {
  describe("rotation", () => {
    it("carries the data to a new ID, and the old one is dead at once", async () => {
      const old = await create();
      await server().update(old.id, add("tote"));
      const seen = live(await server().peek(old.id));
      const fresh = live(
        await server().rotate(seen, (session) => signedInSession(ada, session, sessionInit)),
      );
      expect(fresh.id).not.toBe(old.id);
      expect(linesOf(fresh)).toEqual(["1 tote"]);
      expect(await server().get(old.id)).toEqual({ state: "ended", successor: fresh.id });
      expect(live(await server().get(fresh.id)).session.user).toEqual(ada);
    });

    it("does not carry another user's data", async () => {
      const adas = await signIn();
      const withItem = live(await server().update(adas.id, add("tote")));
      const bobs = live(
        await server().rotate(withItem, (session) => signedInSession(bob, session, sessionInit)),
      );
      expect(linesOf(bobs)).toEqual([]);
      expect(await server().get(adas.id)).toMatchObject({ state: "ended" });
    });

    it("lets one of two rotations win, and leaves nothing of the other", async () => {
      const old = await create();
      const drafts = [ada, bob].map(
        (user) => (session: Session) => signedInSession(user, session, sessionInit),
      );
      const results = await Promise.all(drafts.map((draft) => server().rotate(old, draft)));
      const [winner, loser] = results.sort((one) => (one.state === "live" ? -1 : 1));
      expect(loser).toEqual({ state: "ended", successor: winner && live(winner).id });
    });

    it("keeps the request that it was made for where the old session was", async () => {
      const old = await create();
      const request = { key: "key-hash", content: "content-hash" };
      const { id } = live(
        await server().rotate(old, (session) => signedInSession(ada, session, sessionInit), { request }),
      );
      expect(await server().peek(old.id)).toEqual({ state: "ended", successor: id, request });
    });

    it("that is refused by its check leaves the old session as it was, and nothing of a new one", async () => {
      const [old, mine] = [await create(), await signIn()];
      const before = await server().list(ada.id);
      const refused = new Error("refused");
      for (const seen of [old, mine]) {
        const rotation = server().rotate(seen, (session) => signedInSession(ada, session, sessionInit), {
          check: () => Promise.reject(refused),
        });
        await expect(rotation).rejects.toBe(refused);
        expect(live(await server().peek(seen.id)).session).toEqual(seen.session);
      }
      const listed = await server().list(ada.id);
      expect(listed.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    });

    it("takes a change along that came in between", async () => {
      const seen = await create();
      await server().update(seen.id, add("tote"));
      const fresh = await server().rotate(seen, (session) => signedInSession(ada, session, sessionInit));
      expect(linesOf(live(fresh))).toEqual(["1 tote"]);
    });
  });
}
