import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { sessionHandle } from "../session-id.ts";
import { anonymousSession, contractSession, signedInSession } from "../testing/contract/contract-session.ts";
import { ada, bob, live, sessionInit } from "../testing/contract/workbench.ts";
import { many } from "../testing/test-active.ts";
import type { TestEnv } from "../testing/test-env.ts";
import { countRequests, startTestServer } from "../testing/test-server.ts";
import { createAdmin } from "./admin.ts";
import { setUpSessions } from "./open-store.ts";

let test: TestEnv;
const lines: Readonly<Record<string, string | number>>[] = [];

beforeAll(async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  test = await startTestServer({ SESSION_DEADLINE_MS: "10000", INSTANCE_NAME: "a" });
});
beforeEach(async () => {
  // What this process has still to tell the index of an earlier test goes first.
  await admin.count();
  await test.direct.flushAll();
  lines.length = 0;
});
afterAll(() => test?.stop());

const options = {
  activeIndex: true,
  events: (line: Readonly<Record<string, string | number>>) => void lines.push(line),
};
const admin = createAdmin(setUpSessions(contractSession, options));
const store = () => admin.open({ by: "a test" }).sessions;
const ended = () => lines.filter(({ event }) => event === "session-ended");

async function begin(user: typeof ada | null = null, init: Partial<typeof sessionInit> = {}) {
  const all = { ...sessionInit, ...init };
  return live(await store().create(user ? signedInSession(user, null, all) : anonymousSession(all)));
}

describe("an operator", () => {
  it("counts those who are signed in and visitors", async () => {
    await begin(ada);
    await many(3, () => begin());
    expect(await admin.count()).toEqual({ signedIn: 1, visitors: 3, total: 4, isEstimate: false });
  });

  it("sees user, device, server and times of each session, and neither its ID nor its data", async () => {
    const { id, session } = await begin(ada, { device: "Firefox on Linux" });
    const page = await admin.list();
    expect(page).toEqual({
      sessions: [
        {
          handle: await sessionHandle(id),
          user: ada,
          device: "Firefox on Linux",
          servedBy: "a",
          createdAt: new Date(session.createdAt).toISOString(),
          lastSeenAt: expect.any(String),
          expiresAt: new Date(session.expiresAt).toISOString(),
        },
      ],
      cursor: null,
    });
    expect(JSON.stringify(page)).not.toContain(id);
  });

  it("pages through all, and filters them", async () => {
    await many(25, () => begin());
    await many(5, () => begin(ada, { device: "Chrome on Windows" }));
    const first = await admin.list({ limit: 20 });
    const second = await admin.list({ limit: 20, cursor: first.cursor });
    const handles = [...first.sessions, ...second.sessions].map(({ handle }) => handle);
    expect([new Set(handles).size, second.cursor]).toEqual([30, null]);
    expect((await admin.list({ device: "chrome" })).sessions).toHaveLength(5);
    expect((await admin.list({ userId: ada.id, device: "firefox" })).sessions).toEqual([]);
  });

  it("ends a session by its handle, and the audit log says who did it", async () => {
    const { id } = await begin();
    const handle = await sessionHandle(id);
    expect(await admin.revoke({ handle }, { by: "desk-7" })).toBe(true);
    expect(await admin.revoke({ handle }, { by: "desk-7" })).toBe(false);
    expect(await store().get(id)).toMatchObject({ state: "ended" });
    expect(ended()).toMatchObject([{ event: "session-ended", why: "revoked", by: "desk-7" }]);
  });

  it("ends no session of another user by a handle and a user", async () => {
    const { id } = await begin(ada);
    const handle = await sessionHandle(id);
    expect(await admin.revoke({ handle, userId: bob.id }, { by: "desk-7" })).toBe(false);
    expect(await admin.revoke({ handle, userId: ada.id }, { by: "desk-7" })).toBe(true);
  });

  it("ends all that meet a filter, and none by a dry run", async () => {
    const others = await many(3, () => begin(null, { servedBy: "b" }));
    await many(130, () => begin());
    await many(3, () => begin(ada));
    const filter = { server: "a", signedIn: false };
    expect(await admin.revokeWhere(filter, { by: "desk-7", dryRun: true })).toEqual({
      matched: 130,
      ended: 0,
    });
    expect(ended()).toEqual([]);
    expect(await admin.revokeWhere(filter, { by: "desk-7" })).toEqual({ matched: 130, ended: 130 });
    expect(ended()).toHaveLength(130);
    expect(await admin.count()).toEqual({ signedIn: 3, visitors: 3, total: 6, isEstimate: false });
    for (const { id } of others) expect((await store().peek(id)).state).toBe("live");
  });

  it("ends none by a filter without a condition", async () => {
    const { id } = await begin();
    await expect(admin.revokeWhere({ server: undefined }, { by: "desk-7" })).rejects.toThrow(TypeError);
    expect((await store().peek(id)).state).toBe("live");
  });

  it("sees in the last hour what began and what they ended", async () => {
    const { id } = await begin(ada);
    await begin();
    await admin.revoke({ handle: await sessionHandle(id) }, { by: "desk-7" });
    expect(await admin.lastHour()).toEqual({
      begun: 2,
      ended: { revoked: 1 },
      byServer: { a: { begun: 2, ended: { revoked: 1 } } },
    });
  });
});

describe("without an index", () => {
  const plain = createAdmin(setUpSessions(contractSession));

  it("a session that begins leaves none", async () => {
    live(await plain.open({ by: "a test" }).sessions.create(anonymousSession(sessionInit)));
    expect(await test.direct.keys("active-sessions:*")).toEqual([]);
  });

  it("one user's sessions are listed and ended all the same, and what needs it says so", async () => {
    const { id } = await begin(ada);
    const requests = await countRequests(test, async () => {
      expect((await plain.list({ userId: ada.id })).sessions).toHaveLength(1);
    });
    expect(requests).toBe(2);
    const handle = await sessionHandle(id);
    for (const call of [
      plain.count(),
      plain.lastHour(),
      plain.list(),
      plain.revoke({ handle }, { by: "desk-7" }),
    ])
      await expect(call).rejects.toThrow("activeIndex");
    expect(await plain.revoke({ handle, userId: ada.id }, { by: "desk-7" })).toBe(true);
  });
});
