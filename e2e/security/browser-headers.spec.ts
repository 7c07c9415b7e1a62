import type { APIResponse, Response } from "@playwright/test";
import { findCloudControl } from "../support/cloud-control";
import { expect, signInAsGuest, test } from "../support/fixtures";

const PAGES = ["/", "/cart", "/login", "/register", "/proof", "/profile", "/sessions"];
const MORE_PAGES = ["/unavailable", "/nothing-here", "/_nothing"];
const HANDLERS = ["/api/session", "/api/cart", "/api/catalog", "/api/health", "/api/nothing-here", "/api"];
const FILES = ["/robots.txt", "/manifest.webmanifest", "/icon.svg", "/products/tote.svg", "/favicon.ico"];
const NO_FILES = ["/nothing.html", "/wp-login.php", "/products/nothing.svg", "/_next/nothing"];

/** The policy by directive. */
function policyOf(response: APIResponse): ReadonlyMap<string, readonly string[]> {
  const directives = (response.headers()["content-security-policy"] ?? "").split(";");
  return new Map(
    directives.map((each) => {
      const [name = "", ...sources] = each.trim().split(/\s+/);
      return [name, sources];
    }),
  );
}

test("every answer says how it is to be taken, and by whom it may be opened", async ({ page }) => {
  await signInAsGuest(page);
  // A host that serves files without asking Next sends headers of its own with them.
  const files = findCloudControl() ? FILES : [];
  for (const path of [...PAGES, ...MORE_PAGES, ...HANDLERS, ...NO_FILES, ...files]) {
    expect((await page.request.get(path)).headers(), path).toMatchObject({
      "x-content-type-options": "nosniff",
      "referrer-policy": "same-origin",
      "cross-origin-opener-policy": "same-origin",
      "permissions-policy": expect.stringContaining("camera=()"),
      "content-security-policy": expect.stringContaining("frame-ancestors 'none'"),
    });
  }
});

test("another site that opens a page in a window has no hold on that window", async ({ page }) => {
  await signInAsGuest(page);
  const target = new URL("/cart", page.url()).href;
  await page
    .context()
    .route("http://elsewhere.example/", (route) =>
      route.fulfill({ contentType: "text/html", body: "Elsewhere" }),
    );
  await page.goto("http://elsewhere.example/");
  for (const [url, isCutOff] of [
    [target, true],
    ["http://elsewhere.example/", false],
  ] as const) {
    const opened = page.waitForEvent("popup");
    await page.evaluate((to) => Reflect.set(window, "opened", window.open(to)), url);
    const popup = await opened;
    await popup.waitForURL(url);
    await expect.poll(() => page.evaluate(() => Reflect.get(window, "opened").closed), url).toBe(isCutOff);
    expect(await popup.evaluate(() => window.opener === null), url).toBe(isCutOff);
    await popup.close();
  }
});

test("a typed address and links within the site keep one process of the browser", async ({ page }) => {
  const policyOn = (answer: Response | null) => answer?.headers()["cross-origin-opener-policy"];
  expect(policyOn(await page.goto("/"))).toBeUndefined();
  const [answer] = await Promise.all([
    page.waitForResponse((each) => new URL(each.url()).pathname === "/login"),
    page.getByRole("link", { name: "Log in" }).click(),
  ]);
  expect(policyOn(answer)).toBeUndefined();
});

test("a page's policy lets in scripts by a nonce that is never the same, and none else", async ({ page }) => {
  await signInAsGuest(page);
  const nonces = new Set<string>();
  for (const path of [...PAGES, ...MORE_PAGES, ...PAGES]) {
    const response = await page.request.get(path);
    const policy = policyOf(response);
    const [nonce = "", ...rest] = policy.get("script-src") ?? [];
    expect(nonce, path).toMatch(/^'nonce-[\w-]{22}'$/);
    expect(rest, path).toEqual(["'strict-dynamic'"]);
    expect(policy.get("style-src"), path).toEqual(["'self'"]);
    expect(policy.get("form-action"), path).toEqual(["'self'"]);
    for (const shut of ["default-src", "object-src", "base-uri"])
      expect(policy.get(shut), path).toEqual(["'none'"]);
    const scripts = (await response.text()).match(/<script\b[^>]*/g) ?? [];
    expect(scripts.length, path).toBeGreaterThan(0);
    for (const script of scripts) expect(script, path).toContain(`nonce="${nonce.slice(7, -1)}"`);
    nonces.add(nonce);
  }
  expect(nonces.size).toBe(2 * PAGES.length + MORE_PAGES.length);
});

test("a handler's answer may load nothing at all, and a file that there is not has no script", async ({
  request,
}) => {
  for (const path of HANDLERS) {
    const policy = policyOf(await request.get(path));
    for (const shut of ["default-src", "base-uri", "form-action"])
      expect(policy.get(shut), path).toEqual(["'none'"]);
  }
  for (const path of NO_FILES) {
    const response = await request.get(path);
    expect(response.status(), path).toBe(404);
    expect(response.headers()["content-type"], path).toBe("application/problem+json");
  }
});

test.describe("what somebody else has put into a page", () => {
  test.use({
    // React finds a page that is not the one it wrote (418), and writes its own.
    expectedErrors: [/content security policy|React error #418/i],
    expectedViolations: [/^(script-src-elem|script-src-attr|base-uri|img-src) blocked/],
  });

  test("does not run, sends nothing away, and is reported", async ({ page, policyWatch }) => {
    const planted = `<base href="https://evil.example/"><script>document.title = "planted"</script>
      <script src="/api/catalog"></script>
      <img src="https://evil.example/?stolen" alt="" onerror="document.title = 'planted'">`;
    await page.route("/login", async (route) => {
      const response = await route.fetch();
      const body = (await response.text()).replace("<body>", `<body>${planted}`);
      await route.fulfill({ response, body });
    });
    const before = policyWatch.violations.length;
    await page.goto("/login");
    const directives = () => new Set(policyWatch.violations.slice(before).map((each) => each.split(" ")[0]));
    await expect
      .poll(() => [...directives()].sort())
      .toEqual(["base-uri", "img-src", "script-src-attr", "script-src-elem"]);
    expect(await page.title()).not.toBe("planted");
  });
});

test("the page of an outage, which a form is answered with, has its own style and nothing else", async ({
  page,
  cloud,
}) => {
  await signInAsGuest(page, "/cart");
  await cloud.ask("redis/stop");
  try {
    const response = await page.request.post("/api/cart/add", { form: { sku: "tote" } });
    expect(response.status()).toBe(503);
    const policy = policyOf(response);
    expect(policy.get("default-src")).toEqual(["'none'"]);
    expect(policy.has("script-src")).toBe(false);
    const [nonce = ""] = policy.get("style-src") ?? [];
    expect(await response.text()).toContain(`<style nonce="${nonce.slice(7, -1)}">`);
  } finally {
    await cloud.ask("redis/start");
  }
});
