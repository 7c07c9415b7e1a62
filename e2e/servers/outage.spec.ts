import { expect, signInAsGuest, test } from "../support/fixtures";

// The browser itself reports each 503 as an error.
test.use({ expectedErrors: [/status of 503/] });

for (const [name, stop, start] of [
  ["Redis stopped", "redis/stop", "redis/start"],
  ["Redis hanging", "redis/pause", "redis/resume"],
  ["the REST gateway gone", "gateway/stop", "gateway/start"],
] as const) {
  test(`${name}: answered before the deadline, the cookie kept, the same session afterwards`, async ({
    page,
    context,
    cloud,
  }) => {
    await page.goto("/");
    await page.getByRole("button", { name: /Add Steel bottle/ }).click();
    await signInAsGuest(page, "/cart");
    const [before] = await context.cookies();
    const session = await page.getByTestId("who").locator("code").innerText();

    await cloud.ask(stop);
    try {
      for (const path of ["/cart", "/profile"]) {
        const startedMs = performance.now();
        const response = await page.goto(path);
        expect(response?.status(), path).toBe(503);
        expect(response?.headers()["retry-after"], path).toBe("1");
        expect(performance.now() - startedMs, path).toBeLessThan(4000);
        await expect(
          page.getByRole("heading", { name: "We cannot reach your session just now" }),
        ).toBeVisible();
      }
      for (const path of ["/", "/login", "/register"]) {
        expect((await page.goto(path))?.status(), path).toBe(200);
        await expect(page.getByTestId("who")).toHaveText("We cannot reach your session just now");
      }
      for (const path of ["/api/session", "/api/cart", "/api/health?deep=1"]) {
        const response = await page.request.get(path);
        expect(response.status(), path).toBe(503);
        expect(response.headers()["retry-after"], path).toBe("1");
        expect(await response.json(), path).toMatchObject({ code: "unavailable", status: 503 });
      }
      expect((await page.request.get("/api/health")).status()).toBe(200);
      // A hanging Redis has the log-out in its hands, and carries it out when it wakes: 503 says "not confirmed".
      const changes = ["/api/cart/add", "/api/guest", ...(stop === "redis/pause" ? [] : ["/api/logout"])];
      for (const path of changes) {
        const response = await page.request.post(path, { data: { sku: "tote" } });
        expect(response.status(), path).toBe(503);
        expect(response.headers()["set-cookie"], path).toBeUndefined();
      }
      await page.goto("/");
      await page.getByRole("button", { name: /Add Steel bottle/ }).click();
      await expect(
        page.getByRole("heading", { name: "We cannot reach your session just now" }),
      ).toBeVisible();
    } finally {
      await cloud.ask(start);
    }
    expect((await context.cookies())[0]?.value).toBe(before?.value);
    await expect.poll(async () => (await page.goto("/cart"))?.status()).toBe(200);
    await expect(page.getByTestId("who").locator("code")).toHaveText(session);
    await expect(page.getByTestId("line-bottle")).toBeVisible();
  });
}
