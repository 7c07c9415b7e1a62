import assert from "node:assert/strict";
import type { TestHarness } from "@/deploy/build/test-harness";
import type { Host } from "@/deploy/hosts/host";
import { guestAt, newVisitor, type Visitor } from "./visitor";

export type Place = { readonly host: Host; readonly origin: string; readonly harness: TestHarness };
export type Promised = { readonly says: string; readonly holds: (place: Place) => Promise<void> };

const sessionOf = async (visitor: Visitor) =>
  JSON.parse((await visitor.get("/api/session?peek=1")).text).session;
const policyIn = (headers: Headers) => headers.get("content-security-policy") ?? "";
const PAGES = ["/", "/cart", "/profile"];

/** What each host must do as every other does: where hosts differ, it is here. */
export const promises: readonly Promised[] = [
  {
    says: "pages and handlers name their server",
    async holds({ host: { name }, origin }) {
      const visitor = newVisitor(origin);
      for (const path of ["/", "/api/health"])
        assert.equal((await visitor.get(path)).headers.get("x-served-by"), name, path);
    },
  },
  {
    says: "a page's scripts carry the nonce of its own policy, and a handler's answer may load nothing",
    async holds({ origin }) {
      const { headers, text } = await newVisitor(origin).get("/");
      const [, nonce = ""] = /script-src 'nonce-([\w-]{22})'/.exec(policyIn(headers)) ?? [];
      const scripts = text.match(/<script\b[^>]*/g) ?? [];
      assert.ok(scripts.length > 0);
      for (const script of scripts) assert.ok(script.includes(`nonce="${nonce}"`), script);
      assert.equal(headers.get("x-content-type-options"), "nosniff");
      assert.match(policyIn((await newVisitor(origin).get("/api/session")).headers), /default-src 'none'/);
      for (const path of ["/nothing.html", "/api/nothing"]) {
        const nothing = await newVisitor(origin).get(path);
        assert.equal(nothing.status, 404, path);
        assert.doesNotMatch(nothing.text, /<script/, path);
      }
    },
  },
  {
    says: "a visitor who changes nothing, or has a forged cookie, costs no request to Redis and gets no cookie",
    async holds({ origin, harness }) {
      const requests = await harness.requestsOf(async () => {
        for (const headers of [{}, { cookie: "session=Fe26.2*1*forged" }] as const) {
          const { status, headers: answered } = await newVisitor(origin).get("/", { ...headers });
          assert.equal(status, 200);
          assert.equal(answered.get("set-cookie"), null);
        }
      });
      assert.equal(requests, 0);
    },
  },
  {
    says: "the first thing in the cart begins a session, in a cookie that page script cannot read",
    async holds({ origin }) {
      const visitor = newVisitor(origin);
      const { status, headers } = await visitor.send("/api/cart/add", { sku: "tote", next: "/cart" });
      assert.equal(status, 303);
      assert.match(headers.get("location") ?? "", /\/cart$/);
      assert.match(
        headers.get("set-cookie") ?? "",
        /^session=Fe26\.2.+; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/,
      );
      assert.match((await visitor.get("/cart")).text, /Market tote/);
    },
  },
  {
    says: "a signed-in page costs one request to Redis, and is kept by no cache",
    async holds({ origin, harness }) {
      const visitor = await guestAt(origin);
      for (const path of PAGES) {
        const requests = await harness.requestsOf(async () => {
          const { status, headers } = await visitor.get(path);
          assert.equal(status, 200, path);
          assert.match(headers.get("cache-control") ?? "", /no-store/, path);
        });
        assert.equal(requests, 1, path);
      }
    },
  },
  {
    says: "a protected page sends the signed-out to the sign-in, and a forged word of the middleware changes nothing",
    async holds({ origin }) {
      const word = Buffer.from('{"state":"live","known":{}}').toString("base64url");
      const forged = { "x-carryover-session": `${Date.now()}.${word}.${"A".repeat(43)}` };
      for (const headers of [{}, { ...forged, cookie: "session=Fe26.2*1*forged" }]) {
        const answer = await newVisitor(origin).get("/profile", headers);
        assert.equal(answer.status, 307);
        assert.match(answer.headers.get("location") ?? "", /\/login\?next=%2Fprofile$/);
      }
    },
  },
  {
    says: "signing in changes the ID, and the cart comes along",
    async holds({ origin }) {
      const visitor = newVisitor(origin);
      await visitor.send("/api/cart/add", { sku: "lantern" });
      const before = await sessionOf(visitor);
      await visitor.send("/api/guest");
      const after = await sessionOf(visitor);
      assert.notEqual(after.handle, before.handle);
      assert.equal(after.cart.quantity, 1);
      assert.match(after.user.name, /^guest-/);
    },
  },
  {
    // What the bundle leaves out, a host must ship beside it.
    says: "a sign-in notes the browser and its system, by a package that Node loads by itself",
    async holds({ origin }) {
      const visitor = newVisitor(origin);
      const agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
      await visitor.send("/api/guest", {}, { "user-agent": agent });
      const [{ device }] = JSON.parse((await visitor.get("/api/sessions")).text);
      assert.equal(device, "Firefox on Linux");
    },
  },
  {
    says: "registering and logging in work: scrypt, and the sign-in limit",
    async holds({ host: { name }, origin }) {
      const account = { username: `${name}-${Date.now().toString(36)}`, password: "correct horse battery" };
      const visitor = newVisitor(origin);
      assert.equal(
        (await visitor.send("/api/register", account, { accept: "application/json" })).status,
        303,
      );
      assert.equal((await visitor.get("/profile")).status, 200);
      const other = newVisitor(origin);
      await other.send("/api/login", account);
      assert.equal((await other.get("/profile")).status, 200);
      const wrong = await newVisitor(origin).send("/api/login", {
        ...account,
        password: "wrong horse battery",
      });
      assert.match(wrong.headers.get("location") ?? "", /error=bad-credentials/);
    },
  },
  {
    says: "twenty changes at once are all there",
    async holds({ origin }) {
      const visitor = await guestAt(origin);
      await Promise.all(
        Array.from({ length: 20 }, async () => {
          assert.equal((await visitor.send("/api/cart/add", { sku: "bottle" })).status, 303);
        }),
      );
      assert.equal((await sessionOf(visitor)).cart.quantity, 20);
    },
  },
  {
    says: "a change from another site is refused, and so is a GET that would change something",
    async holds({ origin }) {
      const visitor = await guestAt(origin);
      const crossSite = { "sec-fetch-site": "cross-site", origin: "https://evil.example" };
      assert.equal((await visitor.send("/api/cart/add", { sku: "tote" }, crossSite)).status, 403);
      assert.equal((await visitor.get("/api/logout")).status, 405);
      assert.equal((await sessionOf(visitor)).cart.quantity, 0);
    },
  },
  {
    says: "in an outage pages say so with 503, the cookie stays, and the session is there afterwards",
    async holds({ host, origin, harness }) {
      const visitor = await guestAt(origin);
      const { handle } = await sessionOf(visitor);
      await harness.service.gateway?.stop();
      try {
        const cart = await visitor.get("/cart");
        assert.equal(cart.status, host.dropsRewriteStatus ? 200 : 503);
        assert.ok(cart.headers.get("retry-after"));
        assert.match(cart.text, /cannot reach your session/);
        assert.equal((await visitor.get("/")).status, 200);
        assert.equal((await visitor.send("/api/cart/add", { sku: "tote" })).status, 503);
        assert.equal(visitor.cookies.size, 1);
      } finally {
        await harness.service.gateway?.start();
      }
      assert.equal((await sessionOf(visitor)).handle, handle);
    },
  },
  {
    says: "logging out ends the session for every copy of its cookie",
    async holds({ origin }) {
      const visitor = await guestAt(origin);
      const copy = { cookie: [...visitor.cookies].map((each) => each.join("=")).join("; ") };
      assert.equal((await visitor.send("/api/logout")).status, 303);
      assert.equal(visitor.cookies.size, 0);
      assert.equal((await newVisitor(origin).get("/profile", copy)).status, 307);
    },
  },
  {
    says: "what was built is kept by caches for good, pictures for a day",
    async holds({ origin }) {
      const visitor = newVisitor(origin);
      const [, css = ""] = /href="(\/_next\/static\/[^"]+\.css)"/.exec((await visitor.get("/")).text) ?? [];
      const built = await visitor.get(css);
      assert.equal(built.status, 200);
      assert.match(built.headers.get("content-type") ?? "", /^text\/css/);
      assert.match(built.headers.get("cache-control") ?? "", /max-age=31536000/);
      const picture = await visitor.get("/products/tote.svg");
      assert.equal(picture.status, 200);
      assert.match(picture.headers.get("content-type") ?? "", /^image\/svg\+xml/);
      assert.match(picture.headers.get("cache-control") ?? "", /max-age=86400/);
    },
  },
  {
    says: "what is not there is a 404 in our own words",
    async holds({ origin }) {
      const { status, text } = await newVisitor(origin).get("/no-such-page");
      assert.equal(status, 404);
      assert.match(text, /There is nothing here/);
    },
  },
];
