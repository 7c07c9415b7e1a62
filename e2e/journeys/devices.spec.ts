import type { Page } from "@playwright/test";
import { anotherDevice, expect, freshUserName, PASSWORD, signInBy, test } from "../support/fixtures";

async function register(page: Page, user: string): Promise<void> {
  await signInBy(page, "/register", user);
  await expect(page).toHaveURL("/profile");
}

async function logIn(page: Page, user: string, password = PASSWORD): Promise<void> {
  await signInBy(page, "/login", user, password);
  await expect(page).toHaveURL("/profile", { timeout: 2000 });
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });

    test("a user sees their devices and ends another one, on whatever server it is", async ({
      page,
      browser,
    }) => {
      const user = freshUserName();
      await register(page, user);
      await anotherDevice(browser, async (other) => {
        await logIn(other, user);
        await page.goto("/sessions");
        const devices = page.getByTestId("device");
        await expect(devices).toHaveCount(2);
        await expect(devices.filter({ hasText: "this device" })).toHaveCount(1);
        await expect(devices.first()).toContainText("Chrome on Linux");
        await devices.filter({ hasNotText: "this device" }).getByRole("button").click();
        await expect(page).toHaveURL("/sessions");
        await expect(devices).toHaveCount(1);
        for (const path of ["/profile", "/profile"]) {
          await other.goto(path);
          await expect(other).toHaveURL("/login?next=%2Fprofile");
        }
      });
    });
  });
}

test("a changed password ends the other devices, and this one goes on under a new ID", async ({
  page,
  browser,
  context,
}) => {
  const user = freshUserName();
  const renewed = `${PASSWORD} staple`;
  await register(page, user);
  const [before] = await context.cookies();
  await anotherDevice(browser, async (other) => {
    await logIn(other, user);
    await page.goto("/profile");
    await page.getByLabel("Current password").fill("not the password");
    await page.getByLabel("New password").fill(renewed);
    await page.getByRole("button", { name: "Change the password" }).click();
    await expect(page.getByLabel("Current password")).toHaveAccessibleDescription(/password is wrong/);
    await page.getByLabel("Current password").fill(PASSWORD);
    await page.getByLabel("New password").fill(renewed);
    await page.getByRole("button", { name: "Change the password" }).click();
    await expect(page).toHaveURL("/profile");
    expect((await context.cookies())[0]?.value).not.toBe(before?.value);
    await other.goto("/profile");
    await expect(other).toHaveURL("/login?next=%2Fprofile");
    // The cookie of a session that has just been ended signs nobody in, for five seconds.
    await expect(() => logIn(other, user, renewed)).toPass();
  });
});

test("ending all ends this one, too", async ({ page, context }) => {
  await register(page, freshUserName());
  await page.goto("/sessions");
  await page.getByRole("button", { name: "End all, this one too" }).click();
  await expect(page).toHaveURL("/");
  await expect(page.getByTestId("who")).toContainText("No session yet");
  await expect.poll(() => context.cookies()).toEqual([]);
});
