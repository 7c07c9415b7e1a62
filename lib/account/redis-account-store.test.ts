import { parseEnv } from "@carryover/session/internal/env";
import { redisKeys } from "@carryover/session/internal/redis/keys";
import { redisWithin } from "@carryover/session/internal/redis/transport/deadline";
import { StoreUnavailable } from "@carryover/session/internal/store";
import {
  startFakeGateway,
  startTestEnv,
  type TestEnv,
  testVariables,
} from "@carryover/session/internal/testing/test-env";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type Account, isOperator } from "@/lib/account/account";
import { redisAccountStore } from "./redis-account-store";

const keys = redisKeys("test:");
const ada: Account = { id: "user-ada", name: "ada", passwordHash: "hash-of-ada", createdAt: 1 };
let test: TestEnv;

beforeAll(async () => {
  test = await startTestEnv();
});
beforeEach(() => test.direct.flushAll());
afterAll(() => test?.stop());

const store = () => redisAccountStore({ redis: redisWithin(test.env, 10_000), keys });

it("keeps an account as JSON without a TTL, and finds it by its name", async () => {
  expect(await store().find("ada")).toBeNull();
  expect(await store().create(ada)).toBe(true);
  expect(await store().find("ada")).toEqual(ada);
  expect(await test.direct.get("test:account:ada")).toBe(JSON.stringify(ada));
  expect(await test.direct.ttl("test:account:ada")).toBe(-1);
});

it("keeps the account that was first: a second one of its name changes nothing", async () => {
  await store().create(ada);
  expect(await store().create({ ...ada, id: "user-eve", passwordHash: "hash-of-eve" })).toBe(false);
  expect(await store().find("ada")).toEqual(ada);
});

it("creates an account once and says so, where the answer to it was lost", async () => {
  const redis = redisWithin(test.env, 10_000);
  let lost = 0;
  const losing: typeof redis = {
    ...redis,
    async run(operation, use) {
      const answer = await redis.run(operation, use);
      if (operation === "create account" && lost++ === 0)
        throw new StoreUnavailable(operation, "reset", true);
      return answer;
    },
  };
  expect(await redisAccountStore({ redis: losing, keys }).create(ada)).toBe(true);
  expect(lost).toBe(2);
  expect(await store().create({ ...ada, id: "user-eve" })).toBe(false);
});

it("lets one of many at once have a name", async () => {
  const many = Array.from({ length: 20 }, (_, at) => ({ ...ada, id: `user-${at}` }));
  const done = await Promise.all(many.map((account) => store().create(account)));
  expect(done.filter(Boolean)).toHaveLength(1);
  expect((await store().find("ada"))?.id).toBe(`user-${done.indexOf(true)}`);
});

it("deletes an account as it was found, and the name is free", async () => {
  await store().create(ada);
  expect(await store().delete(ada)).toBe(true);
  expect(await store().find("ada")).toBeNull();
  const eve = { ...ada, id: "user-eve" };
  expect(await store().create(eve)).toBe(true);
  expect(await store().delete(ada)).toBe(true);
  expect(await store().find("ada")).toEqual(eve);
});

it("keeps an account whose password was changed meanwhile", async () => {
  await store().create(ada);
  await store().changePassword(ada, "hash-of-another");
  expect(await store().delete(ada)).toBe(false);
  expect(await store().find("ada")).toEqual({ ...ada, passwordHash: "hash-of-another", signInVersion: 1 });
});

it("gets a later version with each new password, wherever that stands, and keeps the fields of a newer build", async () => {
  const key = "test:account:ada";
  for (const [before, after] of [
    [{}, { signInVersion: 1 }],
    [{ tags: [] }, { tags: [], signInVersion: 1 }],
    [
      { signInVersion: 9, tags: [{}] },
      { signInVersion: 10, tags: [{}] },
    ],
  ]) {
    await test.direct.set(key, `${JSON.stringify({ ...ada, ...before })}\n`);
    expect(await store().changePassword(ada, "hash-of-another")).toBe(true);
    const expected = JSON.stringify({ ...ada, passwordHash: "hash-of-another", ...after });
    expect((await test.direct.get(key))?.trim()).toBe(expected);
    // Its reply was lost.
    expect(await store().changePassword(ada, "hash-of-another")).toBe(true);
    expect((await test.direct.get(key))?.trim()).toBe(expected);
  }
});

it("disables an account and enables it, and keeps the fields of a newer build", async () => {
  await test.direct.set("test:account:ada", JSON.stringify({ ...ada, tags: [] }));
  expect(await store().setDisabled("ada", 5)).toEqual({ ...ada, tags: [], disabledAt: 5, signInVersion: 1 });
  expect(await store().find("ada")).toEqual({ ...ada, tags: [], disabledAt: 5, signInVersion: 1 });
  expect(await test.direct.ttl("test:account:ada")).toBe(-1);
  const enabled = { ...ada, tags: [], signInVersion: 1 };
  expect(await store().setDisabled("ada", null)).toEqual(enabled);
  expect(JSON.parse((await test.direct.get("test:account:ada")) ?? "")).toEqual(enabled);
  expect(await store().setDisabled("eve", 5)).toBeNull();
});

it("gives an account a role and takes it away, and keeps the fields of a newer build", async () => {
  await test.direct.set("test:account:ada", JSON.stringify({ ...ada, tags: [] }));
  const operator = { ...ada, tags: [], role: "operator" };
  for (let times = 0; times < 2; times++) expect(await store().setRole("ada", "operator")).toEqual(operator);
  expect(await store().find("ada")).toEqual(operator);
  expect(await test.direct.ttl("test:account:ada")).toBe(-1);
  expect(isOperator(operator)).toBe(true);
  const disabled = await store().setDisabled("ada", 5);
  expect(disabled).toMatchObject({ role: "operator" });
  expect(disabled && isOperator(disabled), "while its owner is shut out").toBe(false);
  await store().setDisabled("ada", null);
  await store().changePassword(ada, "hash-of-another");
  expect(await store().find("ada")).toMatchObject({ role: "operator", passwordHash: "hash-of-another" });
  for (let times = 0; times < 2; times++)
    expect(await store().setRole("ada", null)).not.toHaveProperty("role");
  expect(await store().find("ada")).not.toHaveProperty("role");
  expect(await store().setRole("eve", "operator")).toBeNull();
  expect(await store().setRole("eve", null)).toBeNull();
});

it("finds an account with the role of a newer build, which gives no right here", async () => {
  for (const role of ["auditor", "OPERATOR", "operator "]) {
    await test.direct.set("test:account:ada", JSON.stringify({ ...ada, role }));
    const found = await store().find("ada");
    expect(found).toEqual({ ...ada, role });
    expect(found && isOperator(found)).toBe(false);
  }
});

it("loses neither a change of the password nor the disabling, when they meet", async () => {
  for (let at = 0; at < 20; at++) {
    await test.direct.del("test:account:ada");
    await store().create(ada);
    const [changed] = await Promise.all([
      store().changePassword(ada, "hash-of-another"),
      store().setDisabled("ada", 5),
    ]);
    expect(changed).toBe(true);
    expect(await store().find("ada")).toEqual({
      ...{ ...ada, passwordHash: "hash-of-another" },
      ...{ disabledAt: 5, signInVersion: 2 },
    });
  }
});

it("costs one request to find, one to create and one to delete", async () => {
  const before = test.cloud.gateway.requests;
  await store().find("ada");
  await store().create(ada);
  await store().delete(ada);
  expect(test.cloud.gateway.requests - before).toBe(3);
});

describe("what is no account", () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  beforeEach(() => log.mockClear());
  afterAll(() => log.mockRestore());
  const logged = () => log.mock.calls.map(([line]) => JSON.parse(String(line)));

  it.each(["", "null", "[]", "1", "{", "{}", '{"id":"x"}', JSON.stringify({ ...ada, passwordHash: null })])(
    "finds none in %j, says so in the log without the text, and leaves it there",
    async (text) => {
      await test.direct.set("test:account:ada", text);
      expect(await store().find("ada")).toBeNull();
      expect(await store().create(ada)).toBe(false);
      expect(await test.direct.get("test:account:ada")).toBe(text);
      expect(logged()).toEqual([{ time: expect.any(String), event: "account-unreadable" }]);
    },
  );

  it("finds none in a key of another type: that is no outage", async () => {
    await test.direct.hSet("test:account:ada", "field", "value");
    expect(await store().find("ada")).toBeNull();
    expect(await store().create(ada)).toBe(false);
    expect(logged()).toEqual([{ time: expect.any(String), event: "account-unreadable" }]);
  });
});

it("keeps the fields of a newer build readable", async () => {
  await test.direct.set("test:account:ada", JSON.stringify({ ...ada, mail: "ada@example.com" }));
  expect(await store().find("ada")).toMatchObject(ada);
});

it.each(["[{}]", "[]", '[{"result":1}]', '[{"result":["OK"]}]'])(
  "takes %s neither for an account that was made nor for none that was found",
  async (body) => {
    const fake = await startFakeGateway(() => ({ status: 200, body }));
    const env = parseEnv(testVariables(fake.url, "token"));
    const broken = redisAccountStore({ redis: redisWithin(env), keys });
    await expect(broken.create(ada)).rejects.toMatchObject({ name: "StoreUnavailable" });
    await expect(broken.find("ada")).rejects.toMatchObject({ name: "StoreUnavailable" });
    await fake.close();
  },
);
