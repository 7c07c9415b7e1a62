import { describe, expect, it } from "vitest";
import { createSessionId } from "../../session-id.ts";
import { add, type Workbench } from "./workbench.ts";

/** What is no session is absent, and stays as it is. */
export function describeUnreadables({ create, server, underTest }: Workbench): void {
  describe("what is no session", () => {
    const corrupt = ["", "null", "[]", "12", '"text"', "{}", "{", '{"v":1}', '{"v":1,"revision":"1"}'];

    it.each(corrupt)("answers absent for %j, and does not overwrite it", async (text) => {
      const id = createSessionId();
      await underTest().plant(id, text);
      expect(await server().get(id)).toEqual({ state: "absent" });
      expect(await server().peek(id)).toEqual({ state: "absent" });
      expect(await server().update(id, add("tote"))).toEqual({ state: "absent" });
      expect((await underTest().kept(id))?.text).toBe(text);
    });

    it("answers absent for a head like a session's with a body that is none", async () => {
      const { id } = await create();
      const text = ((await underTest().kept(id))?.text ?? "").replace('"items":[]', '"items":{}');
      await underTest().plant(id, text);
      expect(await server().get(id)).toEqual({ state: "absent" });
      expect(await server().update(id, add("tote"))).toEqual({ state: "absent" });
      expect((await underTest().kept(id))?.text).toBe(text);
    });

    it("answers absent for a key of another type: that is no outage", async () => {
      const id = createSessionId();
      await underTest().plantOtherType(id);
      expect(await server().get(id)).toEqual({ state: "absent" });
      expect(await server().update(id, add("tote"))).toEqual({ state: "absent" });
      expect(await server().destroy(id)).toBe(false);
    });
  });
}
