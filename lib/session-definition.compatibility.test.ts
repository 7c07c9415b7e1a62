import { redisKeys } from "@carryover/session/internal/redis/keys";
import { redisSessionStore } from "@carryover/session/internal/redis/redis-session-store";
import { redisWithin } from "@carryover/session/internal/redis/transport/deadline";
import { createSessionId } from "@carryover/session/internal/session-id";
import { startTestEnv, type TestEnv } from "@carryover/session/internal/testing/test-env";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod/mini";
import { ada, add, live, sessionCodec } from "@/lib/test-session";

// Values that the store of commit 333b18d wrote, which kept the shop's data and the package's own in one object in memory, too.
const visitor =
  '{"v":2,"revision":1,"createdAt":1795877466527,"expiresAt":1798469466527,"idleSeconds":86400,"user":null,"profile":{"displayName":"Visitor","locale":"en-GB","theme":"system"},"cart":{"lines":[]},"views":[],"servedBy":"a","device":"Firefox on Linux","writes":["M2O-E_gpkyQ8ec"]}';
const cart =
  '{"v":2,"revision":3,"createdAt":1795877466527,"expiresAt":1798469466527,"idleSeconds":86400,"user":null,"profile":{"displayName":"Visitor","locale":"ja-JP","theme":"dark"},"cart":{"lines":[{"sku":"tote","quantity":2}]},"views":[],"servedBy":"a","device":"Firefox on Linux","wishlist":[[],{},12345678901234],"writes":["M2O-E_lM4VZ6L4"]}';
const user =
  '{"v":2,"revision":2,"createdAt":1795877466555,"expiresAt":1798469466555,"idleSeconds":86400,"user":{"id":"user-ada","name":"ada"},"profile":{"displayName":"ada","locale":"ja-JP","theme":"dark"},"cart":{"lines":[{"sku":"tote","quantity":2}]},"views":[["a",1],["b",1]],"servedBy":"a","device":"Firefox on Linux","writes":["M2O-E_owDV7_4K"]}';
/** A session that is not remembered, which that commit has changed: what it did not know stands with the shop's data. */
const unremembered = user.replace('"servedBy"', '"remember":false,"servedBy"');
const tombstones = ['{"ended":"M2O-E_0D5F1OR5"}', '{"ended":"M2O-E_pzviBgZy"}'];

// The rules by which that commit read a value; of an object it kept what it did not know.
const text64 = z.string().check(z.minLength(1), z.maxLength(64));
const epochMs = z.int().check(z.minimum(0), z.maximum(8.64e15));
const earlierSchema = z.looseObject({
  v: z.int().check(z.minimum(1)),
  revision: z.int().check(z.minimum(1)),
  createdAt: epochMs,
  expiresAt: epochMs,
  idleSeconds: z.int().check(z.minimum(1), z.maximum(86_400)),
  user: z.nullable(z.looseObject({ id: text64, name: text64 })),
  profile: z.looseObject({
    displayName: z.string().check(z.trim(), z.minLength(1), z.maxLength(64)),
    locale: z.enum(["en-US", "en-GB", "de-DE", "fr-FR", "ja-JP"]),
    theme: z.enum(["system", "light", "dark"]),
  }),
  cart: z.looseObject({
    lines: z
      .array(z.looseObject({ sku: text64, quantity: z.int().check(z.minimum(1), z.maximum(999)) }))
      .check(z.maxLength(50)),
  }),
  views: z.array(z.tuple([text64, z.int().check(z.minimum(0))])).check(z.maxLength(21)),
  servedBy: z.string().check(z.maxLength(64)),
  device: z.string().check(z.maxLength(80)),
});
/** That commit's scripts read the head by its order. */
const EARLIER_HEAD = /^{"v":(\d+),"revision":(\d+),"createdAt":(\d+),"expiresAt":(\d+),"idleSeconds":(\d+),/;

const keys = redisKeys("");
let test: TestEnv;

beforeAll(async () => {
  test = await startTestEnv();
});
afterAll(() => test?.stop());

const store = () =>
  redisSessionStore({
    redis: redisWithin(test.env, 60_000),
    keys,
    codec: sessionCodec,
    lifetimeSeconds: 3600,
  });

/** Keeps a value under a new ID; a session's with its lifetime before it. */
async function plant(text: string) {
  const id = createSessionId();
  const now = Date.now();
  const timely = text.replace(
    /"createdAt":\d+,"expiresAt":\d+/,
    `"createdAt":${now},"expiresAt":${now + 3_600_000}`,
  );
  await test.direct.set(keys.session(id), timely, { expiration: { type: "EX", value: 3600 } });
  return { id, kept: async () => (await test.direct.get(keys.session(id))) ?? "" };
}

describe("a session that an earlier build wrote", () => {
  it.each([visitor, cart, user, unremembered])("is read as it is", (text) => {
    const found = sessionCodec.decode(text);
    const { data, ...frame } = found?.session ?? {};
    expect({ ...frame, ...data, writes: found?.writes }).toEqual(JSON.parse(text));
  });

  it.each([visitor, cart, user, unremembered])(
    "is changed, and read again by the earlier build",
    async (text) => {
      const { id, kept } = await plant(text);
      const before = earlierSchema.parse(JSON.parse(await kept()));
      live(await store().update(id, add("tote")));
      const value = await kept();
      expect(value).toMatch(EARLIER_HEAD);
      const after = earlierSchema.parse(JSON.parse(value));
      const quantity = (before.cart.lines[0]?.quantity ?? 0) + 1;
      expect(after).toMatchObject({
        ...before,
        revision: before.revision + 1,
        cart: { lines: [{ quantity }] },
        writes: expect.any(Array),
      });
    },
  );

  it("is listed, rotated and ended; the earlier build knows what stands in its place", async () => {
    const { id, kept } = await plant(user);
    live(await store().update(id, add("tote")));
    expect((await store().list(ada.id)).map((each) => each.id)).toContain(id);
    const old = live(await store().peek(id));
    live(await store().rotate(old, (session) => session));
    expect(await kept()).toMatch(/^{"ended":"[\w-]+"/);
  });
});

it.each(tombstones)("what an earlier build has ended stays ended: %s", async (text) => {
  const { id, kept } = await plant(text);
  expect(await store().get(id)).toMatchObject({ state: "ended" });
  expect(await store().update(id, add("tote"))).toMatchObject({ state: "ended" });
  expect(await kept()).toBe(text);
});
