import { expect, it } from "vitest";
import { dataPolicy, newNonce, pagePolicy, plainPagePolicy } from "./response-headers.ts";

const shut = ["default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"];

it.each([
  ["a page", pagePolicy()],
  ["data", dataPolicy],
  ["a page of one piece", plainPagePolicy("n")],
])("%s may neither be framed nor have a base or plug-ins, and loads only what is named", (_, policy) => {
  expect(policy.split("; ")).toEqual(expect.arrayContaining(shut));
});

it("a page runs no script for being inline, and evaluates none", () => {
  const [scripts] = pagePolicy()
    .split("; ")
    .filter((directive) => directive.startsWith("script-src"));
  expect(scripts).toMatch(/^script-src 'nonce-[\w-]{22}' 'strict-dynamic'$/);
});

it("no two pages have the same nonce", () => {
  expect(new Set(Array.from({ length: 1000 }, newNonce)).size).toBe(1000);
  expect(pagePolicy()).not.toBe(pagePolicy());
});
