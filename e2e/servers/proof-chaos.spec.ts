import type { Page } from "@playwright/test";
import { expect, signInAsGuest, test } from "../support/fixtures";

// The browser itself reports what came in an outage, or was cut off, as an error.
test.use({ expectedErrors: [/status of (502|503)/] });

test.beforeEach(({ cloud: _ }) => {});

// However a test ends, the next one finds both servers, Redis and the gateway.
test.afterEach(async ({ cloud }) => {
  const action = async () => (await cloud.status()).action?.state;
  await expect.poll(action, { timeout: 60_000 }).not.toBe("running");
  for (const { name, state } of (await cloud.status()).instances) {
    if (name > "b" ? state !== "stopped" : state === "stopped") {
      await cloud.ask(`instances/${name}/${name > "b" ? "stop" : "start"}`);
    }
  }
});

interface ChaosAction {
  readonly name: string;
  /** The action may begin when this is so. */
  readonly then?: (page: Page) => Promise<unknown>;
  readonly done: RegExp;
  readonly meanwhile?: RegExp;
  readonly failsNone?: boolean;
}

const toServers: readonly ChaosAction[] = [
  { name: "stop-server-a", done: /Server a is gone/, failsNone: true },
  { name: "start-server-a", done: /Server a is back as a new process/, failsNone: true },
  { name: "kill-server-b", done: /Server b is back with an empty memory/ },
  { name: "add-server", done: /new server has joined/, failsNone: true },
  { name: "rolling-restart", done: /Every server is a new process now/, failsNone: true },
];
const toTheStore: readonly ChaosAction[] = [
  { name: "restart-redis", done: /Redis is back, and so is all that it held/ },
  {
    name: "stop-redis",
    done: /Redis is back, and your session with it/,
    meanwhile: /store cannot be reached/,
  },
  { name: "lose-gateway", done: /gateway is back/, meanwhile: /store cannot be reached/ },
];

const numberIn = async (page: Page, testId: string) => Number(await page.getByTestId(testId).innerText());

for (const [what, actions] of [
  ["servers", toServers],
  ["the store", toTheStore],
] as const) {
  test(`every chaos action on ${what} is one click, and the session outlives it on the open page`, async ({
    page,
  }) => {
    test.setTimeout(240_000);
    await signInAsGuest(page, "/proof");
    await page.evaluate(() => Object.assign(window, { isStillOpen: true }));
    const [user, handle] = await Promise.all(
      ["user", "handle"].map((testId) => page.getByTestId(testId).innerText()),
    );
    for (const { name, done, meanwhile, failsNone } of actions) {
      const failedBefore = await numberIn(page, "count-failed");
      await page.getByTestId(`chaos-${name}`).click();
      // A chaos action shows nothing without requests.
      await expect(page.getByRole("button", { name: "Pause" })).toBeVisible();
      if (meanwhile) {
        await expect(page.getByTestId("narration")).toHaveText(meanwhile);
        expect(await page.getByTestId("handle").innerText(), name).toBe(handle);
      }
      await expect(page.getByTestId("chaos-message")).toHaveText(done, { timeout: 60_000 });
      // It goes on by itself.
      const answered = await numberIn(page, "same-for");
      await expect.poll(() => numberIn(page, "same-for"), { timeout: 20_000 }).toBeGreaterThan(answered + 3);
      await expect(page.getByTestId("narration")).not.toHaveText(/cannot be reached/);
      await expect(page.getByTestId("chaos-since")).toHaveText(/the session lost 0 times/);
      if (failsNone) expect(await numberIn(page, "count-failed"), name).toBe(failedBefore);
    }
    expect(await page.getByTestId("handle").innerText()).toBe(handle);
    expect(await page.getByTestId("user").innerText()).toBe(user);
    expect(await numberIn(page, "count-session-lost")).toBe(0);
    expect(await page.evaluate(() => Reflect.get(window, "isStillOpen"))).toBe(true);
  });
}

test("a server that is stopped shows it, and one that came back, too", async ({ page }) => {
  test.setTimeout(120_000);
  await page.goto("/proof");
  const server = page.getByTestId("server-a");
  await page.getByTestId("chaos-stop-server-a").click();
  await expect(server).toHaveAttribute("data-state", "stopped");
  const last = page.getByTestId("dot").last();
  await expect.poll(() => last.getAttribute("data-server")).toBe("b");
  await page.getByTestId("chaos-start-server-a").click();
  await expect(server).toHaveAttribute("data-state", "running", { timeout: 60_000 });
  await expect(page.getByTestId("back-a")).toHaveText("↻ came back");
  await expect.poll(() => numberIn(page, "answered-a")).toBeGreaterThan(0);
});

test.describe("refused", () => {
  test.use({ expectedErrors: [/status of 400/] });
  test("a chaos action that makes no sense is answered in a sentence", async ({ page, cloud }) => {
    await cloud.ask("instances/b/stop");
    await page.goto("/proof");
    await page.getByTestId("chaos-stop-server-a").click();
    await expect(page.getByTestId("chaos-message")).toContainText("last server that runs");
  });
});

test("a page that is opened in an outage says so with status 200, and finds the session by itself", async ({
  page,
  cloud,
}) => {
  await signInAsGuest(page, "/proof");
  const handle = await page.getByTestId("handle").innerText();
  await cloud.ask("redis/stop");
  try {
    expect((await page.goto("/proof"))?.status()).toBe(200);
    await expect(page.getByTestId("narration")).toContainText("The store cannot be reached");
    await expect(page.getByTestId("part-redis")).toHaveAttribute("data-away", "true");
  } finally {
    await cloud.ask("redis/start");
  }
  await expect(page.getByTestId("handle")).toHaveText(handle);
  await expect(page.getByTestId("who")).toContainText(handle);
  await expect(page.getByTestId("narration")).not.toContainText("cannot be reached");
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("a chaos action is a form that comes back to the page", async ({ page, cloud }) => {
    await page.goto("/proof");
    await page.getByTestId("chaos-stop-server-b").click();
    await expect(page).toHaveURL("/proof");
    await expect
      .poll(async () => (await cloud.status()).instances.find(({ name }) => name === "b")?.state)
      .toBe("stopped");
    await page.goto("/proof");
    await expect(page.getByTestId("server-b")).toHaveAttribute("data-state", "stopped");
  });
});
