import type { Page } from "@playwright/test";
import { expectAccessible } from "../support/accessible";
import { changesKept, expect, signInAsGuest, test } from "../support/fixtures";

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

test.use({ expectedErrors: [/status of 404 .*nothing-here/] });

async function expectEachAccessible(page: Page, pages: Record<string, string>): Promise<void> {
  for (const [name, path] of Object.entries(pages)) {
    await page.goto(path, { waitUntil: "networkidle" });
    await expectAccessible(page, name, [375, 1280]);
  }
}

test("every page of a visitor is accessible and fits", async ({ page }) => {
  test.slow();
  await expectEachAccessible(page, anonymousPages);
});

test("every page of a user is accessible and fits", async ({ page }) => {
  test.slow();
  await page.goto("/");
  await page.getByRole("button", { name: /Add Market tote/ }).click();
  await page.getByRole("button", { name: /Add Camp lantern/ }).click();
  await changesKept(page);
  await signInAsGuest(page);
  await page.getByRole("button", { name: "Count a view" }).click();
  await expectEachAccessible(page, signedInPages);
});

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
  await expect(page.getByTestId("items")).toContainText("1");
  await page.goto("/login");
  await page.getByRole("button", { name: "Continue as guest" }).focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/profile");
  await page.getByRole("main").getByRole("button", { name: "Log out" }).focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/");
});
