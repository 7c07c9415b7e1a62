import { expect, it } from "vitest";
import { createSessionId } from "../../session-id.ts";
import { ada, add, live, type Workbench } from "./workbench.ts";

/** How a session begins. */
export function describeCreation({ create, signIn, server, underTest }: Workbench): void {
  it("begins a session that another server opens, with everything in it", async () => {
    const begun = await signIn();
    const opened = live(await server().get(begun.id));
    expect(opened.session).toEqual(begun.session);
    expect(opened.session).toMatchObject({ revision: 1, user: ada, idleSeconds: 60, servedBy: "a" });
  });

  it("keeps a session as JSON that a person can read, always with a TTL", async () => {
    const { id } = await create();
    const kept = await underTest().kept(id);
    expect(JSON.parse(kept?.text ?? "")).toMatchObject({
      v: 2,
      revision: 1,
      user: null,
      list: { items: [] },
    });
    expect(kept?.ttlMs).toBeGreaterThan(55_000);
  });

  it("answers absent for an ID it never made, and never adopts it", async () => {
    const id = createSessionId();
    expect(await server().get(id)).toEqual({ state: "absent" });
    expect(await server().update(id, add("tote"))).toEqual({ state: "absent" });
    expect(await underTest().kept(id)).toBeNull();
  });
}
