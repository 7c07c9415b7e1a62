import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { sendBytes } from "../bypass/send-attempt";
import type { CloudControl } from "../support/cloud-control";
import { expect, signInAsGuest, test } from "../support/fixtures";

const MEGABYTES = "x".repeat(5 * 1024 * 1024);
const json = { "content-type": "application/json" };
const form = { "content-type": "application/x-www-form-urlencoded" };

interface Hostile {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly status: number;
}

const changes: Record<string, Hostile> = {
  "5 MB of JSON": { path: "/api/login", headers: json, body: `{"username":"${MEGABYTES}"}`, status: 413 },
  "5 MB of form": { path: "/api/login", headers: form, body: `username=${MEGABYTES}`, status: 413 },
  "broken JSON": { path: "/api/cart/add", headers: json, body: '{"sku":', status: 400 },
  "JSON that is no object": { path: "/api/cart/add", headers: json, body: "[1]", status: 400 },
  "deep JSON": { path: "/api/cart/add", headers: json, body: "[".repeat(8000), status: 400 },
  "no body": { path: "/api/cart/add", headers: json, body: "", status: 400 },
  "plain text": {
    path: "/api/cart/add",
    headers: { "content-type": "text/plain" },
    body: "sku=tote",
    status: 415,
  },
  multipart: {
    path: "/api/cart/add",
    headers: { "content-type": "multipart/form-data; boundary=x" },
    body: "--x--",
    status: 415,
  },
  "a negative quantity": {
    path: "/api/cart/add",
    headers: json,
    body: '{"sku":"tote","quantity":-1}',
    status: 400,
  },
  "half an item": {
    path: "/api/cart/add",
    headers: json,
    body: '{"sku":"tote","quantity":0.5}',
    status: 400,
  },
  "a huge number": {
    path: "/api/cart/add",
    headers: json,
    body: '{"sku":"tote","quantity":1e308}',
    status: 400,
  },
  "more than a line holds": {
    path: "/api/cart/add",
    headers: json,
    body: '{"sku":"tote","quantity":1000}',
    status: 409,
  },
  "a quantity in words": {
    path: "/api/cart/add",
    headers: json,
    body: '{"sku":"tote","quantity":"1e1"}',
    status: 400,
  },
  "an unknown SKU": { path: "/api/cart/add", headers: json, body: '{"sku":"__proto__"}', status: 404 },
  "an idle timeout without end": {
    path: "/api/session/idle",
    headers: json,
    body: '{"idleSeconds":9300000000000000}',
    status: 400,
  },
  "an idle timeout of nothing": {
    path: "/api/session/idle",
    headers: json,
    body: '{"idleSeconds":0}',
    status: 400,
  },
  "a foreign Origin": {
    path: "/api/cart/add",
    headers: { ...json, origin: "https://evil.example" },
    body: '{"sku":"tote"}',
    status: 403,
  },
  "an Origin of null": {
    path: "/api/cart/add",
    headers: { ...json, origin: "null" },
    body: '{"sku":"tote"}',
    status: 403,
  },
  "a cross-site form": {
    path: "/api/logout",
    headers: { ...form, "sec-fetch-site": "cross-site" },
    body: "",
    status: 403,
  },
  "GET of a change": { method: "GET", path: "/api/logout", status: 405 },
  "GET of a deletion": { method: "GET", path: "/api/account/delete", status: 405 },
  "a cross-site deletion": {
    path: "/api/account/delete",
    headers: { ...form, "sec-fetch-site": "cross-site" },
    body: "password=correct+horse+battery",
    status: 403,
  },
  "HEAD of a change": { method: "HEAD", path: "/api/cart/clear", status: 405 },
  "DELETE of a read": { method: "DELETE", path: "/api/session", status: 405 },
  "an open redirect": { path: "/api/logout", headers: form, body: "next=//evil.example", status: 303 },
};

for (const [name, { method = "POST", path, headers = {}, body, status }] of Object.entries(changes)) {
  test(`${name}: ${status}, nothing is written, the next request is served`, async ({ request, cloud }) => {
    await request.post("/api/guest", { data: {} });
    const processes = await processesOf(cloud);
    const before = await (await request.get("/api/session?peek=1")).json();
    const response = await request.fetch(path, {
      method,
      headers,
      maxRedirects: 0,
      ...(body !== undefined && { data: Buffer.from(body) }),
    });
    expect(response.status()).toBe(status);
    expect(response.headers().location ?? "/").toBe("/");
    if (method === "POST" && status !== 303) {
      expect(response.headers()["content-type"]).toBe("application/problem+json");
    }
    const after = await (await request.get("/api/session?peek=1")).json();
    // The log-out that leads nowhere foreign is a log-out all the same.
    const { ttlSeconds: _, ...kept } = before.session;
    if (status === 303) expect(after.session).toBeNull();
    else expect(after.session).toMatchObject(kept);
    expect(await processesOf(cloud), "the servers that are up").toEqual(processes);
  });
}

test("no change is done by GET or HEAD, whichever it is", async ({ request }) => {
  await request.post("/api/cart/add", { data: { sku: "tote" } });
  const before = await (await request.get("/api/session?peek=1")).json();
  const changes = await changeRoutes();
  expect(changes).toContain("/api/logout");
  for (const path of changes) {
    for (const method of ["GET", "HEAD"]) {
      const response = await request.fetch(`${path}?sku=tote&all=1`, { method });
      expect(response.status(), `${method} ${path}`).toBe(405);
    }
  }
  const after = await (await request.get("/api/session?peek=1")).json();
  expect(after.session.revision).toBe(before.session.revision);
});

/** The paths of the handlers that change something and have nothing to read. */
async function changeRoutes(): Promise<string[]> {
  const files = await readdir("app/api", { recursive: true });
  const routes = files.filter((path) => path.endsWith("/route.ts"));
  const sources = await Promise.all(
    routes.map(async (path) => ({ path, source: await readFile(join("app/api", path), "utf8") })),
  );
  return sources
    .filter(({ source }) => /export .*\bPOST\b/.test(source) && !/export .*\bGET\b/.test(source))
    .map(({ path }) => `/api/${dirname(path)}`);
}

/** Which process each server is: one that went down and came back is another. */
async function processesOf(cloud: CloudControl): Promise<[name: string, pid: number | null][]> {
  return (await cloud.status()).instances.map(({ name, pid }) => [name, pid]);
}

const rest = "Connection: close\r\n\r\n";
const raw: Record<string, [request: string, allowed: number[]]> = {
  "GET //": [`GET // HTTP/1.1\r\nHost: localhost\r\n${rest}`, [308, 400]],
  "GET //evil.example/..": [`GET //evil.example/.. HTTP/1.1\r\nHost: localhost\r\n${rest}`, [308, 400, 404]],
  "a Host with a space": [`GET / HTTP/1.1\r\nHost: a b\r\n${rest}`, [400]],
  "no Host": [`GET / HTTP/1.1\r\n${rest}`, [400]],
  "Next's own error page": [`GET /_global-error HTTP/1.1\r\nHost: localhost\r\n${rest}`, [404]],
  "a path with %zz": [`GET /%zz HTTP/1.1\r\nHost: localhost\r\n${rest}`, [400, 404]],
  "a cookie of %": [`GET /cart HTTP/1.1\r\nHost: localhost\r\nCookie: session=%\r\n${rest}`, [200]],
  "a cookie of %zz": [
    `GET /cart HTTP/1.1\r\nHost: localhost\r\nCookie: session=%zz; %zz=%\r\n${rest}`,
    [200],
  ],
  "headers beyond measure": [
    `GET / HTTP/1.1\r\nHost: localhost\r\nCookie: session=${"x".repeat(30_000)}\r\n${rest}`,
    [431],
  ],
  "an unknown Server Action": [
    `POST / HTTP/1.1\r\nHost: localhost\r\nNext-Action: ${"0".repeat(42)}\r\nContent-Length: 0\r\n${rest}`,
    [405],
  ],
  "a form for a page": [
    `POST /cart HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 4\r\n${rest}junk`,
    [405],
  ],
  "PUT of a page": [`PUT /cart HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n${rest}`, [405]],
  "OPTIONS of a page": [`OPTIONS /profile HTTP/1.1\r\nHost: localhost\r\n${rest}`, [405]],
  "DELETE of a file": [`DELETE /icon.svg HTTP/1.1\r\nHost: localhost\r\n${rest}`, [405]],
  "TRACE of a page": [`TRACE / HTTP/1.1\r\nHost: localhost\r\n${rest}`, [405]],
  "TRACE of a handler": [`TRACE /api/session HTTP/1.1\r\nHost: localhost\r\n${rest}`, [405]],
  "a range that is not there": [
    `GET /icon.svg HTTP/1.1\r\nHost: localhost\r\nRange: bytes=9999999-\r\n${rest}`,
    [200],
  ],
  "a condition that does not hold": [
    `GET /icon.svg HTTP/1.1\r\nHost: localhost\r\nIf-Match: "x"\r\n${rest}`,
    [200],
  ],
  "a router state that cannot be read": [
    `GET /login?_rsc=1 HTTP/1.1\r\nHost: localhost\r\nRSC: 1\r\nNext-Router-State-Tree: %5B%7B%5D\r\n${rest}`,
    [400],
  ],
  "no HTTP at all": ["EHLO there\r\n\r\n", [400]],
};

for (const [name, [text, allowed]] of Object.entries(raw)) {
  test(`${name}: an answer of ${allowed.join(" or ")}, and the next request is served`, async ({
    baseURL,
    request,
    cloud,
  }) => {
    const processes = await processesOf(cloud);
    const requests = await cloud.restRequestsOf(async () => {
      const { hostname, port } = new URL(baseURL ?? "");
      expect(allowed).toContain((await sendBytes({ hostname, port: Number(port) }, text)).status);
    });
    expect(requests).toBe(0);
    expect(await processesOf(cloud), "the servers that are up").toEqual(processes);
    expect((await request.get("/api/health")).status()).toBe(200);
  });
}

test("a picture is kept for a day, and that there is none is not", async ({ request }) => {
  expect((await request.get("/products/tote.svg")).headers()["cache-control"]).toBe("public, max-age=86400");
  for (const missing of ["/products/nothing.svg", "/icons/nothing.png", "/icon.svgz", "/products/"]) {
    const response = await request.get(missing, { maxRedirects: 0 });
    expect([missing, response.headers()["cache-control"] ?? ""]).not.toEqual([
      missing,
      expect.stringMatching(/max-age=[1-9]/),
    ]);
  }
});

test("a bit flipped anywhere in a good seal makes an anonymous visitor, at no cost", async ({
  page,
  context,
  cloud,
}) => {
  await signInAsGuest(page);
  const [cookie] = await context.cookies();
  const seal = cookie?.value ?? "";
  const flipped = Array.from(seal, (character, at) => {
    const other = character === "A" ? "B" : "A";
    return seal.slice(0, at) + other + seal.slice(at + 1);
  }).filter((each, at) => each !== seal && at % 7 === 0);
  const requests = await cloud.restRequestsOf(async () => {
    for (const value of [...flipped, seal.slice(0, -1), `${seal}x`, seal.slice(0, 100), seal.repeat(2)]) {
      const response = await fetch(new URL("/api/session", page.url()), {
        headers: { cookie: `${cookie?.name}=${value}` },
      });
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ authenticated: false, session: null });
    }
  });
  expect(requests).toBe(0);
});
