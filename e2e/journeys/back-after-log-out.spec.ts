import { type Browser, chromium, type Page } from "@playwright/test";
import { aptInstall } from "@/local-cloud/processes/apt-install";
import { findOnPath } from "@/local-cloud/processes/find-on-path";
import { expect, test } from "../support/fixtures";

// Playwright starts Chromium without its back/forward cache, which everybody else's has: a page in there is shown again without
// a word to the server, unless the browser notes in time that a cookie of the site has changed (https://web.dev/articles/bfcache).
let browser: Browser;

test.beforeAll(async () => {
  // Not the one without a window, which is what the other tests prefer: it has no such cache.
  const find = () => findOnPath(["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]);
  const executablePath = find() ?? ((await aptInstall("chromium", console.log)) ? find() : undefined);
  test.skip(executablePath === undefined, "no Chromium with a back/forward cache here");
  const { launchOptions } = test.info().project.use;
  browser = await chromium.launch({
    ...launchOptions,
    ...(executablePath && { executablePath }),
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
  });
});
test.afterAll(() => browser?.close());

interface BrowserOptions {
  readonly javaScriptEnabled: boolean;
  readonly baseURL: string | undefined;
}

async function withPage({ javaScriptEnabled, baseURL }: BrowserOptions, work: (page: Page) => Promise<void>) {
  const context = await browser.newContext({ javaScriptEnabled, ...(baseURL && { baseURL }) });
  try {
    await work(await context.newPage());
  } finally {
    await context.close();
  }
}

async function signIn(page: Page): Promise<void> {
  await page.goto("/login");
  await page.getByRole("button", { name: "Continue as guest" }).click();
  await expect(page).toHaveURL("/profile");
}

/** Goes back. @returns how often the server was asked for a page since */
async function goBack(page: Page): Promise<() => number> {
  let asked = 0;
  page.on("request", (request) => {
    if (request.isNavigationRequest()) asked++;
  });
  // A page from the browser's memory is not loaded.
  await page.goBack({ waitUntil: "commit" });
  return () => asked;
}

test("the browser of these tests does bring back a page from its memory", async ({ baseURL }) => {
  await withPage({ javaScriptEnabled: false, baseURL }, async (page) => {
    await signIn(page);
    await page.goto("/cart");
    const asked = await goBack(page);
    await expect(page).toHaveURL("/profile");
    await expect(page.getByTestId("who")).toContainText("guest-");
    expect(asked()).toBe(0);
  });
});

for (const javaScriptEnabled of [true, false]) {
  for (const path of ["/", "/cart", "/profile", "/sessions", "/proof"]) {
    test(`with JavaScript ${javaScriptEnabled ? "on" : "off"}, Back after the log-out asks the server for ${path} again`, async ({
      baseURL,
    }) => {
      // With a cookie that was deleted, the page that the sign-in led to came back in about one of four rounds.
      const isLedTo = path === "/profile";
      for (let round = 0; round < (isLedTo ? 4 : 1); round++) {
        await withPage({ javaScriptEnabled, baseURL }, async (page) => {
          await signIn(page);
          if (!isLedTo) await page.goto(path);
          await expect(page.getByTestId("who")).toContainText("guest-");
          await page.getByRole("banner").getByRole("button", { name: "Log out" }).click();
          await expect(page).toHaveURL("/");
          await expect(page.getByTestId("who")).toContainText("No session yet");
          const asked = await goBack(page);
          await expect(page.getByTestId("who")).toContainText("No session yet");
          await expect.poll(asked, "requests").toBeGreaterThan(0);
          expect(await page.content()).not.toMatch(/guest-[0-9a-z]/);
        });
      }
    });
  }
}
