import { changesKept, expect, signInAsGuest, test } from "../support/fixtures";

const COOKIE = /^(session|__Host-session)$/;

test("a visitor who changes nothing gets no cookie", async ({ page, context }) => {
  for (const path of ["/", "/cart", "/login", "/register"]) await page.goto(path);
  expect(await context.cookies()).toEqual([]);
});

test("a cart filled before the sign-in comes along; the ID changes, and the old one opens nothing", async ({
  page,
  context,
  playwright,
  baseURL,
}) => {
  await page.goto("/");
  await page.getByRole("button", { name: /Add Field notebook/ }).click();
  await expect(page.getByTestId("items")).toContainText("1");
  await changesKept(page);
  const before = await context.cookies();
  await signInAsGuest(page, "/cart");
  await expect(page.getByTestId("line-notebook")).toBeVisible();
  const after = await context.cookies();
  expect(after.map(({ name }) => name)).toEqual(before.map(({ name }) => name));
  expect(after[0]?.value).not.toBe(before[0]?.value);

  const thief = await playwright.request.newContext({
    ...(baseURL && { baseURL }),
    extraHTTPHeaders: { cookie: `${before[0]?.name}=${before[0]?.value}` },
  });
  expect(await (await thief.get("/api/session")).json()).toMatchObject({
    authenticated: false,
    session: null,
  });
  const change = await thief.post("/api/cart/add", { data: { sku: "tote" } });
  expect(change.status()).toBe(401);
  expect(change.headers()["set-cookie"]).toBeUndefined();
  await thief.dispose();
});

test("the cookie is what the README shows: opaque, HttpOnly, SameSite=Lax, as long as the lifetime", async ({
  page,
  context,
}) => {
  await signInAsGuest(page);
  const cookies = await context.cookies();
  expect(cookies).toHaveLength(1);
  const [cookie] = cookies;
  expect(cookie?.name).toMatch(COOKIE);
  expect(cookie?.value).toMatch(/^Fe26\.2\*/);
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Lax", path: "/" });
  const lifetimeSeconds = (cookie?.expires ?? 0) - Date.now() / 1000;
  expect(lifetimeSeconds).toBeGreaterThan(604_700);
  expect(lifetimeSeconds).toBeLessThanOrEqual(604_800);
  expect(await page.evaluate(() => document.cookie)).toBe("");
});

test("the session ends when it was idle for its timeout, on every server", async ({ page }) => {
  await page.goto("/login");
  await page.getByLabel("or any number of seconds").fill("2");
  await page.getByRole("button", { name: "Continue as guest" }).click();
  await expect(page).toHaveURL("/profile");
  // A peek does not renew the idle timeout, so this waits for the end without delaying it.
  const peek = async () => (await page.request.get("/api/session?peek=1")).json();
  await expect.poll(peek, { intervals: [100] }).toMatchObject({ authenticated: false, session: null });
  for (const path of ["/profile", "/profile"]) {
    await page.goto(path);
    await expect(page).toHaveURL("/login?next=%2Fprofile");
  }
});

test("a user who comes back to an ended session reads so at the sign-in, and not after it", async ({
  page,
}) => {
  await page.goto("/login");
  await page.getByLabel("or any number of seconds").fill("1");
  await page.getByRole("button", { name: "Continue as guest" }).click();
  await expect(page.getByTestId("who")).toContainText("has ended");
  await page.getByRole("button", { name: "Count a view" }).click();
  await expect(page).toHaveURL("/login?next=%2Fprofile&error=no-session");
  await expect(page.getByRole("alert").filter({ hasText: "it has ended" })).toBeVisible();
  await page.getByRole("button", { name: "Continue as guest" }).click();
  await expect(page).toHaveURL("/profile");
});

test("log-out ends the session for a copy of the cookie, too", async ({
  page,
  context,
  playwright,
  baseURL,
}) => {
  await signInAsGuest(page);
  const [cookie] = await context.cookies();
  await page.getByRole("banner").getByRole("button", { name: "Log out" }).click();
  await expect(page).toHaveURL("/");
  // Empty for a second, and then gone.
  await expect.poll(() => context.cookies()).toEqual([]);
  const copy = await playwright.request.newContext({
    ...(baseURL && { baseURL }),
    extraHTTPHeaders: { cookie: `${cookie?.name}=${cookie?.value}` },
  });
  for (let each = 0; each < 4; each++) {
    expect(await (await copy.get("/api/session")).json()).toMatchObject({ authenticated: false });
  }
  expect((await copy.post("/api/logout")).status()).toBe(200);
  await copy.dispose();
});

test("a theme alone begins a session, and stays", async ({ page }) => {
  await page.goto("/cart");
  await page.getByRole("button", { name: "Dark" }).click();
  await expect(page).toHaveURL("/cart");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(page.getByTestId("who")).toContainText("Not signed in");
  await signInAsGuest(page);
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});
