import type { Page } from "@playwright/test";
import { createClient } from "redis";
import { expectAccessible } from "../support/accessible";
import { findCloudControl } from "../support/cloud-control";
import { expect, signInAsGuest, test } from "../support/fixtures";

// The browser itself reports what was refused, or came in an outage, as an error.
test.use({ expectedErrors: [/status of (401|502|503)/] });

const send = (page: Page) => page.getByRole("button", { name: "Send a request" }).click();
const handleOf = (page: Page) => page.getByTestId("handle").innerText();
const numberIn = async (page: Page, testId: string) => Number(await page.getByTestId(testId).innerText());
const dots = (page: Page) => page.getByTestId("dot");

/** The servers that have answered this page. Of the local cloud's, both have by now; a site's are for it to say. */
async function serversOf(page: Page): Promise<string[]> {
  const names = new Set(await dots(page).evaluateAll((all) => all.map((dot) => dot.dataset.server ?? "")));
  if (findCloudControl()) expect(names).toEqual(new Set(["a", "b"]));
  return [...names];
}

/** Presses until this many requests were answered. */
async function sendUntil(page: Page, count: number): Promise<void> {
  await expect
    .poll(
      async () => {
        await send(page);
        return dots(page).count();
      },
      { timeout: 30_000 },
    )
    .toBeGreaterThanOrEqual(count);
}

async function begin(page: Page): Promise<string> {
  await page.goto("/proof");
  await send(page);
  await expect(page.getByTestId("handle")).toHaveText(/^[0-9a-f]{12}$/);
  return handleOf(page);
}

async function openInspector(page: Page): Promise<void> {
  await page.getByTestId("inspector").scrollIntoViewIfNeeded();
  await expect(page.getByTestId("session-json")).toBeVisible();
}

test("loading it costs Redis nothing without a session, and one request with one", async ({
  page,
  cloud,
}) => {
  const load = () => page.goto("/proof", { waitUntil: "networkidle" });
  expect(await cloud.restRequestsOf(load)).toBe(0);
  await signInAsGuest(page);
  expect(await cloud.restRequestsOf(load)).toBe(1);
});

test("a new visitor's one press begins a session; every server counts into it, and nothing else changes", async ({
  page,
}) => {
  await page.goto("/proof");
  await expect(page.getByTestId("narration")).toHaveText(
    "You carry nothing yet. One press begins a session.",
  );
  await send(page);
  await expect(page.getByTestId("handle")).toHaveText(/^[0-9a-f]{12}$/);
  await expect(page.getByTestId("cart")).toHaveText("1 item");
  await expect(page.getByTestId("who")).toContainText(await handleOf(page));
  const handle = await handleOf(page);
  await sendUntil(page, 8);
  const servers = await serversOf(page);
  for (const name of servers) await expect(page.getByTestId(`views-${name}`)).toBeVisible();
  await expect
    .poll(async () => {
      const answered = await Promise.all(servers.map((name) => numberIn(page, `answered-${name}`)));
      const isAll = answered.reduce((sum, each) => sum + each) === (await numberIn(page, "views-total"));
      return isAll && answered.every((each) => each > 0);
    })
    .toBe(true);
  expect(await handleOf(page)).toBe(handle);
  await expect(dots(page).last()).toHaveText(
    /Request \d+ counts a view: server [a-z0-9-]+ answered, \d+ ms, [12] to Redis$/,
  );
  expect(await numberIn(page, "count-failed")).toBe(0);
  expect(await numberIn(page, "count-session-lost")).toBe(0);
});

test("it keeps sending until it is paused", async ({ page }) => {
  await begin(page);
  await page.getByRole("button", { name: "Keep sending" }).click();
  await expect.poll(() => numberIn(page, "same-for")).toBeGreaterThan(4);
  await page.getByRole("button", { name: "Pause" }).click();
  await expect(page.getByRole("button", { name: "Keep sending" })).toBeVisible();
  const { requests } = await page.evaluate(async () => {
    const answer = await fetch("/api/session?peek=1");
    return {
      requests: Object.values((await answer.json()).session.views).reduce(
        (sum, each) => Number(sum) + Number(each),
        0,
      ),
    };
  });
  await expect.poll(() => numberIn(page, "views-total")).toBe(requests);
});

test.describe("the session inspector", () => {
  test("both sides are shown, and not one character of the ID or of the seal", async ({ page, context }) => {
    await begin(page);
    await openInspector(page);
    await expect(page.getByTestId("cookie")).toHaveText(/^session=Fe26\.2\*•+$/);
    await expect(page.getByTestId("key")).toHaveText(/^session:•{43}$/);
    const [cookie] = await context.cookies();
    const html = await page.content();
    const parts = (cookie?.value ?? "").split(/[*~]/).filter((part) => part.length > 12);
    expect(parts.length).toBeGreaterThan(4);
    for (const part of parts) expect(html).not.toContain(part);
    expect(await page.evaluate(() => document.cookie)).toBe("");
  });

  test("a change in another tab shows here, with the lines that it changed; the inspector renews no timeout", async ({
    page,
  }) => {
    await begin(page);
    await page.request.post("/api/session/idle", { data: { idleSeconds: 60 } });
    await openInspector(page);
    const revision = await numberIn(page, "revision");
    const ttls: number[] = [];
    page.on("response", async (response) => {
      if (new URL(response.url()).pathname !== "/api/proof") return;
      ttls.push((await response.json()).redis.ttlMs);
    });
    await expect.poll(() => ttls.length).toBeGreaterThanOrEqual(3);
    expect(ttls.slice(0, 3)).toEqual([...ttls.slice(0, 3)].sort((one, other) => other - one));
    expect(new Set(ttls.slice(0, 3)).size).toBe(3);

    await page.request.post("/api/cart/add", { data: { sku: "tote" } });
    await expect(page.getByTestId("revision")).toHaveText(`${revision + 1}`);
    const changed = page.getByTestId("session-json").locator("[data-changed=true]");
    await expect(changed.filter({ hasText: "tote" })).toHaveCount(1);
    await expect(changed.filter({ hasText: '"createdAt"' })).toHaveCount(0);
    await expect(page.getByTestId("cart")).toHaveText("2 items");
  });

  test("both timeouts count down, and a request renews the idle one alone", async ({ page }) => {
    await begin(page);
    await page.request.post("/api/session/idle", { data: { idleSeconds: 60 } });
    await openInspector(page);
    const left = async (timeout: string) =>
      Number(await page.getByTestId(`${timeout}-left`).getAttribute("data-left-ms"));
    await expect.poll(() => left("idle")).toBeLessThan(57_500);
    const lifetime = await left("lifetime");
    await send(page);
    await expect.poll(() => left("idle")).toBeGreaterThan(58_500);
    expect(await left("lifetime")).toBeLessThan(lifetime);
  });

  test("the requests to Redis of the last answers are listed by their Server-Timing", async ({ page }) => {
    await begin(page);
    await expect(page.getByTestId("round-trips").getByRole("listitem").first()).toHaveText(
      /server [a-z0-9-]+ counts a view\d+ ms[a-z, ]+ [\d.]+ ms(, then [a-z, ]+ [\d.]+ ms)*$/,
    );
  });
});

test.describe("ends", () => {
  // The inspector is out of view, wherever the page is scrolled: else its own read may come first, and the press after it.
  test.beforeEach(({ page }) =>
    page.addInitScript(() => {
      IntersectionObserver.prototype.observe = () => {};
    }),
  );

  test("a session that was ended elsewhere is said to be, is not lost, and the next press begins another", async ({
    page,
  }) => {
    const handle = await begin(page);
    await expect(await page.request.post("/api/logout", { data: {} })).toBeOK();
    await send(page);
    await expect(page.getByTestId("narration")).toContainText("ended elsewhere");
    expect(await numberIn(page, "count-session-lost")).toBe(0);
    await send(page);
    await expect(page.getByTestId("handle")).toHaveText(/^[0-9a-f]{12}$/);
    expect(await handleOf(page)).not.toBe(handle);
    await expect(page.getByTestId("who")).toContainText(await handleOf(page));
  });

  test("another session in this browser is said to be one, and is not lost", async ({ page }) => {
    await begin(page);
    await expect(await page.request.post("/api/guest", { data: {} })).toBeOK();
    await send(page);
    await expect(page.getByTestId("narration")).toContainText(
      "Another tab gave this browser another session",
    );
    await expect(page.getByTestId("user")).toHaveText(/^guest-/);
    expect(await numberIn(page, "count-session-lost")).toBe(0);
  });

  test("a session that Redis has lost is counted as lost: the nought is no decoration", async ({
    page,
    cloud,
  }) => {
    await begin(page);
    const { redis } = await cloud.status();
    const client = createClient({ url: `redis://127.0.0.1:${redis?.port}` });
    await client.connect();
    await client.flushAll();
    await client.close();
    await send(page);
    await expect(page.getByTestId("count-session-lost")).toHaveText("1");
    await expect(page.getByTestId("narration")).toContainText("gone before its time");
  });
});

test("a hundred adds at once are all kept, and no end of a hundred is undone", async ({ page }) => {
  test.slow();
  const handle = await begin(page);
  await page.getByRole("button", { name: "Add 100 at once" }).click();
  // The sentence beside the figure says what else came of it.
  const adds = page.getByTestId("race-adds").getByRole("status");
  await expect(adds).toContainText(/100 of 100 kept\s*In [\d.]+ s, by servers? /, { timeout: 30_000 });
  if (findCloudControl()) await expect(adds).toContainText("by servers a and b.");
  await page.getByRole("button", { name: "End and add, 100 times" }).click();
  await expect(page.getByTestId("race-ends-figure")).toHaveText("0 of 100 revived", { timeout: 60_000 });
  await expect(page.getByTestId("races")).toContainText("1 to 6 of 50 kept");
  await expect(page.getByTestId("races")).toContainText("20 of 20 revived");
  // On scratch sessions: the visitor's own is as it was.
  await send(page);
  await expect(page.getByTestId("cart")).toHaveText("1 item");
  expect(await handleOf(page)).toBe(handle);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("a press begins a session and comes back, and the next ones count", async ({ page }) => {
    await page.goto("/proof");
    await expect(page.locator("noscript p").first()).toBeVisible();
    await expect(page.getByRole("button", { name: "Keep sending" })).toBeHidden();
    await send(page);
    await expect(page).toHaveURL("/proof");
    await expect(page.getByTestId("handle")).toHaveText(/^[0-9a-f]{12}$/);
    await expect(page.getByTestId("cart")).toHaveText("1 item");
    for (const views of [1, 2]) {
      await send(page);
      await expect(page).toHaveURL("/proof");
      await expect(page.getByTestId("views-total")).toHaveText(`${views}`);
    }
    await expect(page.getByTestId("idle-left")).toHaveText(/29 min|30 min/);
  });
});

test.describe("motion", () => {
  test.use({ contextOptions: { reducedMotion: "reduce" } });

  test("nothing travels for those who asked for stillness", async ({ page }) => {
    await begin(page);
    const light = page.locator(".flight-light").first();
    await expect(light).toBeAttached();
    expect(await light.evaluate((element) => getComputedStyle(element).animationName)).toBe("none");
  });
});

test("is accessible and fits, before the start and on the way", async ({ page }) => {
  test.slow();
  const widths = [320, 768, 1440];
  await page.goto("/proof", { waitUntil: "networkidle" });
  await expectAccessible(page, "before the start", widths);
  await sendUntil(page, 4);
  await openInspector(page);
  await expectAccessible(page, "on the way", widths);
});

test("the keyboard alone sends requests and starts chaos actions", async ({ page, cloud: _ }) => {
  await page.goto("/proof");
  await page.getByRole("button", { name: "Send a request" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("handle")).toHaveText(/^[0-9a-f]{12}$/);
  await expect(page.getByRole("button", { name: "Send a request" })).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Keep sending" })).toBeFocused();
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Shift+Tab");
  await expect(page.getByRole("button", { name: "Stop Redis for ten seconds" })).toBeFocused();
});
