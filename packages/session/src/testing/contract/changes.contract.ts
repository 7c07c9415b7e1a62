import { describe, expect, it } from "vitest";
import { countView } from "./contract-session.ts";
import { add, linesOf, live, type Workbench } from "./workbench.ts";

/** Changes, alone and many at once. */
export function describeChanges({ create, requestsOf, server, underTest }: Workbench): void {
  describe("changes", () => {
    it("applies a change and grows the revision; reads leave it alone", async () => {
      const { id } = await create();
      const changed = live(await server().update(id, add("tote")));
      expect(changed.session.revision).toBe(2);
      expect(linesOf(changed)).toEqual(["1 tote"]);
      await server().get(id);
      expect(live(await server().peek(id)).session).toEqual(changed.session);
    });

    it("leaves the session as it was when the change throws", async () => {
      const { id } = await create();
      const before = await underTest().kept(id);
      await expect(server().update(id, add("unknown-item"))).rejects.toThrow("no such item");
      expect((await underTest().kept(id))?.text).toBe(before?.text);
    });

    it("loses no change of several servers at once", async () => {
      const { id } = await create();
      const stores = ["a", "b", "c"].map((name) => ({ name, store: server() }));
      await Promise.all(
        stores.map(({ name, store }) => store.update(id, (session) => countView(add("tote")(session), name))),
      );
      const { session } = live(await server().peek(id));
      expect(Object.fromEntries(session.data.views)).toEqual({ a: 1, b: 1, c: 1 });
      expect(session.data.list.items).toEqual([{ name: "tote", count: 3 }]);
      expect(session.revision).toBe(4);
    });

    it("keeps fields that a newer build wrote, at every depth", async () => {
      const { id } = await create();
      const newer = JSON.parse((await underTest().kept(id))?.text ?? "");
      newer.wishlist = [];
      newer.limit = 12345678901234;
      newer.list.voucher = {};
      await underTest().plant(id, JSON.stringify(newer));
      await server().update(id, add("tote"));
      const after = JSON.parse((await underTest().kept(id))?.text ?? "");
      expect(after).toMatchObject({
        revision: 2,
        wishlist: [],
        limit: 12345678901234,
        list: { voucher: {} },
      });
    });
  });

  describe("many writers at once", () => {
    it("loses none of 100 adds and 100 views from three servers, at no more than 4 requests a change", async () => {
      const { id } = await create();
      const servers = ["a", "b", "c"].map((name) => ({ name, store: server() }));
      const requests = await requestsOf(() =>
        Promise.all(
          Array.from({ length: 200 }, (_, at) => {
            const { name, store } = servers[at % 3] ?? { name: "a", store: server() };
            return store.update(id, at < 100 ? add("tote") : (session) => countView(session, name));
          }),
        ),
      );
      const { session } = live(await server().peek(id));
      expect(session.data.list.items).toEqual([{ name: "tote", count: 100 }]);
      expect(session.data.views.reduce((sum, [, views]) => sum + views, 0)).toBe(100);
      expect(requests).toBeLessThanOrEqual(4 * 200);
    });

    it("refuses one change of many and makes the others", async () => {
      const { id } = await create();
      const store = server();
      const results = await Promise.allSettled(
        ["tote", "unknown-item", "tote", "lantern"].map((name) => store.update(id, add(name))),
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
}
