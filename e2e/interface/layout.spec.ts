import type { Page } from "@playwright/test";
import { expect, freshUserName, PASSWORD, test } from "../support/fixtures";
import { layoutFaults } from "../support/layout-faults";
import { startNext } from "../support/next-server";
import { isSamePicture } from "../support/same-picture";
import { holdStill } from "../support/still-page";

const WIDTHS = [320, 768, 1440];
const THEMES = ["light", "dark"] as const;
/** Of each page these are compared pixel by pixel: the narrowest and the widest, and each theme once. */
const PICTURES = [
  { width: 320, colorScheme: "light" },
  { width: 1440, colorScheme: "dark" },
] as const;

async function show(page: Page, width: number, colorScheme: (typeof THEMES)[number]): Promise<void> {
  await page.setViewportSize({ width, height: 800 });
  await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
}

async function pictures(page: Page, path: string): Promise<Buffer[]> {
  await page.goto(path, { waitUntil: "networkidle" });
  await holdStill(page);
  const found = [];
  for (const { width, colorScheme } of PICTURES) {
    await show(page, width, colorScheme);
    // The session inspector shows live values of Redis; it has tests of its own.
    const mask = [page.getByTestId("inspector")];
    found.push(await page.screenshot({ fullPage: path !== "/proof", animations: "disabled", mask }));
  }
  return found;
}

/** At every width and in both themes nothing is cut off or in the way; and the same state looks the same twice. */
async function inspect(page: Page, path: string): Promise<void> {
  const first = await pictures(page, path);
  for (const width of WIDTHS) {
    for (const theme of THEMES) {
      await show(page, width, theme);
      expect.soft(await layoutFaults(page), `${path} at ${width} px, ${theme}`).toEqual([]);
    }
  }
  const second = await pictures(page, path);
  for (const [at, { width, colorScheme }] of PICTURES.entries()) {
    const [once, again] = [first[at], second[at]];
    if (!once || !again) throw new Error("A picture is missing.");
    const isSame = await isSamePicture(once, again);
    if (!isSame)
      for (const body of [once, again])
        await test.info().attach("picture", { body, contentType: "image/png" });
    expect.soft(isSame, `${path} at ${width} px, ${colorScheme}, looks the same twice`).toBe(true);
  }
}

test.use({ expectedErrors: [/status of 404 .*nothing-here|status of 503/] });

const VISITORS_PAGES = [
  "/",
  "/login",
  "/register?error=invalid&field=username",
  "/cart",
  "/proof",
  "/nothing-here",
];
const USERS_PAGES = ["/", "/cart", "/profile", "/sessions", "/proof"];

/** A user with the longest of names, and a full cart. */
async function becomeLongUser(page: Page): Promise<void> {
  const username = freshUserName().padEnd(32, "w");
  for (const sku of ["tote", "headphones", "key-ring"])
    await page.request.post("/api/cart/add", { data: { sku, quantity: 333 } });
  await page.request.post("/api/register", { data: { username, password: PASSWORD } });
  await page.request.post("/api/profile", { data: { displayName: "W".repeat(64) } });
  for (let views = 0; views < 4; views += 1) await page.request.post("/api/session/views", { data: {} });
}

test("a visitor's pages fit at every width in both themes, and look the same twice", async ({ page }) => {
  for (const path of VISITORS_PAGES) await inspect(page, path);
});

test("a user's pages fit, too, with the longest of names", async ({ page }) => {
  await becomeLongUser(page);
  for (const path of USERS_PAGES) await inspect(page, path);
});

test("all pages fit with text of twice the size, as it is set in the browser", async ({
  playwright,
  launchOptions,
  baseURL,
}) => {
  const args = [...(launchOptions.args ?? []), "--blink-settings=defaultFontSize=32"];
  const browser = await playwright.chromium.launch({ ...launchOptions, args });
  try {
    const page = await browser.newPage({ ...(baseURL && { baseURL }) });
    const check = async (path: string) => {
      await page.goto(path, { waitUntil: "networkidle" });
      for (const width of WIDTHS) {
        await show(page, width, "light");
        expect.soft(await layoutFaults(page), `${path} at ${width} px`).toEqual([]);
      }
    };
    for (const path of VISITORS_PAGES) await check(path);
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize)).toBe("32px");
    await becomeLongUser(page);
    for (const path of USERS_PAGES) await check(path);
  } finally {
    await browser.close();
  }
});

test("a server with the longest of names fits, too", async ({ page, cloud: _ }) => {
  const server = await startNext(".", { INSTANCE_NAME: "worker-8".repeat(4) });
  try {
    await page.request.post(`${server.origin}/api/cart/add`, { data: { sku: "tote" } });
    await page.request.post(`${server.origin}/api/session/views`, { data: {} });
    for (const path of ["/", "/proof"]) await inspect(page, server.origin + path);
  } finally {
    await server.stop();
  }
});

test("a server that stops moves nothing on the map", async ({ page, cloud }) => {
  await page.goto("/proof", { waitUntil: "networkidle" });
  const heights = async () => {
    const found = [];
    for (const width of WIDTHS) {
      await show(page, width, "light");
      found.push(await page.getByTestId("server-b").evaluate((part) => part.getBoundingClientRect().height));
    }
    return found;
  };
  const before = await heights();
  await page.getByRole("button", { name: "Stop server b" }).click();
  try {
    await expect(page.getByTestId("server-b")).toHaveAttribute("data-state", "stopped");
    expect(await heights()).toEqual(before);
  } finally {
    await expect.poll(async () => (await cloud.status()).action?.state).not.toBe("running");
    await cloud.ask("instances/b/start");
  }
});

test("the page of an outage fits, too", async ({ page, cloud }) => {
  await page.request.post("/api/cart/add", { data: { sku: "tote" } });
  await cloud.ask("redis/stop");
  try {
    for (const path of ["/cart", "/proof"]) await inspect(page, path);
  } finally {
    await cloud.ask("redis/start");
  }
});
