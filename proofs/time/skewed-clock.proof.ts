import { startTestEnv, type TestEnv } from "@carryover/session/internal/testing/test-env";
import { createVisitor } from "@carryover/session/internal/testing/test-visitor";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { type AppServer, startAppServer } from "../support/app-server";

// Sessions of half an hour, and servers whose clocks are hours apart: Redis' own clock is the only one that ends a session.
const HOUR_MS = 3_600_000;
let test: TestEnv;
const servers: AppServer[] = [];

beforeAll(async () => {
  vi.spyOn(console, "info").mockImplementation(() => {});
  test = await startTestEnv({ SESSION_LIFETIME_SECONDS: "1800", SESSION_DEADLINE_MS: "10000" });
  for (let each = 0; each < 2; each++) servers.push(await startAppServer(test.variables));
});
afterEach(() => vi.useRealTimers());
afterAll(() => test?.stop());

/** Sets the clock that a server reads its time from. Redis keeps its own. */
function skew(hours: number): void {
  vi.useRealTimers();
  if (hours !== 0) vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + hours * HOUR_MS });
}

it.each([
  [0, 1],
  [1, 0],
  [0, -1],
  [-1, 0],
  [-1, 1],
  [0, 23],
  [23, 0],
])(
  "a session that begins at a clock of %d h lives at one of %d h, and ends there by Redis' time",
  async (at, other) => {
    const [first, second] = servers;
    if (!first || !second) throw new Error("two servers");
    const visitor = createVisitor();
    skew(at);
    await visitor.post(first.cartAdd, { sku: "tote" });
    expect((await visitor.post(first.guest)).status).toBe(200);
    skew(other);
    const seen = await (await visitor.get(second.session)).json();
    expect(seen).toMatchObject({ authenticated: true, session: { cart: { quantity: 1 } } });
    expect((await visitor.post(second.cartAdd, { sku: "tote" })).status).toBe(200);
    expect(visitor.cookie, "and nobody gave it a new cookie").toMatch(/Fe26/);
    await test.direct.del((await test.direct.keys("session:*")).filter(Boolean));
    expect(await (await visitor.get(second.session)).json()).toMatchObject({ session: null });
  },
);
