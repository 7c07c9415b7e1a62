import { expect, it, vi } from "vitest";
import { testVariables } from "../testing/test-env.ts";
import { visitOf } from "../testing/test-visit.ts";
import { tellBrowser } from "./tell-browser.ts";

for (const [name, value] of Object.entries(testVariables("http://localhost:1", "token")))
  vi.stubEnv(name, value);

function told(request: Record<string, string>, answer: Record<string, string> = {}) {
  const headers = new Headers(answer);
  tellBrowser(headers, visitOf(new Headers({ host: "localhost:3000", ...request })), "default-src 'none'");
  return headers;
}

it("asks for https from now on where the visitor came by https, and nowhere else", () => {
  expect(told({ "x-forwarded-proto": "https" }).get("strict-transport-security")).toMatch(/^max-age=\d{8};/);
  for (const request of [{}, { "x-forwarded-proto": "http" }, { "x-forwarded-proto": "http, https" }])
    expect(told(request).get("strict-transport-security")).toBeNull();
});

it("leaves an answer the policy that it has", () => {
  expect(told({}).get("content-security-policy")).toBe("default-src 'none'");
  const own = { "content-security-policy": "img-src 'self'" };
  expect(told({}, own).get("content-security-policy")).toBe("img-src 'self'");
});
