import { comeBack, expect, freshUserName, PASSWORD, test } from "../support/fixtures";

const modes = [
  { name: "on a desktop", use: { viewport: { width: 1280, height: 800 } } },
  { name: "on a phone", use: { viewport: { width: 375, height: 740 }, hasTouch: true, isMobile: true } },
  { name: "without JavaScript", use: { viewport: { width: 1280, height: 800 }, javaScriptEnabled: false } },
];

for (const { name, use } of modes) {
  test.describe(name, () => {
    test.use(use);

    test("register, fill a cart, come back to every server, change things, log out, log in again", async ({
      page,
    }) => {
      const user = freshUserName();
      await page.goto("/profile");
      await expect(page).toHaveURL("/login?next=%2Fprofile");
      await page.getByRole("link", { name: "Create an account" }).click();
      await expect(page.getByRole("heading", { name: "Create an account" })).toBeVisible();
      await page.getByLabel("User name").fill(user);
      await page.getByLabel("Password").fill(PASSWORD);
      await page.getByRole("button", { name: "Create my account" }).click();
      await expect(page).toHaveURL("/profile");
      await expect(page.getByTestId("who")).toContainText(`Signed in as ${user}`);

      await page.getByRole("link", { name: "Shop" }).click();
      await expect(page.getByRole("heading", { name: "Market tote" })).toBeVisible();
      await page.getByRole("button", { name: /Add Market tote/ }).click();
      await expect(page).toHaveURL("/#tote");
      await page.getByRole("button", { name: /Add Camp lantern/ }).click();
      await expect(page.getByTestId("items")).toContainText("2");

      await page.getByRole("link", { name: /^Cart/ }).click();
      await expect(page.getByRole("heading", { name: "Your cart" })).toBeVisible();
      await page.getByLabel("Quantity of Camp lantern", { exact: true }).fill("3");
      await page.getByRole("button", { name: "Change the quantity of Camp lantern" }).click();
      await expect(page.getByTestId("total")).toHaveText("€165.00");
      const session = await page.getByTestId("who").locator("code").innerText();
      await comeBack(page);
      await expect(page.getByTestId("total")).toHaveText("€165.00");
      await expect(page.getByTestId("who").locator("code")).toHaveText(session);
      await page.getByRole("button", { name: "Remove Market tote" }).click();
      await expect(page.getByTestId("total")).toHaveText("€126.00");

      await page.getByRole("link", { name: "Profile" }).click();
      await expect(page.getByRole("heading", { name: `Hello, ${user}` })).toBeVisible();
      await page.getByLabel("Display name").fill("Ada L.");
      await page.getByLabel("Prices and dates").selectOption("de-DE");
      await page.getByLabel("Theme", { exact: true }).selectOption("dark");
      await page.getByRole("button", { name: "Save" }).click();
      await expect(page.getByRole("heading", { name: "Hello, Ada L." })).toBeVisible();
      await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
      await expect(page.getByText("3 items, 126,00")).toBeVisible();
      await page.getByRole("radio", { name: "1 minute" }).check();
      await page.getByRole("button", { name: "Change it" }).click();
      await expect(
        page
          .getByRole("definition")
          .filter({ hasText: /^1 min 00 s$/ })
          .first(),
      ).toBeVisible();

      await page.getByRole("main").getByRole("button", { name: "Log out" }).click();
      await expect(page).toHaveURL("/");
      await expect(page.getByTestId("who")).toContainText("No session yet");
      await page.goto("/profile");
      await expect(page).toHaveURL("/login?next=%2Fprofile");

      await page.getByLabel("User name").fill(user.toUpperCase());
      await page.getByLabel("Password").fill("not the password");
      await page.getByRole("button", { name: "Log in" }).click();
      await expect(page.getByLabel("Password")).toHaveAccessibleDescription(
        /user name or the password is wrong/,
      );
      await page.getByLabel("User name").fill(user.toUpperCase());
      await page.getByLabel("Password").fill(PASSWORD);
      await page.getByRole("button", { name: "Log in" }).click();
      await expect(page).toHaveURL("/profile");
      await page.goto("/cart");
      await expect(page.getByText("Nothing in it yet.")).toBeVisible();
    });

    test("views of all servers are counted into one session", async ({ page, cloud: _ }) => {
      await page.goto("/login");
      await page.getByRole("button", { name: "Continue as guest" }).click();
      await expect(page).toHaveURL("/profile");
      const counts = page.getByRole("region", { name: "Views by server" }).getByRole("definition");
      await expect
        .poll(async () => {
          await page.getByRole("button", { name: "Count a view" }).click();
          return counts.count();
        })
        .toBe(2);
    });
  });
}

test("the timeouts count down in the browser, and showing them does not renew them", async ({
  page,
  cloud,
}) => {
  await page.goto("/login");
  await page.getByRole("radio", { name: "15 seconds" }).check();
  await page.getByRole("button", { name: "Continue as guest" }).click();
  await expect(page).toHaveURL("/profile");
  const requests = await cloud.restRequestsOf(async () => {
    await expect(page.getByRole("definition").filter({ hasText: "It has ended." }).first()).toBeVisible({
      timeout: 20_000,
    });
  });
  // One refresh before the warning, one at the end: another tab might have renewed it.
  expect(requests).toBe(2);
  await page.reload();
  await expect(page).toHaveURL("/login?next=%2Fprofile");
});
