import { describe, expect, it } from "vitest";
import { add, type Workbench } from "./workbench.ts";

/** What has ended stays ended. */
export function describeEnds({ create, server, underTest }: Workbench): void {
  describe("the end", () => {
    it("ends a session at once and for good, and says whether it was this call", async () => {
      const { id } = await create();
      expect(await server().destroy(id)).toBe(true);
      expect(await server().destroy(id)).toBe(false);
      for (const found of [
        await server().get(id),
        await server().peek(id),
        await server().update(id, add("tote")),
      ]) {
        expect(found).toEqual({ state: "ended" });
      }
    });

    it("does not revive a session when a change was under way while it ended", async () => {
      const { id } = await create();
      const slow = server();
      let ending: Promise<boolean> | undefined;
      const found = await slow.update(id, (session) => {
        ending ??= server().destroy(id);
        return add("tote")(session);
      });
      expect(await ending).toBe(true);
      // Whoever came first: a change that came after the end says so.
      expect(["live", "ended"]).toContain(found.state);
      expect(await server().get(id)).toEqual({ state: "ended" });
    });

    it("remembers the end for a minute, and then nothing at all", async () => {
      const { id } = await create();
      await server().destroy(id);
      const kept = await underTest().kept(id);
      expect(kept?.ttlMs).toBeGreaterThan(55_000);
      expect(kept?.ttlMs).toBeLessThanOrEqual(60_000);
      expect(kept?.text).toMatch(/^{"ended":"[\w-]+"}$/);
    });
  });
}
