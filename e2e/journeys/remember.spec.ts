import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "@playwright/test";
import { expect, freshUserName, PASSWORD, test } from "../support/fixtures";

const box = (page: Page) => page.getByRole("checkbox", { name: "Keep me signed in" });

type Profile = Parameters<typeof chromium.launchPersistentContext>;

/** Starts a browser on a profile, and closes it again: what it keeps until the next start is on disk. */
async function withBrowser(profile: Profile, work: (page: Page) => Promise<void>): Promise<void> {
  const context = await chromium.launchPersistentContext(...profile);
  try {
    await work(await context.newPage());
  } finally {
    await context.close();
  }
}

async function signIn(page: Page, path: "/login" | "/register", user: string): Promise<void> {
  await page.getByLabel("User name").fill(user);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: path === "/login" ? "Log in" : "Create my account" }).click();
  await expect(page).toHaveURL("/profile");
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test("who is to be remembered is signed in after the browser was closed; who is not, is a stranger", async ({
      baseURL,
      launchOptions,
    }) => {
      const user = freshUserName();
      for (const { path, isKept } of [
        { path: "/register", isKept: true },
        { path: "/login", isKept: false },
      ] as const) {
        const folder = await mkdtemp(join(tmpdir(), "carryover-browser-"));
        const options = { ...launchOptions, ...(baseURL && { baseURL }), javaScriptEnabled };
        const profile: Profile = [folder, options];
        try {
          await withBrowser(profile, async (page) => {
            await page.goto(path);
            await expect(box(page)).toBeChecked();
            if (!isKept) await box(page).uncheck();
            await signIn(page, path, user);
            // It is the same session on the next pages, and its cookie says how long the browser keeps it.
            await page.goto("/sessions");
            await expect(page).toHaveURL("/sessions");
            const [cookie] = await page.context().cookies();
            if (isKept) expect(cookie?.expires).toBeGreaterThan(Date.now() / 1000 + 600_000);
            else expect(cookie?.expires).toBe(-1);
          });
          await withBrowser(profile, async (page) => {
            await page.goto("/profile");
            await expect(page).toHaveURL(isKept ? "/profile" : "/login?next=%2Fprofile");
          });
        } finally {
          await rm(folder, { recursive: true, force: true });
        }
      }
    });
  });
}

test("a refused log-in keeps what was chosen, and says what the box is for", async ({ page }) => {
  await page.goto("/login");
  await box(page).uncheck();
  await page.getByLabel("User name").fill(freshUserName());
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page).toHaveURL(/error=bad-credentials/);
  await expect(box(page)).not.toBeChecked();
  await expect(box(page)).toHaveAccessibleDescription(/others use/);
});
