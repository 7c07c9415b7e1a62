import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { createServer as createTlsServer, type Server as SecureServer } from "node:https";
import { connect } from "node:net";
import { connect as connectSecurely } from "node:tls";
import { testVariables } from "@carryover/session/internal/testing/test-env";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { listen } from "@/local-cloud/processes/listen";
import { selfSigned } from "@/local-cloud/processes/self-signed";
import { filterRequests } from "./filter-requests";

// The real thing: HTTP servers of Node, and bytes on a socket. What would be Next notes what it gets to see.
const variables = {
  ...testVariables("http://localhost:1", "token"),
  TRUSTED_PROXIES: "0",
  INSTANCE_NAME: "a",
};
const seen: { method: string | undefined; url: string | undefined; headers: IncomingHttpHeaders }[] = [];
const servers: (Server | SecureServer)[] = [];
const ports = { http: 0, https: 0 };

beforeAll(async () => {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  vi.spyOn(console, "error").mockImplementation(() => {});
  filterRequests({ serverName: "a", requestTimeoutMs: 300 });
  const options = { connectionsCheckingInterval: 20 };
  const plain = createServer(options);
  const secure = createTlsServer({ ...options, ...selfSigned() });
  servers.push(plain, secure);
  for (const server of servers) {
    server.on("request", ({ method, url, headers }, response) => {
      seen.push({ method, url, headers });
      response.end("seen");
    });
    // Like Next for some paths: it never answers.
    server.on("upgrade", () => {});
  }
  ports.http = await listen(plain, 0, "127.0.0.1");
  ports.https = await listen(secure, 0, "127.0.0.1");
});
beforeEach(() => {
  seen.length = 0;
});
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

/** Sends a head and nothing else. Resolves with the first of what comes back, and a promise of the end. */
async function send(head: readonly string[], scheme: "http" | "https" = "http") {
  const to = { host: "127.0.0.1", port: ports[scheme] };
  const socket = scheme === "http" ? connect(to) : connectSecurely({ ...to, rejectUnauthorized: false });
  let answer = "";
  socket.on("data", (chunk) => {
    answer += chunk;
  });
  const ended = once(socket, "close").then(() => answer);
  socket.write([...head, "", ""].join("\r\n"));
  await vi.waitFor(() => expect(answer).toContain("\r\n\r\n"));
  return { answer, ended, end: () => socket.destroy() };
}

async function statusOf(method: string, path: string, ...headers: readonly string[]): Promise<number> {
  const { answer, end } = await send([`${method} ${path} HTTP/1.1`, "Host: shop.example", ...headers]);
  end();
  return Number(answer.split(" ")[1]);
}

describe("a page or a file", () => {
  const paths = ["/", "/cart?a=1", "/icon.svg", "/_next/static/x.js", "/apiary", "//api", "/api.svg"];

  it.each(paths)("at %s is read", async (path) => {
    for (const method of ["GET", "HEAD"]) expect(await statusOf(method, path)).toBe(200);
    expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual([`GET ${path}`, `HEAD ${path}`]);
  });

  it.each(paths)("at %s takes no other method, and Next is not asked", async (path) => {
    for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
      expect(await statusOf(method, path, "Next-Action: 0123456789"), method).toBe(405);
    expect(seen).toEqual([]);
  });

  it("takes no body: it is answered before the first byte of it, and nobody keeps it", async () => {
    const { answer, end } = await send([
      ...[
        "POST / HTTP/1.1",
        "Host: shop.example",
        "Content-Type: application/json",
        "Content-Length: 9500000",
      ],
    ]);
    end();
    expect(answer).toMatch(/^HTTP\/1\.1 405 Method Not Allowed\r\n/);
    expect(answer.toLowerCase()).toContain("\r\nallow: get, head\r\n");
    expect(answer.toLowerCase()).toContain("\r\nx-served-by: a\r\n");
    expect(seen).toEqual([]);
  });

  it("is sent whole: conditions that Next cannot answer do not reach it", async () => {
    for (const condition of [
      "Range: bytes=9999999-",
      'If-Match: "x"',
      "If-Unmodified-Since: junk",
      "If-Range: x",
    ])
      expect(await statusOf("GET", "/icon.svg", condition, 'If-None-Match: "x"')).toBe(200);
    for (const { headers } of seen)
      expect(headers).toEqual(expect.objectContaining({ "if-none-match": '"x"' }));
    expect(JSON.stringify(seen)).not.toMatch(/range|if-match|if-unmodified/);
  });
});

describe("a handler", () => {
  it("knows its methods itself, but for TRACE", async () => {
    for (const path of ["/api", "/api/cart/add", "/api?x", "http://shop.example/api/cart/add"]) {
      for (const method of ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
        expect(await statusOf(method, path), method).toBe(200);
      expect(await statusOf("TRACE", path)).toBe(405);
    }
  });
});

describe("a target that is no path", () => {
  it.each([
    ["http://shop.example/cart?a=1", "/cart?a=1"],
    ["HTTP://shop.example", "/"],
    ["http://shop.example?a=1", "/?a=1"],
    ["http://[", "/"],
    ["http:///evil.example/", "/evil.example/"],
    ["https://shop.example:99999/cart", "/cart"],
  ])("is its path for Next: %s", async (target, path) => {
    expect(await statusOf("GET", target)).toBe(200);
    expect(seen.map(({ url }) => url)).toEqual([path]);
  });

  it("is refused where it has none", async () => {
    expect(await statusOf("GET", "*")).toBe(400);
    expect(seen).toEqual([]);
  });

  it.each(["/%zz", "/%", "/cart/%c3%28", "/%ed%a0%80?a=1"])(
    "is refused where it cannot be decoded: %s",
    async (target) => {
      expect(await statusOf("GET", target)).toBe(400);
      expect(seen).toEqual([]);
    },
  );

  it("may have a query of any kind", async () => {
    expect(await statusOf("GET", "/cart?%zz=%")).toBe(200);
  });
});

it.each(["http", "https"] as const)(
  "a request for another protocol is served like any other: %s",
  async (scheme) => {
    // From a server's first request on.
    (await send(["GET / HTTP/1.1", "Host: shop.example"], scheme)).end();
    seen.length = 0;
    const { answer, end } = await send(
      ["GET /profile HTTP/1.1", "Host: shop.example", "Connection: Upgrade", "Upgrade: websocket"],
      scheme,
    );
    end();
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(seen.map(({ url }) => url)).toEqual(["/profile"]);
  },
);

describe("the router's state", () => {
  const right = encodeURIComponent(
    JSON.stringify(["", { children: ["cart", { children: ["__PAGE__", {}] }] }]),
  );

  it("reaches Next as it is", async () => {
    expect(await statusOf("GET", "/cart", "RSC: 1", `Next-Router-State-Tree: ${right}`)).toBe(200);
    expect(seen[0]?.headers["next-router-state-tree"]).toBe(right);
  });

  it.each(["", "%", "%zz", "{{", "%5B%7B%5D", "null", "[]", `${right}, ${right}`])(
    "is refused where Next could not read it: %.40s",
    async (state) => {
      expect(await statusOf("GET", "/cart", "RSC: 1", `Next-Router-State-Tree: ${state}`)).toBe(400);
      expect(seen).toEqual([]);
    },
  );
});

it("a request that takes too long to arrive ends, wherever it goes", async () => {
  for (const path of ["/", "/api/cart/add"]) {
    const { ended } = await send([`POST ${path} HTTP/1.1`, "Host: shop.example", "Content-Length: 100"]);
    expect(await ended).toContain("408 Request Timeout");
  }
});
