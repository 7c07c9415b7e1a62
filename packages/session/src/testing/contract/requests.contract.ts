import { expect, it } from "vitest";
import { createSessionId } from "../../session-id.ts";
import { anonymousSession, type LiveSession, signedInSession } from "./contract-session.ts";
import { ada, add, bob, live, sessionInit, type Workbench } from "./workbench.ts";

const refuse = () => {
  throw new Error("refused");
};

/** What each operation costs. */
export function describeRequests({ create, requestsOf, server }: Workbench): void {
  it("needs the requests that its documentation states", async () => {
    const store = server();
    const session = await create();
    expect(await requestsOf(() => store.get(session.id))).toBe(1);
    expect(await requestsOf(() => store.peek(session.id))).toBe(1);
    expect(await requestsOf(() => store.inspect(session.id))).toBe(1);
    expect(await requestsOf(() => store.update(session.id, add("tote"))), "seen since its last change").toBe(
      1,
    );
    expect(await requestsOf(() => store.update(session.id, add("tote"))), "its own change").toBe(1);
    expect(await requestsOf(() => server().update(session.id, add("tote"))), "not seen").toBe(2);
    expect(await requestsOf(() => store.update(session.id, add("tote"))), "changed elsewhere since").toBe(2);
    const refused = () => expect(store.update(session.id, refuse)).rejects.toThrow("refused");
    expect(await requestsOf(refused), "refused by what was seen").toBe(1);
    expect(await requestsOf(() => server().remembers(session.id, { key: "k", content: "c" }))).toBe(1);
    expect(await requestsOf(() => store.create(anonymousSession(sessionInit)))).toBe(1);
    expect(await requestsOf(() => store.create(signedInSession(bob, null, sessionInit)))).toBe(1);
    let seen: LiveSession = live(await store.peek(session.id));
    const rotation = async () => {
      seen = live(await store.rotate(seen, (old) => signedInSession(ada, old, sessionInit)));
    };
    expect(await requestsOf(rotation), "from a visitor's").toBe(2);
    expect(await requestsOf(rotation), "from a user's").toBe(3);
    expect(await requestsOf(() => store.list(ada.id))).toBe(2);
    expect(await requestsOf(() => store.destroy(seen.id)), "a user's").toBe(2);
    expect(await requestsOf(() => store.destroy(seen.id)), "again").toBe(1);
    const user = { id: `user-${createSessionId()}`, name: "carol" };
    await store.create(signedInSession(user, null, sessionInit));
    expect(await requestsOf(() => store.destroyUser(user.id, "account-deleted")), "all of a user's").toBe(3);
    expect(await requestsOf(() => store.destroyUser(user.id, "account-deleted")), "again").toBe(1);
  });
}
