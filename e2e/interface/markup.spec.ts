import { expect, signInAsGuest, test } from "../support/fixtures";

const MARKUP = `<img src=x onerror=alert(1)><b>"'&`;

test.describe("markup in what people say of themselves", () => {
  // Of an unknown browser the name is taken as it says it.
  test.use({ userAgent: `${MARKUP}/1.0 (Unknown) x` });

  for (const javaScriptEnabled of [true, false]) {
    test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
      test.use({ javaScriptEnabled });

      test("is shown as text on every page, and never runs", async ({ page }) => {
        const dialogs: string[] = [];
        page.on("dialog", (dialog) => {
          dialogs.push(dialog.message());
          return dialog.dismiss();
        });
        await signInAsGuest(page);
        const named = await page.request.post("/api/profile", { data: { displayName: MARKUP } });
        expect(named.status()).toBe(200);
        for (const path of ["/profile", "/sessions", "/proof", "/cart", "/"]) {
          await page.goto(path);
          await expect(page.getByTestId("who")).toContainText("Signed in as guest-");
          await expect(page.locator('img[src="x"]'), path).toHaveCount(0);
        }
        await page.goto("/profile");
        await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Hello, ${MARKUP}`);
        await expect(page.locator('input[name="displayName"]')).toHaveValue(MARKUP);
        await page.goto("/sessions");
        await expect(page.getByText("<img src=x", { exact: false }).first()).toBeVisible();
        expect(dialogs).toEqual([]);
      });
    });
  }
});

test("a name that is written from right to left does not turn the words around it", async ({ page }) => {
  await signInAsGuest(page);
  await page.request.post("/api/profile", { data: { displayName: "עדה (1815)" } });
  await page.goto("/profile");
  await expect(page.getByRole("heading", { level: 1 }).locator("bdi")).toHaveText("עדה (1815)");
  for (const displayName of ["Ada\u202emoc.live", "\u2066Ada", "Ad\u200ba"]) {
    expect((await page.request.post("/api/profile", { data: { displayName } })).status()).toBe(400);
  }
  // A keyboard may send a mark along, which nobody sees: the name is kept without it.
  expect((await page.request.post("/api/profile", { data: { displayName: "\u200fAda" } })).status()).toBe(
    200,
  );
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 }).locator("bdi")).toHaveText("Ada");
});
