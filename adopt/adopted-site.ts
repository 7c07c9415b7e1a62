import type { BrowserContext, Page } from "playwright";
import { chromium } from "playwright";
import { startTestGateway } from "@/local-cloud/gateway/test-gateway";
import { findChromium } from "@/local-cloud/processes/find-chromium";
import { poll } from "@/local-cloud/processes/poll";
import { type ProcessReaper, startProcessReaper } from "@/local-cloud/processes/process-reaper";
import { buildNext, type NextServer, startNext } from "./next-server";
import type { TemplateApp, Variant } from "./template-app";

/** A Redis, a gateway and a browser for the sites of a run. */
export interface AdoptLab {
  /** Builds the app in this variant, and serves it on two ports. The site before must have stopped. */
  serve(app: TemplateApp, variant: Variant): Promise<AdoptedSite>;
  close(): Promise<void>;
}

export interface AdoptedSite {
  /** Of the two servers. */
  readonly origins: readonly [string, string];
  /** What `next build` printed. */
  readonly buildLog: string;
  /** What a server prints that has no secret, and so does not start. */
  failedStart(): Promise<string>;
  /** What both servers have printed. */
  log(): Promise<string>;
  /** A browser of its own, on the first server unless another is named. */
  visitor(): Promise<Visitor>;
  /** REST requests that reach Redis during the work. */
  requestsOf(work: () => Promise<unknown>): Promise<number>;
  /** Redis is out of reach during the work, and back afterwards. */
  inOutage(work: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the console and the content security policy complained of. */
  readonly complaints: readonly string[];
  /** The paths that the router has asked for in advance. */
  readonly prefetched: ReadonlySet<string>;
}

export async function openLab(folder: string): Promise<AdoptLab> {
  const reaper = await startProcessReaper(`${folder}/reaper`);
  const cloud = await startTestGateway();
  const browser = await chromium.launch({
    executablePath: await findChromium(console.log),
    args: ["--no-sandbox", "--disable-gpu"],
  });
  const env = {
    UPSTASH_REDIS_REST_URL: cloud.url,
    UPSTASH_REDIS_REST_TOKEN: cloud.token,
    SESSION_SECRET: "a secret for the template that is long enough",
    // All visitors come from one address, and the machine may be busy.
    BEGIN_LIMIT: "100000",
    SESSION_DEADLINE_MS: "3000",
  };

  async function openVisitor(origin: string): Promise<Visitor> {
    const context = await browser.newContext({ baseURL: origin });
    const page = await context.newPage();
    const complaints: string[] = [];
    const prefetched = new Set<string>();
    await context.exposeBinding("reportViolation", (_, text: string) => complaints.push(text));
    await context.addInitScript(() => {
      const report = ({ effectiveDirective, blockedURI, sample }: SecurityPolicyViolationEvent) =>
        Reflect.get(window, "reportViolation")(`${effectiveDirective} blocked ${blockedURI} ${sample}`);
      window.addEventListener("securitypolicyviolation", report, true);
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    page.on("request", (request) => {
      if (request.headers()["next-router-prefetch"]) prefetched.add(new URL(request.url()).pathname);
    });
    return { page, context, complaints, prefetched };
  }

  async function serve(app: TemplateApp, variant: Variant): Promise<AdoptedSite> {
    await app.apply(variant);
    const buildLog = await buildNext(app.folder, variant.bundler, reaper.spawn);
    const servers = await startBoth(app.folder, env, reaper);
    const [first, second] = servers;
    return {
      origins: [first.origin, second.origin],
      buildLog,
      async failedStart() {
        const start = startNext(app.folder, { ...env, SESSION_SECRET: "" }, reaper.spawn);
        const started = await start.catch((error: unknown) => String(error));
        if (typeof started === "string") return started;
        await started.stop();
        throw new Error("A server without a secret has started.");
      },
      log: async () => (await Promise.all(servers.map((server) => server.log()))).join(""),
      visitor: () => openVisitor(first.origin),
      async requestsOf(work) {
        const before = cloud.gateway.requests;
        await work();
        return cloud.gateway.requests - before;
      },
      async inOutage(work) {
        await cloud.redis.stop();
        try {
          await work();
        } finally {
          await cloud.redis.start();
          await poll("the gateway to reach Redis again", () => isServed(cloud.url, cloud.token));
        }
      },
      async stop() {
        await Promise.all(browser.contexts().map((context) => context.close()));
        await Promise.all(servers.map((server) => server.stop()));
      },
    };
  }

  return {
    serve,
    async close() {
      await browser.close();
      await reaper.close();
      await cloud.stop();
    },
  };
}

async function startBoth(
  folder: string,
  env: Readonly<Record<string, string>>,
  { spawn }: ProcessReaper,
): Promise<readonly [NextServer, NextServer]> {
  return Promise.all([
    startNext(folder, { ...env, INSTANCE_NAME: "a" }, spawn),
    startNext(folder, { ...env, INSTANCE_NAME: "b" }, spawn),
  ]);
}

async function isServed(url: string, token: string): Promise<boolean> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(url, { method: "POST", headers, body: '["PING"]' });
  return response.ok;
}
