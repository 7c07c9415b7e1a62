import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { changesKept, expect, sidewaysOverflow, signInAsGuest, test } from "./fixtures";

const anonymousPages = {
  shop: "/",
  "empty cart": "/cart",
  "log in": "/login",
  "log in, refused": "/login?error=bad-credentials&field=password",
  register: "/register",
  "register, refused": "/register?error=invalid&field=idleSeconds",
  unavailable: "/unavailable",
  "not found": "/nothing-here",
};
const signedInPages = { "shop, signed in": "/", cart: "/cart", profile: "/profile", devices: "/sessions" };

async function check(page: Page, { name, path, shot }: { name: string; path: string; shot: string }) {
  await page.goto(path, { waitUntil: "networkidle" });
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations, name).toEqual([]);
  const overflow = await sidewaysOverflow(page);
  expect(overflow, `${name} scrolls sideways`).toBe(0);
  await page.screenshot({ path: `test-results/screenshots/${name} ${shot}.png`, fullPage: true });
}

test.use({ expectedErrors: [/status of 404 .*nothing-here/] });

for (const width of [375, 1280]) {
  for (const colorScheme of ["light", "dark"] as const) {
    test.describe(`${width} px, ${colorScheme}`, () => {
      test.use({ viewport: { width, height: 800 }, colorScheme });
      const shot = `${width} ${colorScheme}`;

      test("every page is accessible and fits", async ({ page }) => {
        // Twelve pages, each read by axe and drawn in full.
        test.slow();
        for (const [name, path] of Object.entries(anonymousPages)) await check(page, { name, path, shot });
        await page.goto("/");
        await page.getByRole("button", { name: /Add Market tote/ }).click();
        await page.getByRole("button", { name: /Add Camp lantern/ }).click();
        await changesKept(page);
        await signInAsGuest(page);
        await page.getByRole("button", { name: "Count a view" }).click();
        for (const [name, path] of Object.entries(signedInPages)) await check(page, { name, path, shot });
      });
    });
  }
}

test("the keyboard alone signs a guest in, fills a cart and logs out", async ({ page }) => {
  await page.goto("/");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("main").getByRole("link", { name: "See it proven" })).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: /Add Ridge backpack/ })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("pieces")).toContainText("1");
  await page.goto("/login");
  await page.getByRole("button", { name: "Continue as guest" }).focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/profile");
  await page.getByRole("main").getByRole("button", { name: "Log out" }).focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/");
});
