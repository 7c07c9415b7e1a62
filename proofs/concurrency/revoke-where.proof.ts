import type { TestEnv } from "@carryover/session/internal/testing/test-env";
import { startTestServer } from "@carryover/session/internal/testing/test-server";
import { createVisitor } from "@carryover/session/internal/testing/test-visitor";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import * as cartAdd from "@/app/api/cart/add/route";
import * as session from "@/app/api/session/route";
import { admin } from "@/lib/session";
import { anonymousSession } from "@/lib/test-session";
import { itLeavesNoKeyWithoutTtl, liveSessionsOf } from "../support/kept-keys";
import { record } from "../support/record";
import { repeat, trialsOf } from "../support/trials";

vi.spyOn(console, "error").mockImplementation(() => {});
vi.spyOn(console, "info").mockImplementation(() => {});

const THIEF = { idleSeconds: 3600, servedBy: "stolen", device: "a stolen device" };
let test: TestEnv;

beforeAll(async () => {
  test = await startTestServer({ INSTANCE_NAME: "a", SESSION_DEADLINE_MS: "10000" });
});
afterAll(() => test?.stop());

it("sessions that an operator ends by a filter all end, the others stay, and requests are served meanwhile", async () => {
  const trials = trialsOf("revokedWhere");
  const store = () => admin.open({ by: "a proof" }).sessions;
  await repeat({ trials, atOnce: 50 }, () => store().create(anonymousSession(THIEF)));
  const shopper = createVisitor();
  await shopper.post(cartAdd.POST, { sku: "tote" });

  let isOver = false;
  let served = 0;
  let failed = 0;
  const shopping = async () => {
    while (!isOver) {
      const { ok } = await shopper.get(session.GET);
      const added = await createVisitor().post(cartAdd.POST, { sku: "lantern" });
      if (ok && added.ok) served += 2;
      else failed++;
    }
  };
  const startedMs = performance.now();
  const revoking = admin.revokeWhere({ device: "stolen" }, { by: "operator" }).finally(() => (isOver = true));
  const [{ matched, ended }] = await Promise.all([revoking, shopping()]);
  const tookMs = Math.round(performance.now() - startedMs);

  const keys = await liveSessionsOf(test.direct, "");
  const texts = await Promise.all(keys.map((key) => test.direct.get(key)));
  const left = texts.filter((text) => text?.includes(THIEF.device)).length;
  await record("revoke-where", { trials, matched, ended, left, served, failed, tookMs });
  expect({ matched, ended, left, failed }).toEqual({ matched: trials, ended: trials, left: 0, failed: 0 });
  expect(served).toBeGreaterThan(0);
  // The shopper and all who began meanwhile.
  expect(texts).toHaveLength(1 + served / 2);
});

itLeavesNoKeyWithoutTtl("revoke-where", () => test);
