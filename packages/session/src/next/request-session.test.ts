import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod/mini";
import { processState } from "../process-state.ts";
import { contractSession } from "../testing/contract/contract-session.ts";
import { get, post } from "../testing/test-context.ts";
import type { TestEnv } from "../testing/test-env.ts";
import { countRequests, startTestServer } from "../testing/test-server.ts";
import { createVisitor, type Fields } from "../testing/test-visitor.ts";
import { createAdmin } from "./admin.ts";
import { setUpSessions } from "./open-store.ts";

const ada = { id: "user-ada", name: "ada" };
const none = z.object({});
let test: TestEnv;

beforeAll(async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  test = await startTestServer({ SESSION_DEADLINE_MS: "2000" });
});
beforeEach(() => test.direct.flushAll());
afterAll(() => test?.stop());

type Data = ReturnType<typeof contractSession.initial>;
const addLine =
  (name: string) =>
  (data: Data): Data => ({ ...data, list: { items: [...data.list.items, { name, count: 1 }] } });
const names = ({ list }: Data) => list.items.map(({ name }) => name);

const show = get((session) => ({ handle: session.handle, user: session.user, names: names(session.data) }));
const addBoth = post({
  formPage: "/",
  lazy: true,
  fields: none,
  async handler(session) {
    await session.updateOrCreate(addLine("tote"));
    await session.update(addLine("lantern"));
    return names((await session.read()).data);
  },
});
const signIn = post({ formPage: "/", lazy: true, fields: none, handler: (session) => session.signIn(ada) });
const signOut = post({ formPage: "/", lazy: true, fields: none, handler: (session) => session.signOut() });
const shown = async (visitor = createVisitor()) => (await visitor.get(show)).json();
const keyed = { "idempotency-key": "the-key-of-one-request" };

describe("a handler's session", () => {
  it("without one has initial data, no user, no handle, and asks Redis nothing", async () => {
    const requests = await countRequests(test, async () => {
      expect(await shown()).toEqual({ handle: null, user: null, names: [] });
    });
    expect(requests).toBe(0);
  });

  it("is changed twice by one request, and once when the request is sent again", async () => {
    const visitor = createVisitor();
    expect(await (await visitor.post(addBoth)).json()).toEqual(["tote", "lantern"]);
    for (let times = 0; times < 2; times++)
      expect(await (await visitor.post(addBoth, {}, keyed)).json()).toEqual([
        "tote",
        "lantern",
        "tote",
        "lantern",
      ]);
  });

  it("says after each change what it is now", async () => {
    const seen: unknown[] = [];
    const route = post({
      formPage: "/",
      fields: none,
      async handler(session) {
        seen.push([session.user, session.revision]);
        await session.updateOrCreate(addLine("tote"));
        seen.push([session.user, session.revision]);
        await session.setIdleSeconds(90);
        seen.push([session.idleSeconds, session.revision]);
        await session.signIn(ada);
        seen.push([session.user?.name, names(session.data)]);
        await session.signOut();
        seen.push([session.user, session.handle, names(session.data)]);
      },
    });
    await createVisitor().post(route);
    expect(seen).toEqual([
      [null, null],
      [null, 1],
      [90, 2],
      ["ada", ["tote"]],
      [null, null, []],
    ]);
  });

  it("that was read is changed with one request more", async () => {
    const visitor = createVisitor();
    await visitor.post(addBoth);
    const route = post({
      formPage: "/",
      fields: none,
      handler: (session) => session.update(addLine("tote")),
    });
    expect(await countRequests(test, () => visitor.post(route))).toBe(2);
    expect((await shown(visitor)).names).toEqual(["tote", "lantern", "tote"]);
  });

  it("that others change after it was read loses none of the changes, and refuses by what it is now", async () => {
    const visitor = createVisitor();
    await visitor.post(addBoth);
    const other = createVisitor(visitor.cookie);
    const route = post({
      formPage: "/",
      fields: none,
      async handler(session) {
        await other.post(
          post({ formPage: "/", lazy: true, fields: none, handler: (its) => its.update(addLine("bag")) }),
        );
        await session.update((data) => {
          // What was read has no bag: nobody is refused by that.
          if (!names(data).includes("bag")) throw new Error("There is no bag.");
          return addLine("hat")(data);
        });
        return names(session.data);
      },
    });
    expect(await (await visitor.post(route)).json()).toEqual(["tote", "lantern", "bag", "hat"]);
  });
});

describe("the cookie", () => {
  const cookieOf = async (
    visitor: ReturnType<typeof createVisitor>,
    route: typeof signIn,
    fields: Fields = {},
  ) => (await visitor.post(route, fields)).headers.getSetCookie();

  it("is written where the ID changes, and nowhere else", async () => {
    const visitor = createVisitor();
    expect(await cookieOf(visitor, addBoth)).toHaveLength(1);
    const begun = visitor.cookie;
    expect(await cookieOf(visitor, addBoth)).toEqual([]);
    expect(await cookieOf(visitor, signIn)).toHaveLength(1);
    expect(visitor.cookie).not.toBe(begun);
    expect((await shown(createVisitor(begun))).handle).toBeNull();
    expect(await cookieOf(visitor, signOut)).toEqual([expect.stringMatching(/^session=; Max-Age=1;/)]);
    expect(await cookieOf(createVisitor(), signOut)).toEqual([]);
  });

  const unremembered = post({
    formPage: "/",
    lazy: true,
    fields: none,
    handler: (session) => session.signIn(ada, { remember: false }),
  });
  const rotate = post({ formPage: "/", lazy: true, fields: none, handler: (session) => session.rotate() });
  const addOne = post({
    formPage: "/",
    lazy: true,
    fields: none,
    handler: (session) => session.updateOrCreate(addLine("tote")),
  });
  const lifetime = get(({ current }) => [
    current?.remember,
    current && (current.expiresAt - current.createdAt) / 1000,
  ]);
  const lifetimeOf = async (visitor: ReturnType<typeof createVisitor>) =>
    (await visitor.get(lifetime)).json();
  const kept = [expect.stringMatching(/^session=Fe26[^;]+; Max-Age=604800; Path=/)];
  const untilClosed = [expect.stringMatching(/^session=Fe26[^;]+; Path=\/; HttpOnly; SameSite=Lax$/)];

  it("ends with the browser where the sign-in is not to be remembered, and the session within a day", async () => {
    const visitor = createVisitor();
    expect(await cookieOf(visitor, addOne), "a visitor").toEqual(kept);
    expect(await lifetimeOf(visitor)).toEqual([true, 604_800]);
    expect(await cookieOf(visitor, unremembered)).toEqual(untilClosed);
    expect(await lifetimeOf(visitor)).toEqual([false, 86_400]);
    expect((await shown(visitor)).names, "the data comes along").toEqual(["tote"]);
    expect(await cookieOf(visitor, addOne)).toEqual([]);
    expect(await cookieOf(visitor, rotate), "a new ID").toEqual(untilClosed);
    expect(await lifetimeOf(visitor)).toEqual([false, 86_400]);
    expect(await cookieOf(visitor, signIn), "the next sign-in says for itself").toEqual(kept);
    expect(await lifetimeOf(visitor)).toEqual([true, 604_800]);
    expect(await cookieOf(createVisitor(), unremembered), "without a session before").toEqual(untilClosed);
  });

  it("stays in an outage: a log-out never claims what it does not know", async () => {
    const visitor = createVisitor();
    await visitor.post(signIn);
    test.cloud.redis.pause();
    try {
      const refused = await visitor.post(signOut);
      expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "1"]);
      expect(refused.headers.getSetCookie()).toEqual([]);
    } finally {
      test.cloud.redis.resume();
    }
    // Redis may have heard of it, or not: asked again, it says that it is done.
    expect((await visitor.post(signOut)).headers.getSetCookie()).toHaveLength(1);
    expect((await shown(visitor)).user).toBeNull();
  });
});

describe("sessions from outside any request", () => {
  it("are listed and ended, and the audit log names who did it", async () => {
    const lines: unknown[] = [];
    const admin = createAdmin(setUpSessions(contractSession, { events: (line) => lines.push(line) }));
    const visitors = [createVisitor(), createVisitor(), createVisitor()];
    for (const visitor of visitors) await visitor.post(signIn);
    const [first = createVisitor()] = visitors;
    const { handle } = await shown(first);
    const { sessions: listed } = await admin.list({ userId: ada.id });
    expect(listed).toHaveLength(3);
    expect(listed.map((each) => each.handle)).toContain(handle);
    expect(await admin.revoke({ userId: ada.id, handle }, { by: "desk-7" })).toBe(true);
    expect(await admin.revoke({ userId: ada.id, handle }, { by: "desk-7" })).toBe(false);
    expect(
      await admin.revoke({ userId: "user-bob", handle: listed[0]?.handle ?? "" }, { by: "desk-7" }),
    ).toBe(false);
    expect((await shown(first)).user).toBeNull();
    expect(await admin.revokeAll(ada.id, { by: "desk-8" })).toBe(2);
    expect(await admin.list({ userId: ada.id })).toEqual({ sessions: [], cursor: null });
    expect(lines).toMatchObject([
      { event: "session-ended", why: "revoked", by: "desk-7" },
      { event: "session-ended", why: "revoked", by: "desk-8" },
      { event: "session-ended", why: "revoked", by: "desk-8" },
    ]);
  });
});

it("a server keeps nothing of a session that it knows to have ended", async () => {
  const visitor = createVisitor();
  const state = processState();
  const before = state.knownIds.size;
  const held = () => ({ ...state.knownIds.size, sessions: state.seenSessions?.size.sessions ?? 0 });
  await visitor.post(signIn);
  await shown(visitor);
  expect(held()).toEqual({ ids: before.ids + 1, seals: before.seals + 1, sessions: expect.any(Number) });
  const withSession = held().sessions;
  const stale = createVisitor(visitor.cookie);
  await visitor.post(signOut);
  const after = { ...before, sessions: withSession - 1 };
  expect(held()).toEqual(after);
  // Another tab's request was on its way: its cookie is opened once more.
  await shown(stale);
  expect(held()).toEqual(after);
});
