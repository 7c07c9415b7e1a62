import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright";
import { expect as expectPage } from "playwright/test";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { type AdoptedSite, type AdoptLab, openLab, type Visitor } from "./adopted-site";
import { type Guide, readGuide } from "./read-guide";
import { makeTemplateApp, type TemplateApp, type Variant } from "./template-app";

declare module "vitest" {
  interface ProvidedContext {
    /** `latest`, or a version of `create-next-app`. */
    templateVersion: string;
  }
}

const OUTAGE = "We cannot reach your session just now";

let folder = "";
let guide: Guide;
let app: TemplateApp;
let lab: AdoptLab;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "carryover-adopt-"));
  lab = await openLab(folder);
  guide = await readGuide();
  const version = inject("templateVersion");
  app = await makeTemplateApp(folder, { guide, version, withEslint: inject("isLongRun") });
});

afterAll(async () => {
  await lab?.close();
  await rm(folder, { recursive: true, force: true });
});

test("the tarball holds what was built, its papers, and nothing else", () => {
  const papers = ["CHANGELOG.md", "LICENSE", "README.md", "package.json"];
  const rest = app.packed.filter((path) => !/^dist\/[\w./-]+\.(js|js\.map|d\.ts)$/.test(path));
  expect([...rest].sort()).toEqual(papers);
  expect(app.packed.filter((path) => /\.test\.|\/test-/.test(path))).toEqual([]);
});

test("the definition and the store are there without Next, in plain Node", async () => {
  expect(await app.namesIn("@carryover/session")).toContain("defineSession");
  expect(await app.namesIn("@carryover/session/redis")).toContain("createRedisStore");
});

describe.each(variants())(
  "the template with $front, $bundler, Cache Components: $cacheComponents",
  (variant) => {
    const hasFront = variant.front !== "none";
    let site: AdoptedSite;
    beforeAll(async () => {
      site = await lab.serve(app, variant);
    });
    afterAll(() => site?.stop());

    test("builds with types, and without a warning of ours", () => {
      expect(warningsIn(site.buildLog)).toEqual([]);
    });

    test.runIf(inject("isLongRun"))("passes the ESLint of the template", () => app.lint());

    test("a visitor costs no request to Redis and gets no cookie", async () => {
      const { page, context, complaints } = await site.visitor();
      for (const path of ["/", "/note", "/login"])
        expect(await site.requestsOf(() => load(page, path)), path).toBe(0);
      expect(await context.cookies()).toEqual([]);
      expect(complaints).toEqual([]);
    });

    test("a page view costs one request, and the prefetches of its links cost none", async () => {
      const { page, prefetched, complaints } = await site.visitor();
      await signIn(page, "ada");
      expect(await site.requestsOf(() => load(page, "/note"))).toBe(1);
      expect(prefetched).toContain("/account");
      const follow = async () => {
        await page.getByRole("link", { name: "Your account" }).click();
        await expectPage(page.getByRole("heading")).toHaveText("Hello, ada");
        await page.waitForLoadState("networkidle");
      };
      expect(await site.requestsOf(follow)).toBe(1);
      expect(await site.requestsOf(() => load(page, "/account"))).toBe(1);
      expect(complaints).toEqual([]);
    });

    test("a stranger at the protected page signs in and is led back", async () => {
      const answer = await fetch(`${site.origins[0]}/account?from=mail`, { redirect: "manual" });
      if (hasFront) {
        expect(answer.status).toBe(307);
        expect(answer.headers.get("location")).toBe("/login?next=%2Faccount%3Ffrom%3Dmail");
      }
      expect(await answer.text()).not.toContain("You wrote");
      const { page } = await site.visitor();
      await page.goto("/account?from=mail");
      await expectPage(page.getByRole("heading")).toHaveText("Sign in");
      await fillName(page, "grace");
      await expectPage(page.getByRole("heading")).toHaveText("Hello, grace");
      expect(page.url()).toBe(`${site.origins[0]}/account${hasFront ? "?from=mail" : ""}`);
    });

    test("a header of a prefetch, sent by hand, shows a stranger nothing that is guarded", async () => {
      const headers = { "next-router-prefetch": "1" };
      const answer = await fetch(`${site.origins[0]}/account`, { headers, redirect: "manual" });
      expect(await answer.text()).not.toContain("You wrote");
    });

    test("a note kept by a handler or by a Server Action begins the session and is carried into the sign-in", async () => {
      const { page, context } = await site.visitor();
      await page.goto("/note");
      await page.getByRole("textbox", { name: "A note, kept by an action" }).fill("seeds");
      await page.getByRole("button", { name: "Keep it by an action" }).click();
      await expectPage(page.getByText("You wrote: seeds")).toBeVisible();
      const [before] = await context.cookies();
      expect(before).toMatchObject({ name: "session", httpOnly: true, sameSite: "Lax", path: "/" });
      await page.getByRole("textbox", { name: "A note, kept by a handler" }).fill("string");
      await page.getByRole("button", { name: "Keep it", exact: true }).click();
      await expectPage(page.getByText("You wrote: string")).toBeVisible();
      expect(await context.cookies()).toEqual([before]);
      await signIn(page, "lise");
      await expectPage(page.getByText("You wrote: string")).toBeVisible();
      const [after] = await context.cookies();
      expect(after?.value).not.toBe(before?.value);
      const read = await page.request.get("/api/session");
      expect(await read.json()).toEqual({ user: { id: "user-lise", name: "lise" }, note: "string" });
      expect(read.headers()["cache-control"]).toBe("no-store");
    });

    test("over https the cookie on the wire is the one that the page shows", async () => {
      const answer = await fetch(`${site.origins[0]}/api/sign-in`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-forwarded-proto": "https" },
        body: JSON.stringify({ name: "vera" }),
      });
      const [before, after] = guide.setCookie;
      const setCookie = answer.headers.get("set-cookie") ?? "";
      expect(setCookie.slice(0, before.length)).toBe(before);
      expect(setCookie.slice(-after.length)).toBe(after);
    });

    test("two servers share a session, and what ends on one has ended on both", async () => {
      const { page, context } = await site.visitor();
      await signIn(page, "joan");
      const cookies = await context.cookies();
      await page.goto(`${site.origins[1]}/account`);
      await expectPage(page.getByRole("heading")).toHaveText("Hello, joan");
      await page.getByRole("button", { name: "Sign out" }).click();
      await expectPage(page.getByText("Not signed in.")).toBeVisible();
      await expect.poll(() => context.cookies()).toEqual([]);
      await context.addCookies(cookies);
      await page.goto("/account");
      await expectPage(page.getByRole("heading")).toHaveText("Sign in");
    });

    test("a change from another site is refused", async () => {
      const answer = await fetch(`${site.origins[0]}/api/note`, {
        method: "POST",
        headers: { "content-type": "application/json", "sec-fetch-site": "cross-site" },
        body: JSON.stringify({ note: "planted" }),
      });
      expect(answer.status).toBe(403);
      expect(await answer.json()).toMatchObject({ code: "cross-site" });
    });

    test("its own page, its fonts and its static 404 are as they were", async () => {
      const { page, complaints } = await site.visitor();
      await load(page, "/");
      await expectPage(page.getByRole("heading")).toContainText("To get started");
      // The template's Tailwind, which the page's classes come from, is wired for Turbopack alone.
      if (variant.bundler === "turbopack")
        expect(await loadedFonts(page)).toEqual(["geistMono", "geistSans"]);
      expect(complaints).toEqual([]);
      await expectNotFound(page);
      expect(complaints.filter((text) => !isExpected404(text))).toEqual([]);
    });

    test("a server without a secret does not start, and says why", async () => {
      expect(await site.failedStart()).toContain("SESSION_SECRET is missing");
    });

    test("the servers log nothing but their start and the audit", async () => {
      expect(warningsIn(await site.log())).toEqual([]);
    });

    test("in an outage: 503 or the error page, and the same session afterwards", async () => {
      const visitor = await site.visitor();
      const { page } = visitor;
      await signIn(page, "mary");
      await load(page, "/note");
      await site.inOutage(async () => {
        await page.getByRole("link", { name: "Your account" }).click();
        await expectPage(page.getByRole("heading", { name: OUTAGE })).toBeVisible();
        const answer = await page.goto("/account");
        if (hasFront) expect(answer?.status()).toBe(503);
        await expectPage(page.getByRole("heading", { name: OUTAGE })).toBeVisible();
        await page.goto("/note");
        await expectPage(page.getByRole("heading", { name: OUTAGE })).toBeVisible();
        const change = await page.request.post("/api/note", { data: { note: "lost" } });
        expect(change.status()).toBe(503);
        expect(change.headers()["retry-after"]).toBe("1");
        expect(await change.json()).toMatchObject({ code: "unavailable" });
      });
      await expectSignedIn(visitor, "mary");
    });

    test("a sign-out in an outage claims no success", async () => {
      const visitor = await site.visitor();
      const { page, context } = visitor;
      await signIn(page, "emmy");
      const cookies = await context.cookies();
      await site.inOutage(async () => {
        await page.getByRole("button", { name: "Sign out" }).click();
        await expectPage(page.getByRole("heading", { name: OUTAGE })).toBeVisible();
        expect(await context.cookies()).toEqual(cookies);
      });
      await expectSignedIn(visitor, "emmy");
    });
  },
);

describe.each(policyVariants())("the policy of the page, Cache Components: $cacheComponents", (variant) => {
  let site: AdoptedSite;
  beforeAll(async () => {
    site = await lab.serve(app, variant);
  });
  afterAll(() => site?.stop());

  test("no page breaks it, and every page works", async () => {
    const { page, complaints } = await site.visitor();
    const answer = await page.goto("/");
    expect(answer?.headers()["content-security-policy"]).toMatch(
      /script-src 'nonce-[\w-]+' 'strict-dynamic'/,
    );
    await load(page, "/");
    expect(await loadedFonts(page)).toEqual(["geistMono", "geistSans"]);
    await signIn(page, "hedy");
    await load(page, "/note");
    await page.getByRole("link", { name: "Your account" }).click();
    await expectPage(page.getByRole("heading")).toHaveText("Hello, hedy");
    await page.getByRole("button", { name: "Sign out" }).click();
    await expectPage(page.getByText("Not signed in.")).toBeVisible();
    expect(complaints).toEqual([]);
    await expectNotFound(page);
    expect(complaints.filter((text) => !isExpected404(text))).toEqual([]);
  });
});

function variants(): Variant[] {
  const [bundlers, switches, fronts] = inject("isLongRun")
    ? ([
        ["turbopack", "webpack"],
        [true, false],
        ["middleware", "proxy", "none"],
      ] as const)
    : ([["turbopack"], [true], ["middleware"]] as const);
  return bundlers.flatMap((bundler) =>
    switches.flatMap((cacheComponents) =>
      fronts.map((front) => ({ front, cacheComponents, bundler, policy: false })),
    ),
  );
}

function policyVariants(): Variant[] {
  const switches = inject("isLongRun") ? [true, false] : [true];
  return switches.map((cacheComponents) => ({
    front: "middleware",
    cacheComponents,
    bundler: "turbopack",
    policy: true,
  }));
}

/** What webpack says of `@upstash/redis` in an edge middleware: it reads a version for its telemetry, and works without. */
const UPSTASH_IN_EDGE =
  /⚠ Compiled with warnings in \S+\s+\.\/node_modules\/@upstash\/redis\/\S+\nA Node\.js API is used \(process\.version /;

/** Lines that warn of something, but for what Next says of a `middleware.ts` by itself. */
function warningsIn(log: string): string[] {
  const isWarning = (line: string) => /⚠|warn|error|unstable|deprecat|Node\.js API/i.test(line);
  // On a CI Next misses the cache of an earlier build, of which a new app has none.
  const isNextsOwn = (line: string) => /"middleware" file convention|No build cache found/.test(line);
  const lines = log.replace(UPSTASH_IN_EDGE, "").split("\n");
  return lines.filter((line) => isWarning(line) && !isNextsOwn(line));
}

async function load(page: Page, path: string): Promise<void> {
  await page.goto(path, { waitUntil: "networkidle" });
}

async function signIn(page: Page, name: string): Promise<void> {
  await page.goto("/login");
  await fillName(page, name);
  await expectPage(page.getByRole("heading")).toHaveText(`Hello, ${name}`);
}

async function fillName(page: Page, name: string): Promise<void> {
  await page.getByRole("textbox", { name: "Your name" }).fill(name);
  await page.getByRole("button", { name: "Sign in" }).click();
}

async function expectSignedIn({ page }: Visitor, name: string): Promise<void> {
  await page.goto("/account");
  await expectPage(page.getByRole("heading")).toHaveText(`Hello, ${name}`);
}

async function expectNotFound(page: Page): Promise<void> {
  const answer = await page.goto("/nothing-here");
  expect(answer?.status()).toBe(404);
  await expectPage(page.getByRole("heading", { name: "404" })).toBeVisible();
  const sheets = await page.evaluate(() => [...document.styleSheets].filter((sheet) => sheet.href).length);
  expect(sheets).toBeGreaterThan(0);
}

/** What the browser says of the page itself. */
function isExpected404(text: string): boolean {
  return text.includes("status of 404");
}

async function loadedFonts(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    await document.fonts.ready;
    const loaded = [...document.fonts].filter((font) => font.status === "loaded");
    return [...new Set(loaded.map((font) => font.family.replaceAll('"', "")))].sort();
  });
}
