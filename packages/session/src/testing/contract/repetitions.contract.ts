import { describe, expect, it } from "vitest";
import { add, linesOf, live, type Workbench } from "./workbench.ts";

/** Requests that come again, with the same idempotency key. */
export function describeRepetitions({ create, requestsOf, server, underTest }: Workbench): void {
  describe("a change with a request", () => {
    const request = (key: string, content = "add") => ({ key, content });

    it("is made once, whoever is asked again, and the answer is the session as it is now", async () => {
      const { id } = await create();
      await server().update(id, add("tote"), request("one"));
      await server().update(id, add("lantern"), request("two"));
      const again = live(await server().update(id, add("tote"), request("one")));
      expect(linesOf(again)).toEqual(["1 tote", "1 lantern"]);
      expect(again.session.revision).toBe(3);
      expect(await requestsOf(() => server().update(id, add("tote"), request("one")))).toBe(1);
    });

    it("is made once where it arrives twice at the same time, at one server and at two", async () => {
      for (const stores of [Array(4).fill(server()), [server(), server(), server(), server()]]) {
        const { id } = await create();
        const all = await Promise.all(stores.map((store) => store.update(id, add("tote"), request("one"))));
        for (const each of all) expect(linesOf(live(each))).toEqual(["1 tote"]);
      }
    });

    it("is refused with a key of another request, and the session stays as it was", async () => {
      const { id } = await create();
      await server().update(id, add("tote"), request("one"));
      const other = server().update(id, add("tote"), request("one", "something else"));
      await expect(other).rejects.toMatchObject({ name: "IdempotencyKeyReused" });
      expect(linesOf(live(await server().peek(id)))).toEqual(["1 tote"]);
    });

    it("may be made by a later one, where the first was refused", async () => {
      const { id } = await create();
      await expect(server().update(id, add("unknown-item"), request("one"))).rejects.toThrow("no such");
      await expect(server().update(id, add("unknown-item"), request("one"))).rejects.toThrow("no such");
      expect(live(await server().peek(id)).session.revision).toBe(1);
    });

    it("is remembered by its session alone, and asking leaves the clock as it is", async () => {
      const { id } = await create();
      const other = await create();
      await server().update(id, add("tote"), request("one"));
      const { ttlMs } = live(await server().peek(id));
      expect(await requestsOf(() => server().remembers(id, request("one")))).toBe(1);
      expect(await server().remembers(id, request("one"))).toBe(true);
      expect(await server().remembers(id, request("two"))).toBe(false);
      expect(await server().remembers(other.id, request("one"))).toBe(false);
      await expect(server().remembers(id, request("one", "other"))).rejects.toMatchObject({
        name: "IdempotencyKeyReused",
      });
      expect(live(await server().peek(id)).ttlMs).toBeLessThanOrEqual(ttlMs);
      await server().destroy(id);
      expect(await server().remembers(id, request("one"))).toBe(false);
    });

    it("is remembered together with seven others, and for ten seconds", async () => {
      const { id } = await create();
      for (let each = 0; each < 9; each++) await server().update(id, add("tote"), request(`key-${each}`));
      for (const [key, totes] of [
        ["key-8", 9],
        ["key-1", 9],
        ["key-0", 10],
      ] as const)
        expect(linesOf(live(await server().update(id, add("tote"), request(key))))).toEqual([
          `${totes} tote`,
        ]);
      const { text } = (await underTest().kept(id)) ?? { text: "" };
      const kept = JSON.parse(text);
      expect(kept.keys).toHaveLength(8);
      // As ten seconds later.
      const keys = kept.keys.map(([key, content, atMs]: [string, string, number]) => [
        key,
        content,
        atMs - 10_001,
      ]);
      await underTest().plant(id, JSON.stringify({ ...kept, keys }));
      const later = live(await server().update(id, add("tote"), request("key-0")));
      expect(linesOf(later)).toEqual(["11 tote"]);
      expect(JSON.parse((await underTest().kept(id))?.text ?? "").keys).toHaveLength(1);
    });
  });
}
