import type { Page, Route } from "@playwright/test";
import { changesKept, expect, signInAsGuest, test } from "../support/fixtures";

// The browser itself reports what was refused as an error.
test.use({ expectedErrors: [/status of (401|409|503)/] });

/** Keeps the answers to these requests back until the test lets them go. What answers is the real server. */
async function holdBack(page: Page, path: string) {
  let letGo = () => {};
  const gone = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let requests = 0;
  await page.route(path, async (route: Route) => {
    requests += 1;
    const response = await route.fetch({ maxRedirects: 0 });
    await gone;
    // The page may have gone meanwhile, and nobody hears it any more.
    await route.fulfill({ response }).catch(() => {});
  });
  return { letGo, requests: () => requests };
}

const addTote = (page: Page) => page.getByRole("button", { name: /Add Market tote/ });
const items = (page: Page) => page.getByTestId("items");
const over = (page: Page) => page.getByTestId("session-over");
const places = (page: Page) =>
  page
    .locator("main li")
    .evaluateAll((all: HTMLElement[]) =>
      all.map(({ offsetLeft, offsetTop, offsetWidth, offsetHeight }) => [
        offsetLeft,
        offsetTop,
        offsetWidth,
        offsetHeight,
      ]),
    );

/** Until then a form is sent as it is without JavaScript. */
const scriptsAtWork = (page: Page) =>
  page.evaluate(() => new Promise((resolve) => requestIdleCallback(() => resolve(null))));

async function openSessionOf(page: Page, idleSeconds: number): Promise<void> {
  await page.goto("/login");
  await page.getByLabel("or any number of seconds").fill(String(idleSeconds));
  await page.getByRole("button", { name: "Continue as guest" }).click();
  await expect(page).toHaveURL("/profile");
}

test.describe("changes show at once", () => {
  test("quick clicks count up one by one, whatever the server has answered so far", async ({ page }) => {
    await page.goto("/");
    await page.evaluate(() => {
      const seen = ["0"];
      Object.assign(window, { seen });
      new MutationObserver(() => {
        const text = document.querySelector("[data-testid=items]")?.firstChild?.textContent ?? "0";
        if (seen.at(-1) !== text) seen.push(text);
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
    const answers = await holdBack(page, "**/api/cart/add");
    for (let click = 1; click <= 5; click++) {
      await addTote(page).click();
      await expect(items(page)).toHaveText(click === 1 ? "1 item" : `${click} items`);
    }
    await expect(page.getByTestId("cart-status")).toHaveAttribute("aria-busy", "true");
    await expect(page.getByTestId("cart-status")).toHaveText("5 items in the cart.");
    answers.letGo();
    await changesKept(page);
    expect(await page.evaluate(() => Reflect.get(window, "seen"))).toEqual(["0", "1", "2", "3", "4", "5"]);
    expect(answers.requests()).toBe(5);
    await page.reload();
    await expect(items(page)).toHaveText("5 items");
  });

  test("the first one begins a session, which the page shows without a load", async ({ page, cloud }) => {
    await page.goto("/");
    await expect(page.getByTestId("who")).toContainText("No session yet");
    const begin = async () => {
      await addTote(page).click();
      await expect(page.getByTestId("who")).toContainText(
        /Not signed in · session [0-9a-f]{12} · ends in 29 min/,
      );
    };
    expect(await cloud.restRequestsOf(begin), "one to begin it, one to refresh").toBe(2);
    const handle = await page.getByTestId("who").locator("code").innerText();
    const change = async () => {
      await addTote(page).click();
      await changesKept(page);
    };
    // One at the server that has answered last, two at any other.
    const changed = await cloud.restRequestsOf(change);
    expect([1, 2], "a change, and nothing else").toContain(changed);
    await page.reload();
    await expect(page.getByTestId("who").locator("code")).toHaveText(handle);
    await expect(items(page)).toHaveText("2 items");
  });

  test("a link waits for what has not been answered, so that the next page has it", async ({ page }) => {
    await page.goto("/");
    const answers = await holdBack(page, "**/api/cart/add");
    await addTote(page).click();
    await page.getByRole("link", { name: /^Cart/ }).click();
    await expect(page).toHaveURL("/");
    answers.letGo();
    await expect(page).toHaveURL("/cart");
    await expect(page.getByTestId("line-tote")).toBeVisible();
  });

  test("in the cart, too: a quantity, a line, all of it", async ({ page }) => {
    await page.goto("/");
    await addTote(page).click();
    await page.getByRole("button", { name: /Add Camp lantern/ }).click();
    await page.getByRole("link", { name: /^Cart/ }).click();
    await expect(page.getByTestId("total")).toHaveText("€81.00");
    const answers = await holdBack(page, "**/api/cart/*");
    await page.getByLabel("Quantity of Market tote", { exact: true }).fill("3");
    await page.keyboard.press("Enter");
    await expect(page.getByTestId("total")).toHaveText("€159.00");
    await page.getByRole("button", { name: "Remove Camp lantern" }).click();
    await expect(page.getByTestId("total")).toHaveText("€117.00");
    await expect(page.getByRole("button", { name: "Remove Market tote" })).toBeFocused();
    await expect(items(page)).toHaveText("3 items");
    await page.getByRole("button", { name: "Empty the cart" }).click();
    await expect(page.getByText("Nothing in it yet.")).toBeVisible();
    await expect(items(page)).toBeHidden();
    answers.letGo();
    await changesKept(page);
    await page.reload();
    await expect(page.getByText("Nothing in it yet.")).toBeVisible();
  });

  test("a quantity that is typed before the page's scripts are there is the one that counts", async ({
    page,
  }) => {
    await page.goto("/");
    await addTote(page).click();
    await changesKept(page);
    const scripts = await holdBack(page, "**/_next/static/**/*.js");
    await page.goto("/cart", { waitUntil: "commit" });
    const field = page.getByLabel("Quantity of Market tote", { exact: true });
    await field.fill("3");
    scripts.letGo();
    await page.waitForLoadState();
    await scriptsAtWork(page);
    await expect(field).toHaveValue("3");
    await page.getByRole("button", { name: "Change the quantity of Market tote" }).click();
    await expect(page.getByTestId("total")).toHaveText("€117.00");
  });

  test("a theme, and the last choice of several stands", async ({ page }) => {
    await page.goto("/");
    const answers = await holdBack(page, "**/api/profile");
    for (const [name, theme] of [
      ["Dark", "dark"],
      ["Light", "light"],
    ] as const) {
      await page.getByRole("button", { name, exact: true }).click();
      await expect(page.locator("html")).toHaveAttribute("data-theme", theme);
      await expect(page.getByRole("button", { name, exact: true })).toHaveAttribute("aria-pressed", "true");
    }
    answers.letGo();
    await expect.poll(answers.requests).toBe(2);
    await page.getByRole("link", { name: /^Cart/ }).click();
    await expect(page).toHaveURL("/cart");
    await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  });

  test("going back finds the cart as it is now", async ({ page }) => {
    await page.goto("/");
    await addTote(page).click();
    await page.getByRole("link", { name: /^Cart/ }).click();
    await page.getByRole("button", { name: "Remove Market tote" }).click();
    await changesKept(page);
    await page.goBack();
    await expect(addTote(page)).toHaveAccessibleName("Add Market tote to the cart");
    await page.request.post("/api/cart/add", { data: { sku: "tote" } });
    // As a browser says it of a page out of its memory; this one was loaded, and may not listen yet.
    await expect(async () => {
      await page.evaluate(() =>
        window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })),
      );
      await expect(items(page)).toHaveText("1 item", { timeout: 2000 });
    }).toPass();
  });
});

test.describe("a change that failed is taken back, with a message", () => {
  test("a cart that cannot hold more", async ({ page }) => {
    await page.goto("/");
    await addTote(page).click();
    await changesKept(page);
    await page.request.post("/api/cart/set", { data: { sku: "tote", quantity: 999 } });
    const before = await places(page);
    await addTote(page).click();
    const alert = page.locator("#tote").getByRole("alert");
    await expect(alert).toHaveText(/at most 999 of one product.*Nothing was changed/);
    expect(await places(page), "no card jumps").toEqual(before);
    await expect(items(page), "what the page did not know of").toHaveText("999 items");
    await page.getByRole("button", { name: /Add Camp lantern/ }).click();
    await expect(items(page), "others are none the worse").toHaveText("1000 items");
    await alert.getByRole("button", { name: "Close" }).click();
    await expect(alert).toBeHidden();
    await expect(addTote(page)).toBeFocused();
  });

  test("a store out of reach: nothing is lost, and trying again does it once", async ({ page, cloud }) => {
    await page.goto("/");
    await addTote(page).click();
    await changesKept(page);
    await cloud.ask("redis/stop");
    const alert = page.locator("#tote").getByRole("alert");
    try {
      const answers = await holdBack(page, "**/api/cart/add");
      await addTote(page).click();
      await addTote(page).click();
      answers.letGo();
      await expect(alert).toContainText("We cannot reach your session just now");
      await expect(items(page)).toHaveText("1 item");
      await alert.getByRole("button", { name: "Try again" }).click();
      await expect(alert).toContainText("Still not.");
      await page.getByRole("button", { name: "Dark" }).click();
      await expect(page.getByRole("contentinfo").getByRole("alert")).toContainText("the theme is as it was");
      await expect(page.locator("html")).toHaveAttribute("data-theme", "system");
      await expect(over(page)).toBeHidden();
    } finally {
      await cloud.ask("redis/start");
    }
    await expect(async () => {
      await alert.getByRole("button", { name: "Try again" }).click();
      await expect(alert).toBeHidden({ timeout: 2000 });
    }).toPass();
    await expect(items(page)).toHaveText("3 items");
    await changesKept(page);
    await page.reload();
    await expect(items(page)).toHaveText("3 items");
  });

  test("an answer that was lost: trying again does not do it twice", async ({ page }) => {
    await page.goto("/");
    await addTote(page).click();
    await changesKept(page);
    await page.route(
      "**/api/cart/add",
      async (route) => {
        await route.fetch();
        await route.fulfill({ status: 503, body: "" });
      },
      { times: 1 },
    );
    await addTote(page).click();
    const alert = page.locator("#tote").getByRole("alert");
    await alert.getByRole("button", { name: "Try again" }).click();
    await expect(alert).toBeHidden();
    await expect(items(page)).toHaveText("2 items");
    await page.reload();
    await expect(items(page)).toHaveText("2 items");
  });

  test("a session that has ended, with a way on", async ({ page, playwright, baseURL, context }) => {
    await signInAsGuest(page, "/");
    const [cookie] = await context.cookies();
    const thief = await playwright.request.newContext({
      ...(baseURL && { baseURL }),
      extraHTTPHeaders: { cookie: `${cookie?.name}=${cookie?.value}` },
    });
    await thief.post("/api/logout");
    await thief.dispose();
    await addTote(page).click();
    const alert = page.locator("#tote").getByRole("alert");
    await expect(alert).toContainText("Your session has ended");
    await expect(items(page)).toBeHidden();
    await expect(page.getByTestId("who")).toContainText("has ended");
    await alert.getByRole("link", { name: "Log in again" }).click();
    await expect(page).toHaveURL("/login?next=%2F");
  });
});

test("a form that takes longer than a moment shows it on its button, and is sent once", async ({ page }) => {
  await page.goto("/login");
  await scriptsAtWork(page);
  const answers = await holdBack(page, "**/api/guest");
  const rooms: string[] = [];
  await page.exposeFunction("noteRoom", (room: string) => {
    rooms.push(room);
    if (rooms.length > 1) answers.letGo();
  });
  // From inside the page: to Playwright it is on its way to the next one already.
  await page.evaluate(() => {
    const button = [...document.querySelectorAll("button")].find((each) => each.innerText.includes("guest"));
    const room = () => {
      const { x, y, width, height } = button?.getBoundingClientRect() ?? {};
      Reflect.get(window, "noteRoom")([x, y, width, height].join());
    };
    room();
    new MutationObserver(() => {
      if (button?.ariaBusy !== "true") return;
      button.click();
      room();
    }).observe(document, { subtree: true, attributeFilter: ["aria-busy"] });
    button?.click();
  });
  await expect(page).toHaveURL("/profile");
  expect(rooms[1], "busy, and nothing jumps").toBe(rooms[0]);
  expect(answers.requests()).toBe(1);
});

test.describe("before a session ends", () => {
  test("its owner is warned, and stays signed in with one click", async ({ page, cloud }) => {
    await openSessionOf(page, 15);
    const warning = page.getByRole("alertdialog", { name: /Your session ends in \d s/ });
    const refreshes = await cloud.restRequestsOf(() => expect(warning).toBeVisible({ timeout: 15_000 }));
    expect(refreshes, "it refreshes once before it warns").toBe(1);
    const stay = warning.getByRole("button", { name: "Stay signed in" });
    await expect(stay).toBeFocused();
    expect(
      await cloud.restRequestsOf(async () => {
        await page.keyboard.press("Enter");
        await expect(warning).toBeHidden();
      }),
    ).toBe(1);
    await expect(page.getByTestId("who")).toContainText(/ends in 1\d s/);
    // The next one is put away, and the session ends all the same.
    await expect(warning).toBeVisible({ timeout: 15_000 });
    await page.keyboard.press("Escape");
    await expect(warning).toBeHidden();
    await expect(over(page)).toContainText("Your session has ended", { timeout: 15_000 });
    await expect(page.getByTestId("who")).toContainText("has ended");
    await over(page).getByRole("link", { name: "Log in again" }).click();
    await expect(page).toHaveURL("/login?next=%2Fprofile");
  });

  test("a visitor keeps the cart; who is typing is not interrupted", async ({ page }) => {
    await page.goto("/");
    await addTote(page).click();
    await changesKept(page);
    await page.request.post("/api/session/idle", { data: { idleSeconds: 9 } });
    await page.goto("/login");
    await page.getByLabel("User name").focus();
    const warning = page.getByRole("alertdialog");
    await expect(warning).toContainText("Your cart goes with it.", { timeout: 15_000 });
    await expect(page.getByLabel("User name")).toBeFocused();
    await warning.getByRole("button", { name: "Keep my cart" }).click();
    await expect(warning).toBeHidden();
    await expect(page.getByTestId("who")).toContainText(/ends in [78] s/);
  });

  test("a page view in another tab dismisses the warning in this one", async ({ page, context }) => {
    await openSessionOf(page, 12);
    const warning = page.getByRole("alertdialog");
    await expect(warning).toBeVisible({ timeout: 15_000 });
    const other = await context.newPage();
    await other.goto("/");
    await expect(warning).toBeHidden();
    await expect(page.getByTestId("who")).toContainText(/ends in (1\d|[89]) s/);
  });
});

test.describe("a tab that is open follows another one at once, and asks nothing for it", () => {
  test("a cart that is changed", async ({ page, context }) => {
    await page.goto("/");
    await addTote(page).click();
    await changesKept(page);
    await page.goto("/cart");
    const other = await context.newPage();
    await other.goto("/");
    const asked: string[] = [];
    page.on("request", (request) => request.url().includes("/api/") && asked.push(request.url()));
    await other.getByRole("button", { name: /Add Camp lantern/ }).click();
    await expect(page.getByTestId("total")).toHaveText("€81.00");
    await expect(page.getByTestId("line-lantern")).toBeVisible();
    await other.goto("/cart");
    await other.getByRole("button", { name: "Remove Market tote" }).click();
    await expect(page.getByTestId("line-tote")).toBeHidden();
    await expect(items(page)).toHaveText("1 item");
    expect(asked).toEqual([]);
    // And back again: what it shows is what it has.
    await page.getByRole("button", { name: "Empty the cart" }).click();
    await expect(other.getByText("Nothing in it yet.")).toBeVisible();
    await expect(other.getByTestId("session-over")).toBeHidden();
  });

  test("a session that begins", async ({ page, context }) => {
    await page.goto("/cart");
    const other = await context.newPage();
    await other.goto("/");
    await addTote(other).click();
    await expect(page.getByTestId("line-tote")).toBeVisible();
    await expect(page.getByTestId("who")).toContainText("Not signed in · session");
  });
});

test.describe("a session that was ended elsewhere", () => {
  test("in another tab: this one says so at once", async ({ page, context }) => {
    await signInAsGuest(page);
    const other = await context.newPage();
    await other.goto("/");
    await other.getByRole("banner").getByRole("button", { name: "Log out" }).click();
    await expect(over(page)).toContainText("Your session has ended");
    await expect(over(page).getByRole("link", { name: "Log in again" })).toBeVisible();
    await signInAsGuest(other);
    await page.goto("/profile");
    await signInAsGuestAnew(other);
    await expect(over(page)).toContainText("This browser has another session now");
    await over(page).getByRole("link", { name: "Load this page again" }).click();
    await expect(over(page)).toBeHidden();
  });

  test("on another device: this one says so when its owner comes back to it", async ({
    page,
    context,
    browser,
  }) => {
    await signInAsGuest(page);
    const device = await browser.newContext({ storageState: await context.storageState() });
    await (await device.newPage()).request.post("/api/logout");
    await device.close();
    await expect(async () => {
      await page.evaluate(() => window.dispatchEvent(new Event("focus")));
      await expect(over(page)).toContainText("Your session has ended", { timeout: 500 });
    }).toPass();
  });

  test("a tab that stays open refreshes every minute, and not while it is hidden", async ({
    page,
    cloud,
  }) => {
    await signInAsGuest(page);
    await page.evaluate(() => {
      const now = performance.now.bind(performance);
      const tab = { asked: 0, state: "hidden", laterMs: 0 };
      Object.assign(window, { tab });
      performance.now = () => now() + tab.laterMs;
      Object.defineProperty(document, "visibilityState", {
        get: () => {
          tab.asked += 1;
          return tab.state;
        },
      });
    });
    const asked = () => page.evaluate(() => Reflect.get(window, "tab").asked);
    const set = (change: object) =>
      page.evaluate((values) => Object.assign(Reflect.get(window, "tab"), values, { asked: 0 }), change);
    const threeSteps = () => expect.poll(asked).toBeGreaterThanOrEqual(3);
    const refreshes = (change: object) =>
      cloud.restRequestsOf(async () => {
        await set(change);
        await threeSteps();
        await page.waitForLoadState("networkidle");
      });
    expect(await refreshes({ laterMs: 150_000 }), "hidden").toBe(0);
    expect(await refreshes({ state: "visible" }), "in sight again").toBe(1);
    expect(await refreshes({ laterMs: 205_000 }), "within a minute of it").toBe(0);
    expect(await refreshes({ laterMs: 211_000 }), "a minute later").toBe(1);
  });

  test("an outage is not shown as an end", async ({ page, cloud }) => {
    await openSessionOf(page, 4);
    await cloud.ask("redis/stop");
    try {
      const asked = page.waitForResponse(/\/api\/session\?peek=1/);
      await expect(page.getByTestId("who")).toContainText("ends in 0 s");
      expect((await asked).status()).toBe(503);
      await page.evaluate(() => window.dispatchEvent(new Event("focus")));
      await expect(page.getByTestId("who")).toContainText("ends in 0 s");
      await expect(over(page)).toBeHidden();
    } finally {
      await cloud.ask("redis/start");
    }
    await expect(over(page)).toContainText("Your session has ended");
  });
});

async function signInAsGuestAnew(page: Page): Promise<void> {
  await page.request.post("/api/guest", { data: {} });
  await page.goto("/profile");
}
