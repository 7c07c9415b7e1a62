import { expect, it } from "vitest";
import { requestDigest } from "./idempotency.ts";
import { idempotencyKeyOf } from "./next/http/body.ts";
import { createSessionId } from "./session-id.ts";

const key = "0123456789abcdef";

it("is a field of a form and a header of a JSON request", () => {
  const headers = new Headers({ "idempotency-key": key });
  expect(idempotencyKeyOf(headers, "json", {})).toBe(key);
  expect(idempotencyKeyOf(new Headers(), "form", { idempotencyKey: key })).toBe(key);
  expect(idempotencyKeyOf(headers, "form", {})).toBeNull();
  expect(idempotencyKeyOf(new Headers(), "json", { idempotencyKey: key })).toBeNull();
});

it.each(["", "short", key.repeat(5), `${key}!`, `"${key}"`, `${key} `, "ключключключключ"])(
  "is refused as %j",
  (wrong) => {
    expect(() => idempotencyKeyOf(new Headers(), "form", { idempotencyKey: wrong })).toThrow("16 to 64");
  },
);

it("is refused as anything but a text", () => {
  for (const wrong of [1, true, ["0123456789abcdef"]])
    expect(() => idempotencyKeyOf(new Headers(), "form", { idempotencyKey: wrong })).toThrow("16 to 64");
});

it("is bound to the carried session; the request to the route and the fields, in whatever order", async () => {
  const carried = createSessionId();
  const base = { key, path: "/api/cart/add", sent: { sku: "tote", quantity: "1" }, carried };
  const digest = await requestDigest(base);
  expect(digest).toEqual({
    key: expect.stringMatching(/^[\w-]{16}$/),
    content: expect.stringMatching(/^[\w-]{16}$/),
  });
  expect(await requestDigest({ ...base, sent: { idempotencyKey: key, quantity: "1", sku: "tote" } })).toEqual(
    digest,
  );
  for (const other of [
    { ...base, path: "/api/cart/set" },
    { ...base, sent: { ...base.sent, quantity: "2" } },
    { ...base, sent: { ...base.sent, next: "/" } },
  ]) {
    const { key: ofKey, content } = await requestDigest(other);
    expect([ofKey, content === digest.content]).toEqual([digest.key, false]);
  }
  for (const other of [
    { ...base, key: `${key}0` },
    { ...base, carried: createSessionId() },
    { ...base, carried: null },
  ]) {
    const { key: ofKey, content } = await requestDigest(other);
    expect([ofKey === digest.key, content === digest.content]).toEqual([false, false]);
  }
});
