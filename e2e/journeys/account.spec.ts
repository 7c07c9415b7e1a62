import type { Page } from "@playwright/test";
import { expectAccessible } from "../support/accessible";
import { anotherDevice, expect, freshUserName, PASSWORD, signInBy, test } from "../support/fixtures";

async function fillIn(page: Page, password: string): Promise<void> {
  await page.getByLabel("Your password").fill(password);
  await page.getByRole("button", { name: "Delete my account" }).click();
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });

    test("an owner deletes their account: every device is signed out, and the name is free", async ({
      page,
      browser,
      context,
    }) => {
      const user = freshUserName();
      await signInBy(page, "/register", user);
      await expect(page).toHaveURL("/profile");
      await anotherDevice(browser, async (other) => {
        await signInBy(other, "/login", user);
        await expect(other).toHaveURL("/profile");

        // A wrong password deletes nothing, and the form is open to say so.
        await page.getByText("See what goes, and delete it").click();
        await fillIn(page, "not the password");
        await expect(page.getByLabel("Your password")).toHaveAccessibleDescription(/password is wrong/);
        await other.reload();
        await expect(other).toHaveURL("/profile");

        await fillIn(page, PASSWORD);
        await expect(page).toHaveURL("/");
        await expect(page.getByTestId("who")).toContainText("No session yet");
        await expect.poll(() => context.cookies()).toEqual([]);
        for (const path of ["/profile", "/profile"]) {
          await other.goto(path);
          await expect(other).toHaveURL("/login?next=%2Fprofile");
        }
      });
      await signInBy(page, "/login", user);
      await expect(page).toHaveURL(/error=bad-credentials/);
      await signInBy(page, "/register", user);
      await expect(page).toHaveURL("/profile");
      await expect(page.getByRole("heading", { level: 1 })).toContainText(user);
    });
  });
}

test("the form to delete an account opens by keyboard, is accessible and fits", async ({ page }) => {
  await signInBy(page, "/register", freshUserName());
  await expect(page).toHaveURL("/profile");
  const button = page.getByRole("button", { name: "Delete my account" });
  await expect(button).toBeHidden();
  await page.getByRole("region", { name: "Delete the account" }).locator("summary").focus();
  await page.keyboard.press("Enter");
  await expect(button).toBeVisible();
  await expectAccessible(page, "the open form", [320, 1440]);
});

test("a guest, who has no account, is offered none to delete", async ({ page }) => {
  await page.goto("/login");
  await page.getByRole("button", { name: "Continue as guest" }).click();
  await expect(page).toHaveURL("/profile");
  await expect(page.getByText("Delete the account")).toHaveCount(0);
});
