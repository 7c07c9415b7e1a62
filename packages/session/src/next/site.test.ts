import { beforeEach, describe, expect, it, vi } from "vitest";
import { parseEnv } from "../env.ts";
import { testVariables } from "../testing/test-env.ts";
import { clientAddress, refererPath, siteOf } from "./site.ts";

const log = vi.spyOn(console, "error").mockImplementation(() => {});
beforeEach(() => log.mockClear());

const variables = testVariables("http://localhost:1", "token");
const env = parseEnv(variables);
const siteFor = (headers: Record<string, string>, more = env) => siteOf(new Headers(headers), more);

describe("the site", () => {
  it.each<[Record<string, string>, string]>([
    [{ host: "localhost:3000" }, "http://localhost:3000"],
    [{ host: "shop.example", "x-forwarded-proto": "https" }, "https://shop.example"],
    [
      { host: "10.0.0.1", "x-forwarded-proto": "https", "x-forwarded-host": "Shop.Example" },
      "https://shop.example",
    ],
    [
      { host: "h", "x-forwarded-proto": "https, http", "x-forwarded-host": "shop.example, inner" },
      "https://shop.example",
    ],
    [{ host: "shop.example", "x-forwarded-proto": "HTTPS" }, "http://shop.example"],
    [{ host: "shop.example", "x-forwarded-proto": "javascript" }, "http://shop.example"],
    [{ host: "shop.example", "x-forwarded-host": "" }, "http://shop.example"],
    [{}, "http://localhost"],
  ])("with %j is %s", (headers, origin) => {
    expect(siteFor(headers)).toEqual({ origin, secure: origin.startsWith("https:") });
  });

  it("is what APP_ORIGIN says, whatever the headers claim", () => {
    const https = parseEnv({ ...variables, APP_ORIGIN: "https://shop.example" });
    const http = parseEnv({ ...variables, APP_ORIGIN: "http://localhost:3000" });
    const claims = { host: "evil.example", "x-forwarded-host": "evil.example", "x-forwarded-proto": "http" };
    expect(siteFor(claims, https)).toEqual({ origin: "https://shop.example", secure: true });
    expect(siteFor({ ...claims, "x-forwarded-proto": "https" }, http).secure).toBe(false);
  });

  it("warns of plain http to another host than this one, once", async () => {
    vi.resetModules();
    const fresh = await import("./site.ts");
    const visit = (host: string) => fresh.siteOf(new Headers({ host }), env);
    for (const host of ["localhost", "localhost:3000", "127.0.0.1:3000", "[::1]:3000"]) visit(host);
    expect(log).not.toHaveBeenCalled();
    for (const host of ["shop.example", "localhost.evil.example", "192.168.0.7"]) visit(host);
    expect(log.mock.calls.map(([line]) => JSON.parse(String(line)).event)).toEqual(["plain-http"]);
  });
});

describe("the client's address", () => {
  it.each<[string | null, string]>([
    [null, "unknown"],
    ["192.0.2.7", "192.0.2.7"],
    ["203.0.113.9, 192.0.2.7", "192.0.2.7"],
    ["1.2.3.4,5.6.7.8,  2001:db8::7 ", "2001:db8:0:0::/64"],
    // Who has one address of IPv6 has a network of them.
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:DB8:1:2::", "2001:db8:1:2::/64"],
    ["2001:0db8:0001:2:ffff::1", "2001:db8:1:2::/64"],
    ["::1", "0:0:0:0::/64"],
    ["2001:db8::1.2.3.4", "2001:db8:0:0::/64"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["::ffff:c000:207", "192.0.2.7"],
    ["1::2::3", "unknown"],
    ["12345::1", "unknown"],
    ["192.0.2.7:80", "unknown"],
    ["192.0.2.7,", "unknown"],
    ["account:ada", "unknown"],
    ["192.0.2.7\t*", "unknown"],
    ["f".repeat(46), "unknown"],
    ["evil, ", "unknown"],
  ])("in %j is %s: what our own proxy wrote last", (header, address) => {
    const headers = new Headers(header === null ? {} : { "x-forwarded-for": header });
    expect(clientAddress(headers)).toBe(address);
  });
});

describe("the page that a request came from", () => {
  const site = { origin: "https://shop.example", secure: true };
  const from = (referer: string | null) =>
    refererPath(new Headers(referer === null ? {} : { referer }), site);

  it("is the path and query of a page of this site", () => {
    expect(from("https://shop.example/cart?a=1#b")).toBe("/cart?a=1");
    expect(from("https://shop.example")).toBe("/");
  });

  it.each([
    ...[null, "", "about:client", "/cart", "https://evil.example/cart", "http://shop.example/cart"],
    ...[
      "https://shop.example.evil.example/",
      "https://shop.example:8443/",
      "https://shop.example@evil.example/",
    ],
    ...["%", "https://", "javascript:alert(1)", "null"],
    // Paths of this site that a browser would read as another site when it is sent there.
    ...[
      "https://shop.example//evil.example/",
      "https://shop.example//a//evil.example/",
      "https://shop.example//",
    ],
    ...[
      "https://shop.example/\\evil.example",
      "https://shop.example//%zz",
      `https://shop.example/${"a".repeat(3000)}`,
    ],
  ])("is unknown for %j", (referer) => {
    expect(from(referer)).toBeNull();
  });

  it("is unknown for a path that is longer than any of ours", () => {
    expect(from(`https://shop.example/${"a".repeat(3000)}`)).toBeNull();
  });
});
