import { expect, test } from "vitest";
import { outcomeOf } from "./outcome";
import { parseCart, parseSession } from "./parsed-session";

const answer = (status: number, body: unknown) => outcomeOf({ status, servedBy: "a", body });

test("an answer is done, refused, ended or unreachable", () => {
  expect(answer(200, { lines: [] })).toEqual({ kind: "done", servedBy: "a", body: { lines: [] } });
  expect(answer(409, { code: "cart-full", detail: "Full." })).toEqual({ kind: "refused", message: "Full." });
  expect(answer(401, { code: "no-session" })).toEqual({ kind: "ended" });
  expect(answer(503, { code: "unavailable" })).toEqual({ kind: "unreachable" });
});

test("a server that died on the way and a network that is down are out of reach, not a refusal", () => {
  expect(answer(502, "Bad Gateway")).toEqual({ kind: "unreachable" });
  expect(outcomeOf(null)).toEqual({ kind: "unreachable" });
});

test("a 503 busy shows the server's message", () => {
  expect(answer(503, { code: "busy", detail: "Try again." })).toMatchObject({ kind: "refused" });
});

test("a refusal without a message of ours has a message all the same", () => {
  expect(answer(403, "<html>")).toMatchObject({
    kind: "refused",
    message: expect.stringMatching(/not done/),
  });
});

test("a body without a cart or a session is distinguished from an answer that says none", () => {
  expect(parseCart({ lines: [{ sku: "tote", quantity: 2, name: "Market tote" }, { sku: 1 }] })).toEqual({
    lines: [{ sku: "tote", quantity: 2 }],
  });
  expect(parseCart("<html>")).toBeNull();
  expect(parseSession({ session: null })).toBeNull();
  for (const body of ["<html>", null, {}, { session: {} }]) expect(parseSession(body)).toBeUndefined();
});

test("a session is read with its views by server, and without what an answer lacks", () => {
  const body = {
    session: {
      handle: "0123456789ab",
      user: { id: "u", name: "ada" },
      profile: { theme: "dark" },
      cart: { lines: [{ sku: "tote", quantity: 2 }], quantity: 2, totalCents: 6000 },
      views: { b: 2, a: 1, c: "many" },
      createdAt: "2026-11-25T12:00:00.000Z",
      expiresAt: "2026-11-25T13:00:00.000Z",
      idleSeconds: 60,
      ttlSeconds: 59,
      revision: 3,
    },
  };
  expect(parseSession(body)).toEqual({
    handle: "0123456789ab",
    user: "ada",
    theme: "dark",
    cart: { lines: [{ sku: "tote", quantity: 2 }] },
    items: 2,
    totalCents: 6000,
    views: [
      ["a", 1],
      ["b", 2],
    ],
    lifetimeSeconds: 3600,
    idleSeconds: 60,
    ttlSeconds: 59,
    revision: 3,
  });
  const { user: _, views: __, ...visitor } = body.session;
  expect(parseSession({ session: visitor })).toMatchObject({ user: null, views: [] });
});
