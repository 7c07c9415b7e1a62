import { createSessionId, sessionHandle } from "@carryover/session/internal/session-id";
import { snapshotOf } from "@carryover/session/internal/session-snapshot";
import { testVariables } from "@carryover/session/internal/testing/test-env";
import { beforeAll, expect, it, vi } from "vitest";
import { anonymousSession, type LiveSession, type Session } from "@/lib/test-session";
import { sessionAnswer } from "./session-view";

beforeAll(() => {
  const variables = { ...testVariables("http://localhost:1", "token"), INSTANCE_NAME: "b" };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
});

const session: Session = {
  v: 1,
  revision: 7,
  createdAt: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
  expiresAt: Date.UTC(2026, 0, 9, 3, 4, 5, 6),
  ...anonymousSession({ idleSeconds: 60, servedBy: "a", device: "a test" }),
};
const liveOf = (more: Partial<Session> = {}): LiveSession => ({
  state: "live",
  id: createSessionId(),
  session: { ...session, ...more },
  ttlMs: 59_999.9,
  nowMs: 1,
});

it("shows the session's owner what the contract says and nothing more", async () => {
  const live = liveOf({
    user: { id: "u", name: "ada", passwordHash: "secret" },
    data: {
      ...session.data,
      profile: { ...session.data.profile, note: "secret" },
      cart: { lines: [{ sku: "tote", quantity: 2, note: "secret" }], voucher: "secret" },
      views: [
        ["other", 5],
        ["7", 1],
        ["a", 2],
      ],
      token: "secret",
    },
  });
  const answer = sessionAnswer(await snapshotOf(live));
  expect(answer).toEqual({
    authenticated: true,
    servedBy: "b",
    session: {
      handle: await sessionHandle(live.id),
      user: { id: "u", name: "ada" },
      profile: { displayName: "Visitor", locale: "en-GB", theme: "system" },
      cart: {
        lines: [{ sku: "tote", name: "Market tote", quantity: 2, unitPriceCents: 3900, totalCents: 7800 }],
        quantity: 2,
        totalCents: 7800,
        currency: "EUR",
      },
      views: { other: 5, a: 2, 7: 1 },
      createdAt: "2026-01-02T03:04:05.006Z",
      expiresAt: "2026-01-09T03:04:05.006Z",
      idleSeconds: 60,
      ttlSeconds: 59,
      revision: 7,
    },
  });
  expect(JSON.stringify(answer)).not.toContain(live.id);
});

it("shows a visitor with a session, who is not signed in, and none", async () => {
  expect(sessionAnswer(await snapshotOf(liveOf()))).toMatchObject({
    authenticated: false,
    session: { user: null },
  });
  expect(sessionAnswer(null)).toEqual({ authenticated: false, servedBy: "b", session: null });
});
