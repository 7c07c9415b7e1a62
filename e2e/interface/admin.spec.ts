import type { APIRequestContext, Page } from "@playwright/test";
import { operatorPages } from "@/lib/admin/operator-pages";
import { expectAccessible } from "../support/accessible";
import { anotherDevice, expect, freshUserName, PASSWORD, signInAsGuest, test } from "../support/fixtures";
import { layoutFaults } from "../support/layout-faults";
import { ageSignIns, setRole, signInAsOperator } from "../support/operators";
import { pageJavascript } from "../support/page-javascript";

// A role is given by a command that reaches Redis: a deployed site has none for a test.
test.beforeEach(({ cloud: _ }) => {});

/** What the browser shows of an answer where it runs no scripts. */
function withoutScripts(html: string): string {
  return html.replaceAll(/<script\b.*?<\/script>/gs, "");
}

/** The headers that differ between two answers of the same page. */
const TIMES_AND_SIZES = ["date", "etag", "content-length"];

/** A page's answer, status, headers and all, without what differs between two of the same page: its address, its keys and its time. */
async function plainAnswer(
  http: APIRequestContext,
  path: string,
  headers: Record<string, string> = {},
): Promise<string> {
  const ask = () => http.get(path, { maxRedirects: 0, headers });
  let response = await ask();
  // Each names its server: both are to be of the same one.
  while (response.headers()["x-served-by"] !== "a") response = await ask();
  const [first = "", ...more] = path.slice(1).split("/");
  const text = (await response.text())
    .replaceAll(path, "/PATH")
    .replaceAll(`\\"${[first, ...more].join('\\",\\"')}\\"`, "PATH")
    .replaceAll(`"${[first, ...more].join('","')}"`, "PATH")
    .replaceAll(/(nonce=")[^"]*/g, "$1")
    .replaceAll(/(nonce\\?":\\?")[^"\\]*/g, "$1")
    .replaceAll(/(\$L[0-9a-f]+",")[\w-]{22}"/g, '$1"')
    .replaceAll(/(name="idempotencyKey"[^>]* value=")[^"]*/g, "$1")
    .replaceAll(/(name\\?":\\?"idempotencyKey\\?",\\?"defaultValue\\?":\\?")[^"\\]*/g, "$1")
    .replaceAll(/\d+(?:<!-- -->)? (?:d|h|min|s)\b/g, "0 s")
    .replaceAll(/("(?:ttlMs|lifetimeLeftMs|nowMs)\\?":)\d+/g, "$10");
  // A page's parts are sent in the order in which they get ready.
  const parts = text.split(/\\n|\n|<script/).sort();
  const said = Object.entries(response.headers())
    .filter(([name]) => !TIMES_AND_SIZES.includes(name))
    .map(
      ([name, value]) =>
        `${name}: ${value.replaceAll(/(dur=|nonce[-=]"?)[\w.-]+/g, "$1").replaceAll(path, "/PATH")}`,
    );
  return [response.status(), ...said.sort(), ...parts].join("\n");
}

/** Each address, with one of the same form that has no page. */
const ALIKE = [
  ["/admin", "/nowhere"],
  ["/admin/end", "/nowhere/end"],
  ["/%61dmin", "/%61nywhere"],
  // Where the pages are within the app.
  ["/_hidden/admin", "/_nowhere/admin"],
  ["/%5Fhidden/admin/end", "/%5fnowhere/admin/end"],
] as const;

test("for whoever is no operator there is nothing, as at an address without a page", async ({
  browser,
  baseURL,
}) => {
  const actors: Record<string, (page: Page) => Promise<unknown>> = {
    "a stranger": async () => {},
    "a visitor": (page) => page.request.post("/api/cart/add", { data: { sku: "tote" } }),
    "a guest": (page) => signInAsGuest(page),
    "a user": (page) =>
      page.request.post("/api/register", { data: { username: freshUserName(), password: PASSWORD } }),
  };
  for (const [who, become] of Object.entries(actors)) {
    const context = await browser.newContext({ ...(baseURL && { baseURL }) });
    try {
      const page = await context.newPage();
      await become(page);
      for (const path of ["/nothing-here", "/a/b", ...operatorPages.pages, "/admin?kind=users"]) {
        const response = await page.request.get(path, { maxRedirects: 0 });
        expect(response.status(), `${who}: ${path}`).toBe(404);
        const html = withoutScripts(await response.text());
        expect(html, `${who}: ${path}`).toMatch(/<h1[^>]*>There is nothing here</);
        expect(html, `${who}: ${path}`).toContain('data-testid="who"');
        expect(html, `${who}: ${path}`).not.toContain("__next_error__");
      }
      for (const headers of [{}, { rsc: "1" }, { rsc: "1", "next-router-prefetch": "1" }])
        for (const [path, nowhere] of ALIKE)
          expect(await plainAnswer(page.request, path, headers), `${who}: ${path}`).toBe(
            await plainAnswer(page.request, nowhere, headers),
          );
    } finally {
      await context.close();
    }
  }
});

test("an address without a page costs a user one request to Redis, and an operators' page one more", async ({
  page,
  cloud,
}) => {
  const cost = (path: string) => cloud.restRequestsOf(() => page.request.get(path));
  expect([await cost("/nowhere"), await cost("/admin")], "a stranger").toEqual([0, 0]);
  await signInAsGuest(page);
  expect([await cost("/nowhere"), await cost("/admin")], "a guest").toEqual([1, 1]);
  const data = { username: freshUserName(), password: PASSWORD };
  await page.request.post("/api/register", { data });
  expect([await cost("/nowhere"), await cost("/admin")], "a user").toEqual([1, 2]);
});

test.describe("at an address without a page, without JavaScript", () => {
  test.use({ javaScriptEnabled: false, expectedErrors: [/status of 404/] });

  test("everybody reads that there is nothing, in the frame of all pages", async ({ page }) => {
    for (const become of [async () => {}, () => signInAsGuest(page)]) {
      await become();
      for (const path of ["/nothing-here", "/a/b", ...operatorPages.pages]) {
        expect((await page.goto(path))?.status()).toBe(404);
        await expect(page.getByRole("heading", { level: 1 })).toHaveText("There is nothing here");
        await expect(page.getByTestId("who")).toBeVisible();
        await expect(page.getByRole("link", { name: "Back to the shop" })).toBeVisible();
      }
    }
  });
});

test.describe("in an outage", () => {
  test.use({ expectedErrors: [/status of (404|503)/] });

  test("there is nothing for an operator either, and the page says why", async ({ page, cloud }) => {
    await signInAsOperator(page);
    await cloud.ask("redis/stop");
    try {
      for (const path of operatorPages.pages) {
        expect((await page.goto(path))?.status()).toBe(404);
        await expect(page.getByRole("heading", { level: 1 })).toHaveText("There is nothing here");
        await expect(page.getByTestId("who")).toHaveText("We cannot reach your session just now");
      }
      expect((await page.request.get("/api/admin/numbers")).status()).toBe(404);
    } finally {
      await cloud.ask("redis/start");
    }
    await expect.poll(async () => (await page.goto("/admin"))?.status()).toBe(200);
  });
});

test("an operator's page ships no more JavaScript over Next's own than it may", async ({ page, context }) => {
  await signInAsOperator(page);
  const tab = await context.newPage();
  const { overNextBytes } = await pageJavascript(tab, "/admin");
  console.log(`an operator, /admin: ${(overNextBytes / 1000).toFixed(1)} KB over Next's own`);
  expect(overNextBytes).toBeLessThanOrEqual(20_000);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("an operator finds a session and ends it, and many after a confirmation", async ({
    page,
    browser,
  }) => {
    const operator = await signInAsOperator(page);
    await page.goto("/admin");
    await expect(page).toHaveTitle(/^Active sessions/);
    const rows = page.getByTestId("active-session");
    await page.getByLabel("User name").fill(operator);
    await page.getByRole("button", { name: "Show these" }).click();
    await expect(rows).toHaveCount(1);
    await expect(rows).toContainText(`${operator}you`);
    await expect(page.getByLabel("User name")).toHaveValue(operator);

    const user = freshUserName();
    await anotherDevice(browser, async (other) => {
      await other.request.post("/api/register", { data: { username: user, password: PASSWORD } });
      await other.goto("/profile");
      await page.getByLabel("User name").fill(user);
      await page.getByRole("button", { name: "Show these" }).click();
      await expect(rows).toHaveCount(1);
      await page.getByRole("button", { name: new RegExp(`End the session .* of ${user}`) }).click();
      await expect(page).toHaveURL(new RegExp(`/admin\\?user=${user}`));
      await expect(rows).toHaveCount(0);
      await expect(page.getByText("No session meets this.")).toBeVisible();
      await other.goto("/profile");
      await expect(other).toHaveURL("/login?next=%2Fprofile");
    });

    await anotherDevice(browser, async (other) => {
      for (let devices = 0; devices < 3; devices++)
        await fetch(new URL("/api/login", page.url()), {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ username: user, password: PASSWORD }),
        });
      await other.request.post("/api/login", { data: { username: user, password: PASSWORD } });
      await page.getByRole("button", { name: "End all these" }).click();
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("End 4 sessions?");
      await expect(page.getByRole("definition")).toHaveText(user);
      await page.getByRole("button", { name: "End 4 sessions" }).click();
      await expect(page.getByText("4 sessions were ended.")).toBeVisible();
      await other.goto("/profile");
      await expect(other).toHaveURL("/login?next=%2Fprofile");
    });
  });

  test("nothing ends without a condition, and five minutes after the sign-in without the password", async ({
    page,
  }) => {
    const operator = await signInAsOperator(page);
    await page.goto("/admin");
    await page.getByRole("button", { name: "End all these" }).click();
    await expect(page.getByText("Without a condition it would be every session.")).toBeVisible();
    await ageSignIns();
    await page.goto(`/admin/end?user=${operator}`);
    await page.getByLabel("Your password").fill("not the password");
    await page.getByRole("button", { name: "End 1 session" }).click();
    await expect(page).toHaveURL(`/admin/end?user=${operator}&error=confirm&field=password`);
    await expect(page.getByLabel("Your password")).toHaveAccessibleDescription(/confirm/);
    await page.getByLabel("Your password").fill(PASSWORD);
    await page.getByRole("button", { name: "End 1 session" }).click();
    await expect(page).toHaveURL("/");
    await expect(page.getByTestId("who")).toContainText("No session yet");
  });

  test("goes on to the next page, and back to the first", async ({ page }) => {
    const operator = await signInAsOperator(page);
    const begin = () =>
      fetch(new URL("/api/guest", page.url()), {
        method: "POST",
        headers: { "content-type": "application/json", "user-agent": `Pager-${operator}/1.0 (X) x` },
        body: "{}",
      });
    for (let more = 0; more < 55; more += 5) await Promise.all(Array.from({ length: 5 }, begin));
    await page.goto(`/admin?device=Pager-${operator}`);
    const handles = new Set<string>();
    const collect = async () => {
      for (const text of await page.getByTestId("active-session").locator("code").allInnerTexts())
        handles.add(text);
    };
    await collect();
    const more = page.getByRole("link", { name: "More sessions" });
    await expect(more).toBeVisible();
    while (await more.isVisible()) {
      await more.click();
      await collect();
    }
    expect(handles.size).toBe(55);
    await page.getByRole("link", { name: "First page" }).click();
    await expect(page).toHaveURL(`/admin?device=Pager-${operator}`);
  });
});

test("a page that is looked at shows what begins and ends elsewhere, renews nothing, and stands still under the pointer", async ({
  page,
  browser,
}) => {
  await signInAsOperator(page);
  const user = freshUserName();
  // The page's time is the test's: nothing is waited for.
  await page.clock.install();
  // Other tests' sessions may fill a page.
  await page.goto(`/admin?user=${user}`);
  await expect(page.getByTestId("freshness")).toContainText("Updates while you look at it");
  let requests = 0;
  page.on("request", (request) => {
    if (request.url().includes("/api/admin/")) requests++;
  });
  /** What the page asks within so long. */
  async function askedWithin(ms: number): Promise<number> {
    const before = requests;
    await page.clock.runFor(ms);
    // What it has asked is known before what is asked of it now is answered.
    await page.evaluate(() => null);
    return requests - before;
  }
  const leftSeconds = async () =>
    (await (await page.request.get("/api/session?peek=1")).json()).session.ttlSeconds;
  const left = await leftSeconds();
  await anotherDevice(browser, async (other) => {
    await other.request.post("/api/register", { data: { username: user, password: PASSWORD } });
    const row = page.getByTestId("active-session").filter({ hasText: user });
    await expect(row).toHaveCount(0);
    expect(await askedWithin(5000)).toBe(2);
    await expect(row).toBeVisible();
    expect(await leftSeconds(), "the operator's idle timeout").toBeLessThanOrEqual(left);

    // What is pointed at stays where it is, also when it has ended.
    await row.getByRole("button").hover();
    await other.request.post("/api/logout", { data: {} });
    expect(await askedWithin(30_000)).toBe(0);
    await expect(row).toBeVisible();
    await page.getByRole("heading", { level: 1 }).hover();
    await row.getByRole("button").focus();
    expect(await askedWithin(30_000)).toBe(0);
    await row.getByRole("button").blur();
    expect(await askedWithin(5000)).toBe(2);
    await expect(row).toHaveCount(0);

    await page.evaluate(() =>
      Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true }),
    );
    expect(await askedWithin(30_000), "in a tab that nobody sees").toBe(0);
  });
});

test.describe("whose role is taken away", () => {
  test.use({ expectedErrors: [/status of 404/] });

  test("sees nothing new from then on, and ends nothing", async ({ page }) => {
    const operator = await signInAsOperator(page);
    await page.goto("/admin");
    await setRole(operator, "none");
    await expect(page.getByTestId("freshness")).toContainText("No answer just now", { timeout: 20_000 });
    await page.reload();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("There is nothing here");
  });
});

test("the operators' pages are accessible and fit at every width, with the longest of names", async ({
  page,
  browser,
}) => {
  test.slow();
  const operator = await signInAsOperator(page);
  await anotherDevice(browser, async (other) => {
    await other.request.post("/api/register", {
      data: { username: freshUserName().padEnd(32, "w"), password: PASSWORD },
      headers: { "user-agent": `${"W".repeat(32)}/1.0 (${"X11; ".repeat(4)}Linux) x` },
    });
    await ageSignIns();
    for (const [name, path] of Object.entries({
      sessions: "/admin",
      "sessions, with conditions": `/admin?user=${operator}&kind=users&server=a&device=x&olderThan=77&idleFor=60&ended=7`,
      "sessions, refused": "/admin?error=confirm&field=password",
      "end many": `/admin/end?user=${operator}&kind=users`,
      "end none": "/admin/end?user=nobody-here&idleFor=86400",
      "end without a condition": "/admin/end",
    })) {
      await page.goto(path, { waitUntil: "load" });
      await expectAccessible(page, name, [320, 768, 1440]);
      for (const width of [320, 768, 1440]) {
        await page.setViewportSize({ width, height: 800 });
        expect.soft(await layoutFaults(page), `${name} at ${width} px`).toEqual([]);
      }
    }
  });
});
