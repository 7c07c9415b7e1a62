import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import type { Visitor } from "@/deploy/check/visitor";
import type { LocalCloud } from "@/local-cloud/local-cloud";
import { poll } from "@/local-cloud/processes/poll";
import { type EchoServer, PARTS, startEchoServer } from "./echo-server";
import type { Front, Role } from "./front";
import { HALF_A_FORM, HALF_A_HEAD, sendSlowly } from "./send-slowly";
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
  /** It is asked of every proxy that has one of these. */
  readonly roles: readonly Role[];
  /** The cell of the table, in a few words. Throws where it does not hold. */
  holds(ground: Ground): Promise<string>;
};

const BALANCERS: Check["roles"] = ["balancer"];
const CACHES: Check["roles"] = ["cache"];
const ALL: Check["roles"] = ["balancer", "cache"];
const COOKIE_BYTES = 15_000;
const SLOW_LIMIT_MS = 20_000;
const PART_LIMIT_MS = 5_000;
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
    roles: BALANCERS,
    holds: beforeEcho(async (front) => {
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
    }),
  },
  {
    says: "over TLS the cookie is `__Host-`, Secure; plain http is sent on to https",
    roles: BALANCERS,
    async holds({ front }) {
      const { headers } = await front.newVisitor().send("/api/guest");
      assert.match(
        headers.get("set-cookie") ?? "",
        /^__Host-session=.+; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      );
      if (front.proxy.program === "caddy") return "yes; ports 80 and 443 only";
      const plain = await front.ask(`http://localhost:${front.httpPort}/cart`, { headers: {} });
      assert.equal(plain.status, 308);
      assert.match(plain.headers.get("location") ?? "", /^https:/);
      return "yes";
    },
  },
  {
    says: "a form passes by its Origin alone, 303 back to the site; another site's is 403",
    roles: BALANCERS,
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
    roles: BALANCERS,
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
    roles: BALANCERS,
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
    roles: BALANCERS,
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
    roles: BALANCERS,
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
    roles: BALANCERS,
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
    roles: BALANCERS,
    async holds({ front }) {
      const each = `other=${"x".repeat(994)}`;
      const cookie = Array.from({ length: COOKIE_BYTES / 1_000 }, (_, at) => `${at}${each}`).join("; ");
      assert.equal((await front.newVisitor().get("/", { cookie })).status, 200);
      return "200";
    },
  },
  {
    says: "20 KB of cookies, more than Node takes; and what is asked next",
    roles: BALANCERS,
    async holds({ front }) {
      const { status } = await front.newVisitor().get("/", { cookie: `other=${"x".repeat(20_000)}` });
      assert.ok([400, 413, 431].includes(status), `${status}`);
      for (let each = 0; each < 4; each++) assert.equal((await front.newVisitor().get("/")).status, 200);
      return `${status}, then 200`;
    },
  },
  {
    says: "a form of 100 KB",
    roles: BALANCERS,
    async holds({ front }) {
      const { status } = await front.newVisitor().send("/api/cart/add", { sku: "x".repeat(100_000) });
      assert.equal(status, 413, `${status}`);
      return "413";
    },
  },
  {
    says: "a form that stops half way",
    roles: BALANCERS,
    holds: beforeEcho(async (front, echo) => {
      const { answer, seconds } = await sendSlowly(front.httpsPort, HALF_A_FORM, SLOW_LIMIT_MS);
      assert.notEqual(answer, "200");
      return `${answer} after ${seconds} s, ${echo.posts === 0 ? "no server asked" : "a server waits with it"}`;
    }),
  },
  {
    says: "a head that stops half way",
    roles: BALANCERS,
    holds: beforeEcho(async (front) => {
      const { answer, seconds } = await sendSlowly(front.httpsPort, HALF_A_HEAD, SLOW_LIMIT_MS);
      assert.ok(["closed", "400", "408"].includes(answer), `${answer} after ${seconds} s`);
      return `${answer} after ${seconds} s`;
    }),
  },
  {
    says: "a page that a server sends in parts arrives in parts",
    roles: BALANCERS,
    holds: beforeEcho(async (front, echo) => {
      const headers = { "accept-encoding": "gzip" };
      const parts = await readParts(front.ask(`${front.origin}/in-parts`, { headers }), PARTS.first);
      echo.sendTheRest();
      assert.equal(await parts.rest(), PARTS.last);
      return "yes";
    }),
  },
  {
    says: "a form of which a server dies is not sent to another",
    roles: BALANCERS,
    holds: beforeEcho(async (front, echo) => {
      const visitor = front.newVisitor();
      const statuses = new Set<number | string>();
      for (let turn = 0; turn < 6; turn++) {
        // On a connection that has served before: that is the one which is tried again.
        await visitor.get("/");
        echo.reset();
        const status = await visitor.send("/break", { sku: "tote" }).then(
          (answer) => answer.status,
          () => "cut off",
        );
        assert.equal(echo.posts, 1);
        statuses.add(status);
      }
      return [...statuses].join(", ");
    }),
  },
  {
    says: "a request for another protocol (`Upgrade`)",
    roles: BALANCERS,
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
    roles: ALL,
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
    says: "nobody is shown what is another's, and nothing of it is kept",
    roles: ALL,
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
            assert.ok(!isFromCache(headers), path);
            pages++;
          }
        }
      }
      return `${pages} answers, none of another`;
    },
  },
  {
    says: "scripts and pictures are kept, without a cookie, also for one who has a session",
    roles: CACHES,
    async holds({ front }) {
      const visitor = await guestAt(front);
      const [script = ""] = /\/_next\/static\/[^"]+\.js/.exec((await visitor.get("/")).text) ?? [];
      for (const path of [script, "/products/tote.svg"]) {
        // The first one fills the cache.
        for (const who of [front.newVisitor(), front.newVisitor()]) {
          const { status, headers } = await who.get(path);
          assert.deepEqual([status, headers.get("set-cookie")], [200, null], path);
        }
        assert.ok(isFromCache((await front.newVisitor().get(path)).headers), path);
        assert.equal((await visitor.get(path)).status, 200, path);
      }
      return "yes";
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

/** Whether a cache says that it had this, as nginx and our file do; or Varnish by itself, with the number of the request that filled it. */
function isFromCache(headers: Headers): boolean {
  return headers.get("x-cache") === "HIT" || /^\d+ \d+$/.test(headers.get("x-varnish") ?? "");
}

/** A check of the proxy before a server that answers with what it heard. */
function beforeEcho(holds: (front: Front, echo: EchoServer) => Promise<string>): Check["holds"] {
  return async ({ startFrontOf }) => {
    const echo = await startEchoServer();
    const front = await startFrontOf(echo.port, echo.port);
    try {
      echo.reset();
      return await holds(front, echo);
    } finally {
      await front.stop();
      await echo.close();
    }
  };
}

/** Waits for the first part of an answer while its server holds back the rest. Throws where it does not come. */
async function readParts(asked: Promise<Response>, first: string) {
  let reader: ReadableStreamDefaultReader<string> | undefined;
  let text = "";
  const readOn = async () => {
    const { done = true, value = "" } = (await reader?.read()) ?? {};
    text += value;
    return !done;
  };
  const read = async () => {
    reader = (await asked).body?.pipeThrough(new TextDecoderStream()).getReader();
    while (text.length < first.length && (await readOn()));
  };
  const late = pause(PART_LIMIT_MS).then(() => {
    throw new Error(`The first part did not come within ${PART_LIMIT_MS} ms.`);
  });
  await Promise.race([read(), late]);
  assert.equal(text, first);
  return {
    async rest() {
      while (await readOn());
      return text.slice(first.length);
    },
  };
}
