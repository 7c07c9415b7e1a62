import { changesKept, expect, test } from "../support/fixtures";
import { tabTo } from "../support/keyboard";

test("the keyboard alone shops, logs in, watches the proof, and logs out, and always shows where it is", async ({
  page,
}) => {
  const inMenu = (name: string | RegExp) =>
    page.getByRole("navigation", { name: "Main" }).getByRole("link", { name });
  await page.goto("/");
  await tabTo(page, page.getByRole("link", { name: "Skip to the content" }));
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("button", { name: /Add Ridge backpack/ }));
  await page.keyboard.press("Space");
  await changesKept(page);
  await expect(page.getByTestId("items")).toContainText("1");

  await tabTo(page, inMenu("Log in"));
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/login");
  await tabTo(page, page.getByRole("button", { name: "Continue as guest" }));
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/profile");

  await tabTo(page, inMenu("Proof"));
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/proof");
  await tabTo(page, page.getByRole("button", { name: "Send a request" }));
  await page.keyboard.press("Space");
  await expect(page.getByTestId("dot")).toHaveCount(1);
  await expect(page.getByTestId("cart")).toHaveText("1 item");

  await tabTo(page, inMenu("Profile"));
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/profile");
  await tabTo(page, inMenu("Devices"));
  await page.keyboard.press("Enter");
  await expect(page.getByText("this device")).toBeVisible();
  await tabTo(page, page.getByRole("button", { name: "Log out" }));
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/");
  await expect(page.getByTestId("who")).toContainText("No session yet");
});
