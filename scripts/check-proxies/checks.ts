import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import type { Visitor } from "@/deploy/check/visitor";
import type { LocalCloud } from "@/local-cloud/local-cloud";
import { poll } from "@/local-cloud/processes/poll";
import { startEchoServer } from "./echo-server";
import type { Front, ReverseProxy } from "./front";
import { sendSlowly } from "./send-slowly";
import { shop } from "./shop";

export type Ground = {
  readonly front: Front;
  readonly cloud: LocalCloud;
  /** The same proxy before other servers, on these ports of 127.0.0.1. */
  startFrontOf(a: number, b: number): Promise<Front>;
};

export type Check = {
  /** The row of the table. */
  readonly says: string;
  readonly kinds: readonly ReverseProxy["kind"][];
  /** The cell of the table, in a few words. Throws where it does not hold. */
  holds(ground: Ground): Promise<string>;
};

const BALANCERS: Check["kinds"] = ["balancer"];
const ALL: Check["kinds"] = ["balancer", "cache"];
const COOKIE_BYTES = 15_000;
const SLOW_LIMIT_MS = 20_000;
// Node closes an idle connection of a server that is left as it is after 5 s and a second of grace.
const IDLE = { fromMs: 5_600, stepMs: 20, requests: 24 };

async function guestAt(front: Front): Promise<Visitor> {
  const visitor = front.newVisitor();
  assert.equal((await visitor.send("/api/guest")).status, 303);
  return visitor;
}
const sessionOf = async (visitor: Visitor) =>
  JSON.parse((await visitor.get("/api/session?peek=1")).text).session;

/** What the README's promises become behind a proxy. */
export const checks: readonly Check[] = [
  {
    says: "address, host and scheme are the proxy's word",
    kinds: BALANCERS,
    async holds({ startFrontOf }) {
      const echo = await startEchoServer();
      const front = await startFrontOf(echo.port, echo.port);
      try {
        const forged = {
          "X-Forwarded-For": "6.6.6.6",
          "X-Forwarded-Host": "evil.example",
          "X-Forwarded-Proto": "http",
        };
        const heard = JSON.parse(await (await front.ask(`${front.origin}/`, { headers: forged })).text());
        const { host } = new URL(front.origin);
        const { "x-forwarded-for": address, "x-forwarded-host": toHost, "x-forwarded-proto": scheme } = heard;
        assert.deepEqual([address, heard.host, toHost, scheme], ["127.0.0.1", host, host, "https"]);
        return "replaced";
      } finally {
        await front.stop();
        await echo.close();
      }
    },
  },
  {
    says: "over TLS the cookie is `__Host-`, Secure; plain http is sent on to https",
    kinds: BALANCERS,
    async holds({ front }) {
      const { headers } = await front.newVisitor().send("/api/guest");
      assert.match(
        headers.get("set-cookie") ?? "",
        /^__Host-session=.+; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      );
      if (front.proxy.name === "Caddy") return "yes; ports 80 and 443 only";
      const plain = await front.ask(`http://localhost:${front.httpPort}/cart`, { headers: {} });
      assert.equal(plain.status, 308);
      assert.match(plain.headers.get("location") ?? "", /^https:/);
      return "yes";
    },
  },
  {
    says: "a form passes by its Origin alone, 303 back to the site; another site's is 403",
    kinds: BALANCERS,
    async holds({ front }) {
      const send = (headers: Record<string, string>) =>
        front.ask(`${front.origin}/api/cart/add`, {
          method: "POST",
          body: new URLSearchParams({ sku: "tote", next: "/cart" }),
          headers,
        });
      const own = await send({ origin: front.origin });
      assert.equal(own.status, 303);
      const location = new URL(own.headers.get("location") ?? "", front.origin);
      assert.equal(location.href, `${front.origin}/cart`);
      const forged = { origin: "https://evil.example", "X-Forwarded-Host": "evil.example" };
      assert.equal((await send(forged)).status, 403);
      return "yes";
    },
  },
  {
    says: "a server is stopped (SIGTERM) while eight clients shop",
    kinds: BALANCERS,
    async holds({ front, cloud }) {
      const tally = await shop(await guestAt(front), async () => {
        await cloud.instances.find("a")?.stop();
      });
      await isServing(front, cloud, "a");
      assert.equal(tally.failedReads, 0, tally.says);
      return tally.says;
    },
  },
  {
    says: "a server is killed (SIGKILL) likewise",
    kinds: BALANCERS,
    async holds({ front, cloud }) {
      const tally = await shop(await guestAt(front), async () => {
        await cloud.instances.find("b")?.kill();
      });
      await isServing(front, cloud, "b");
      assert.equal(tally.failedReads, 0, tally.says);
      return tally.says;
    },
  },
  {
    says: "both servers are restarted, one after the other, likewise",
    kinds: BALANCERS,
    async holds({ front, cloud }) {
      const tally = await shop(await guestAt(front), async () => {
        for (const name of ["a", "b"]) {
          await cloud.instances.find(name)?.stop();
          await isServing(front, cloud, name);
        }
      });
      assert.equal(tally.failedReads, 0, tally.says);
      return tally.says;
    },
  },
  {
    says: "one server is away: 20 forms",
    kinds: BALANCERS,
    async holds({ front, cloud }) {
      const visitor = await guestAt(front);
      await cloud.instances.find("a")?.stop();
      let made = 0;
      let refused = 0;
      let inARow = 0;
      await poll("20 forms in a row to be made", async () => {
        const isMade = (await visitor.send("/api/cart/add", { sku: "lantern" })).status === 303;
        inARow = isMade ? inARow + 1 : 0;
        if (isMade) made++;
        else refused++;
        return inARow === 20;
      });
      assert.equal((await sessionOf(visitor)).cart.quantity, made);
      await isServing(front, cloud, "a");
      return refused === 0 ? "all made" : `all made, after ${refused} refused`;
    },
  },
  {
    says: "POSTs on connections that were idle for 5.6 to 6.1 s",
    kinds: BALANCERS,
    async holds({ front }) {
      const visitor = await guestAt(front);
      const clients = Array.from({ length: IDLE.requests }, (_, at) => at);
      await Promise.all(clients.map(() => visitor.get("/api/session?peek=1")));
      const statuses = await Promise.all(
        clients.map(async (at) => {
          await pause(IDLE.fromMs + at * IDLE.stepMs);
          return (await visitor.send("/api/cart/add", { sku: "bottle" })).status;
        }),
      );
      const lost = statuses.filter((status) => status !== 303).length;
      assert.equal(lost, 0, `${lost} of ${IDLE.requests} lost: ${statuses}`);
      return `0 of ${IDLE.requests} lost`;
    },
  },
  {
    says: `${COOKIE_BYTES / 1_000} KB of cookies`,
    kinds: BALANCERS,
    async holds({ front }) {
      const each = `other=${"x".repeat(994)}`;
      const cookie = Array.from({ length: COOKIE_BYTES / 1_000 }, (_, at) => `${at}${each}`).join("; ");
      assert.equal((await front.newVisitor().get("/", { cookie })).status, 200);
      return "200";
    },
  },
  {
    says: "a form of 100 KB",
    kinds: BALANCERS,
    async holds({ front }) {
      const { status } = await front.newVisitor().send("/api/cart/add", { sku: "x".repeat(100_000) });
      assert.equal(status, 413, `${status}`);
      return "413";
    },
  },
  {
    says: "a form that stops half way",
    kinds: BALANCERS,
    async holds({ startFrontOf }) {
      const echo = await startEchoServer();
      const front = await startFrontOf(echo.port, echo.port);
      try {
        echo.reset();
        const { answer, seconds } = await sendSlowly(front.httpsPort, SLOW_LIMIT_MS);
        assert.notEqual(answer, "200");
        return `${answer} after ${seconds} s, ${echo.posts === 0 ? "no server asked" : "a server waits with it"}`;
      } finally {
        await front.stop();
        await echo.close();
      }
    },
  },
  {
    says: "a request for another protocol (`Upgrade`)",
    kinds: BALANCERS,
    async holds({ front }) {
      for (let each = 0; each < 4; each++) {
        const headers = {
          ...{ Connection: "Upgrade", Upgrade: "websocket" },
          ...{ "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==" },
        };
        const { status } = await front.ask(`${front.origin}/`, { headers });
        assert.equal(status, 200, `${status}`);
        assert.equal((await front.newVisitor().get("/")).status, 200);
      }
      return "200, and the servers stay in turn";
    },
  },
  {
    says: "an outage of Redis: 503 and Retry-After, the cookie and the session stay",
    kinds: ALL,
    async holds({ front, cloud }) {
      const visitor = await guestAt(front);
      const { handle } = await sessionOf(visitor);
      await cloud.service.gateway?.stop();
      try {
        const page = await visitor.get("/cart");
        assert.equal(page.status, 503);
        assert.ok(page.headers.get("retry-after"));
        assert.match(page.text, /cannot reach your session/);
        const change = await visitor.send("/api/cart/add", { sku: "tote" });
        assert.deepEqual([change.status, visitor.cookies.size], [503, 1]);
        assert.ok(change.headers.get("retry-after"));
      } finally {
        await cloud.service.gateway?.start();
      }
      assert.equal((await sessionOf(visitor)).handle, handle);
      return "yes";
    },
  },
  {
    says: "nobody is shown what is another's; pictures and scripts may be kept",
    kinds: ALL,
    async holds({ front }) {
      const visitors = [await guestAt(front), await guestAt(front), front.newVisitor()] as const;
      const names = await Promise.all(
        visitors.slice(0, 2).map(async (visitor) => (await sessionOf(visitor)).user.name),
      );
      let pages = 0;
      for (const path of ["/", "/cart", "/profile", "/api/session", "/api/cart", "/login"]) {
        for (let turn = 0; turn < 3; turn++) {
          for (const [at, visitor] of visitors.entries()) {
            const { text, headers } = await visitor.get(path);
            for (const [owner, name] of names.entries()) {
              if (owner !== at) assert.ok(!text.includes(name), `${path} of another`);
            }
            assert.notEqual(headers.get("x-cache"), "HIT", path);
            pages++;
          }
        }
      }
      return `${pages} answers, none of another`;
    },
  },
];

/** Starts a server where it is away, and resolves when the proxy gives it requests again. */
async function isServing(front: Front, cloud: LocalCloud, name: string): Promise<void> {
  await cloud.instances.find(name)?.start();
  await poll(`${front.proxy.name} to ask server ${name}`, async () => {
    const { headers } = await front.newVisitor().get("/api/health");
    return headers.get("x-served-by") === name;
  });
}
