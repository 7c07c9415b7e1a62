import type { APIResponse, Page } from "@playwright/test";
import { findCloudControl } from "../support/cloud-control";
import { changesKept, expect, test } from "../support/fixtures";
import { type HttpsSite, startHttpsSite } from "../support/https-site";

let site: HttpsSite;

test.use({ ignoreHTTPSErrors: true });

test.beforeAll(async () => {
  const cloud = findCloudControl();
  test.skip(cloud === null, "only the local cloud can do this");
  if (cloud) site = await startHttpsSite(cloud);
});
test.afterAll(() => site?.close());

const at = (path: string) => site.origin + path;

/** Signs a guest in whose cart holds a notebook. */
async function signIn(page: Page): Promise<void> {
  await page.goto(at("/"));
  await page.getByRole("button", { name: /Add Field notebook/ }).click();
  await changesKept(page);
  await page.goto(at("/login"));
  await page.getByRole("button", { name: "Continue as guest" }).click();
  await expect(page).toHaveURL(at("/profile"));
  await expect(page.getByTestId("who")).toContainText("Signed in as guest-");
}

async function sealOf(page: Page): Promise<string> {
  return (await page.context().cookies())[0]?.value ?? "";
}

const setCookieOf = (response: APIResponse) =>
  response
    .headersArray()
    .filter(({ name }) => name.toLowerCase() === "set-cookie")
    .map(({ value }) => value);

test("the cookie is of this host alone, for https alone, out of script's sight, and small", async ({
  page,
  context,
}) => {
  await signIn(page);
  const cookies = await context.cookies();
  expect(cookies).toEqual([
    expect.objectContaining({
      name: "__Host-session",
      domain: "localhost",
      path: "/",
      secure: true,
      httpOnly: true,
      sameSite: "Lax",
    }),
  ]);
  expect(await page.evaluate(() => document.cookie)).toBe("");
  const [line = ""] = setCookieOf(await page.request.post(at("/api/guest"), { data: {} }));
  expect(line).toMatch(
    /^__Host-session=Fe26\.2[^;]+; Max-Age=604800; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  );
  expect(line).not.toMatch(/domain/i);
  expect(line.length).toBeLessThan(4096);
});

test("the cart comes along into the sign-in; after the log-out, Back shows nothing of the session", async ({
  page,
  context,
}) => {
  await signIn(page);
  await page.goto(at("/cart"));
  await expect(page.getByTestId("line-notebook")).toBeVisible();
  await page.goto(at("/profile"));
  const name = await page.getByLabel("Display name").inputValue();
  await page.getByRole("banner").getByRole("button", { name: "Log out" }).click();
  await expect(page).toHaveURL(at("/"));
  await expect.poll(() => context.cookies()).toEqual([]);
  await page.goBack();
  await expect(page).toHaveURL(at("/login?next=%2Fprofile"));
  expect(await page.content()).not.toContain(name);
  await page.goBack();
  await expect(page).toHaveURL(at("/cart"));
  await expect(page.getByTestId("who")).toContainText("No session yet");
  await expect(page.getByTestId("line-notebook")).toBeHidden();
});

test("the cookie of plain http is not accepted, whatever it holds, and costs Redis nothing", async ({
  page,
  playwright,
  cloud,
}) => {
  await signIn(page);
  const seal = await sealOf(page);
  const ask = async (cookie: string) => {
    const client = await playwright.request.newContext({
      ignoreHTTPSErrors: true,
      extraHTTPHeaders: { cookie },
    });
    const answer = await (await client.get(at("/api/session?peek=1"))).json();
    await client.dispose();
    return answer.authenticated;
  };
  expect(await ask(`__Host-session=${seal}`)).toBe(true);
  expect(
    await cloud.restRequestsOf(async () => {
      expect(await ask(`session=${seal}`)).toBe(false);
    }),
  ).toBe(0);
});

test("pages and handlers ask for https from now on, and over plain http or under a name of the machine they do not", async ({
  page,
}) => {
  const named = { host: "shop.example" };
  const askedFor = (response: APIResponse) => response.headers()["strict-transport-security"];
  for (const path of ["/", "/cart", "/nothing-here", "/api/session", "/api/catalog", "/api/nothing-here"]) {
    const overTls = await page.request.get(at(path), { headers: named });
    expect(askedFor(overTls), path).toBe("max-age=63072000; includeSubDomains");
    expect(askedFor(await page.request.get(at(path))), path).toBeUndefined();
    expect(askedFor(await page.request.get(path, { headers: named })), path).toBeUndefined();
  }
  const refused = await page.request.post(at("/api/cart/add"), { data: {}, headers: named });
  expect(refused.status()).toBe(400);
  expect(askedFor(refused)).toMatch(/^max-age=63072000/);
});

test("no cache keeps what depends on the session, signed in or not", async ({ page }) => {
  const paths = ["/", "/cart", "/login", "/register", "/proof", "/profile", "/sessions", "/nothing-here"];
  const handlers = ["/api/session?peek=1", "/api/cart", "/api/sessions", "/api/proof"];
  const check = async () => {
    for (const path of [...paths, ...handlers]) {
      const response = await page.request.get(at(path), { maxRedirects: 0 });
      expect(response.headers()["cache-control"], path).toContain("no-store");
    }
    const changed = await page.request.post(at("/api/cart/add"), { data: { sku: "tote" } });
    expect(changed.headers()["cache-control"]).toBe("no-store");
  };
  await check();
  await signIn(page);
  await check();
});

test.describe("from another site", () => {
  // The browser reports each refusal.
  test.use({
    expectedErrors: [/status of 403|frame-ancestors/i],
    expectedViolations: [/^frame-ancestors/],
  });

  const form = () =>
    `<form method="post" action="${at("/api/cart/add")}"><input name="sku" value="tote"><button>Win</button></form>`;

  for (const [name, head, sentOrigin] of [
    ["a form", "", "https://evil.example"],
    ["a form that hides where it comes from", '<meta name="referrer" content="no-referrer">', "null"],
  ] as const) {
    test(`${name} changes nothing`, async ({ page }) => {
      await signIn(page);
      const before = await (await page.request.get(at("/api/session?peek=1"))).json();
      await page.route("https://evil.example/", (route) =>
        route.fulfill({ contentType: "text/html", body: head + form() }),
      );
      await page.goto("https://evil.example/");
      const answered = page.waitForResponse(at("/api/cart/add"));
      await page.getByRole("button", { name: "Win" }).click();
      const response = await answered;
      expect(response.status()).toBe(403);
      const { origin } = await response.request().allHeaders();
      expect(origin).toBe(sentOrigin);
      const after = await (await page.request.get(at("/api/session?peek=1"))).json();
      expect(after.session.revision).toBe(before.session.revision);
    });
  }

  test("a frame shows none of our pages", async ({ page }) => {
    await page.route("https://evil.example/", (route) =>
      route.fulfill({ contentType: "text/html", body: `<iframe src="${at("/login")}"></iframe>` }),
    );
    await page.goto("https://evil.example/");
    await expect.poll(() => page.frames()[1]?.url()).toBe("chrome-error://chromewebdata/");
  });
});
