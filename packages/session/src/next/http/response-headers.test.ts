import { expect, it, vi } from "vitest";
import { contextOf } from "../../testing/test-context.ts";
import { testVariables } from "../../testing/test-env.ts";
import { setResponseHeaders } from "./response-headers.ts";

for (const [name, value] of Object.entries(testVariables("http://localhost:1", "token")))
  vi.stubEnv(name, value);

function headersOf(request: Record<string, string>, answer: Record<string, string> = {}) {
  const headers = new Headers(answer);
  setResponseHeaders(
    headers,
    contextOf(new Headers({ host: "localhost:3000", ...request })),
    "default-src 'none'",
  );
  return headers;
}

it("asks for https from now on where the visitor came by https, and nowhere else", () => {
  const overTls = { host: "shop.example", "x-forwarded-proto": "https" };
  expect(headersOf(overTls).get("strict-transport-security")).toMatch(/^max-age=\d{8};/);
  const plain = [{}, { "x-forwarded-proto": "http" }, { "x-forwarded-proto": "https, http" }];
  for (const request of plain)
    expect(
      headersOf({ ...overTls, "x-forwarded-proto": "", ...request }).get("strict-transport-security"),
    ).toBeNull();
});

it.each(["localhost", "localhost:3000", "shop.localhost", "127.0.0.1:3443", "[::1]"])(
  "asks for nothing under %s, which is another server's name, too",
  (host) => {
    expect(headersOf({ host, "x-forwarded-proto": "https" }).get("strict-transport-security")).toBeNull();
  },
);

it("says https only, however a proxy spells it", () => {
  const loud = { host: "shop.example:443", "x-forwarded-proto": "HTTPS" };
  expect(headersOf(loud).get("strict-transport-security")).not.toBeNull();
});

it("leaves an answer the policy that it has", () => {
  expect(headersOf({}).get("content-security-policy")).toBe("default-src 'none'");
  const own = { "content-security-policy": "img-src 'self'" };
  expect(headersOf({}, own).get("content-security-policy")).toBe("img-src 'self'");
});
