import { redisKeys } from "@carryover/session/internal/redis/keys";
import { startTestEnv, type TestEnv } from "@carryover/session/internal/testing/test-env";
import { afterAll, beforeAll, expect, it } from "vitest";
import { deleteAccountScript } from "./account-scripts";

const keys = redisKeys("");
let test: TestEnv;

beforeAll(async () => {
  test = await startTestEnv();
});
afterAll(() => test?.stop());

it("deletes an account once and says both times that it is gone; another of its name stays", async () => {
  const key = keys.own("account", "ada");
  const remove = () =>
    test.direct.eval(deleteAccountScript, { keys: [key], arguments: ['"id":"1"', '"passwordHash":"x"'] });
  await test.direct.set(key, '{"id":"1","name":"ada","passwordHash":"y"}');
  expect(await remove()).toBe(0);
  expect(await test.direct.exists(key)).toBe(1);
  await test.direct.set(key, '{"id":"1","name":"ada","passwordHash":"x"}');
  expect([await remove(), await remove()]).toEqual([1, 1]);
  expect(await test.direct.exists(key)).toBe(0);
  await test.direct.set(key, '{"id":"2","name":"ada","passwordHash":"x"}');
  expect(await remove()).toBe(1);
  expect(await test.direct.exists(key)).toBe(1);
  await test.direct.del(key);
  await test.direct.hSet(key, "field", "value");
  expect(await remove()).toBe(1);
  expect(await test.direct.exists(key)).toBe(1);
});
