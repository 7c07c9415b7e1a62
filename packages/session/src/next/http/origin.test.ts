import { beforeEach, describe, expect, it, vi } from "vitest";
import { parseEnv } from "../../env.ts";
import { processState } from "../../process-state.ts";
import { testVariables } from "../../testing/test-env.ts";
import { clientAddress, refererPath, siteOf } from "./origin.ts";

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
    // What our own proxy wrote is the last entry; the one before it is a client's own claim.
    [
      { host: "h", "x-forwarded-proto": "http, https", "x-forwarded-host": "evil.example, shop.example" },
      "https://shop.example",
    ],
    [{ host: "shop.example", "x-forwarded-proto": "https,http" }, "http://shop.example"],
    [{ host: "shop.example", "x-forwarded-proto": "HTTPS" }, "https://shop.example"],
    // As browsers write it in Origin.
    [{ host: "shop.example:443", "x-forwarded-proto": "https" }, "https://shop.example"],
    [{ host: "shop.example:80" }, "http://shop.example"],
    [{ host: "shop.example:443" }, "http://shop.example:443"],
    [{ host: "shop.example:8443", "x-forwarded-proto": "https" }, "https://shop.example:8443"],
    [{ host: "[2001:DB8::1]:80" }, "http://[2001:db8::1]"],
    ...["a/b", "a@b", "a b", "a?b", "a#b", "a\\b", "%", "a:b"].map(
      (host): [Record<string, string>, string] => [{ "x-forwarded-host": host }, "http://host.invalid"],
    ),
    [{ host: "shop.example", "x-forwarded-proto": "javascript" }, "http://shop.example"],
    [{ host: "shop.example", "x-forwarded-host": "" }, "http://shop.example"],
    [{}, "http://localhost"],
  ])("with %j is %s", (headers, origin) => {
    expect(siteFor(headers)).toMatchObject({ origin, secure: origin.startsWith("https:") });
  });

  it.each<[trustedProxies: number, proto: string, host: string, origin: string]>([
    [0, "https", "shop.example", "https://shop.example"],
    [1, "https, http", "shop.example, inner", "http://inner"],
    [2, "https, http", "shop.example, inner", "https://shop.example"],
    [2, "http, https, http", "evil.example, shop.example, inner", "https://shop.example"],
    // A proxy that writes anew what it received leaves one entry.
    [2, "https", "shop.example", "https://shop.example"],
    [3, "https, http", "shop.example, inner", "https://shop.example"],
  ])("behind %d trusted proxies with %j and %j is %s", (trustedProxies, proto, host, origin) => {
    const more = parseEnv({ ...variables, TRUSTED_PROXIES: `${trustedProxies}` });
    expect(siteFor({ "x-forwarded-proto": proto, "x-forwarded-host": host }, more).origin).toBe(origin);
  });

  it("is what APP_ORIGIN says, whatever the headers claim", () => {
    const https = parseEnv({ ...variables, APP_ORIGIN: "https://shop.example" });
    const http = parseEnv({ ...variables, APP_ORIGIN: "http://localhost:3000" });
    const claims = { host: "evil.example", "x-forwarded-host": "evil.example", "x-forwarded-proto": "http" };
    expect(siteFor(claims, https)).toEqual({
      origin: "https://shop.example",
      secure: true,
      isTrusted: true,
    });
    expect(siteFor({ ...claims, "x-forwarded-proto": "https" }, http).secure).toBe(false);
  });

  it.each<[host: string, isTrusted: boolean]>([
    ["localhost:3000", true],
    ["127.0.0.1", true],
    ["shop.example", false],
    ["localhost.evil.example", false],
  ])("of the name %s is trusted: %s", (host, isTrusted) => {
    expect(siteFor({ host }).isTrusted).toBe(isTrusted);
  });

  it("warns of plain http to another host than this one, once", () => {
    processState().hasWarnedOfPlainHttp = false;
    const context = (host: string) => siteOf(new Headers({ host }), env);
    const own = ["localhost", "localhost:3000", "shop.localhost:3000", "127.0.0.1:3000", "[::1]:3000"];
    for (const host of own) context(host);
    expect(log).not.toHaveBeenCalled();
    for (const host of ["shop.example", "localhost.evil.example", "192.168.0.7"]) context(host);
    expect(log.mock.calls.map(([line]) => JSON.parse(String(line)).event)).toEqual(["plain-http"]);
  });

  it("warns where a browser comes by https to a proxy that forwards nothing, once", () => {
    processState().hasWarnedOfPlainHttp = false;
    const context = (headers: Record<string, string>) =>
      siteOf(new Headers({ host: "127.0.0.1:3001", ...headers }), env);
    const page = "https://shop.example/cart";
    context({ referer: page });
    context({ referer: page, "sec-fetch-site": "cross-site" });
    context({ origin: "http://localhost:3000", "sec-fetch-site": "same-origin" });
    context({ referer: page, "sec-fetch-site": "same-origin", "x-forwarded-proto": "https" });
    expect(log).not.toHaveBeenCalled();
    context({ referer: page, "sec-fetch-site": "same-origin" });
    context({ origin: "https://shop.example", "sec-fetch-site": "same-origin" });
    expect(log.mock.calls.map(([line]) => JSON.parse(String(line)))).toEqual([
      expect.objectContaining({ event: "plain-http", advice: expect.stringContaining("X-Forwarded-Proto") }),
    ]);
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
    // With a port, as some gateways write it.
    ["192.0.2.7:40000", "192.0.2.7"],
    ["[2001:db8::1]:40000", "2001:db8:0:0::/64"],
    ["[2001:db8::1]", "2001:db8:0:0::/64"],
    ["[::ffff:192.0.2.7]:443", "192.0.2.7"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["fe80::1%br-0a1b.7", "fe80:0:0:0::/64"],
    ["192.0.2.7:", "unknown"],
    ["192.0.2.7:400000", "unknown"],
    ["[192.0.2.7]:80", "unknown"],
    ["[2001:db8::1", "unknown"],
    ["2001:db8::1]:80", "unknown"],
    ["192.0.2.7,", "unknown"],
    ["account:ada", "unknown"],
    ["192.0.2.7\t*", "unknown"],
    ["f".repeat(46), "unknown"],
    ["evil, ", "unknown"],
  ])("in %j is %s: what our own proxy wrote last", (header, address) => {
    const headers = new Headers(header === null ? {} : { "x-forwarded-for": header });
    expect(clientAddress(headers, env)).toBe(address);
  });

  it.each<[trustedProxies: number, header: string, address: string]>([
    [0, "192.0.2.7", "192.0.2.7"],
    [1, "6.6.6.6, 192.0.2.7, 10.0.0.1", "10.0.0.1"],
    [2, "6.6.6.6, 192.0.2.7, 10.0.0.1", "192.0.2.7"],
    [2, "6.6.6.6, 192.0.2.7:40000,10.0.0.1:50000", "192.0.2.7"],
    [3, "6.6.6.6, 192.0.2.7, 10.0.0.2, 10.0.0.1", "192.0.2.7"],
    // Who comes past the outer proxy has written nothing that counts.
    [2, "192.0.2.7", "192.0.2.7"],
    [3, "192.0.2.7, 10.0.0.1", "192.0.2.7"],
  ])("behind %d trusted proxies in %j is %s", (trustedProxies, header, address) => {
    expect(clientAddress(new Headers({ "x-forwarded-for": header }), { trustedProxies })).toBe(address);
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
