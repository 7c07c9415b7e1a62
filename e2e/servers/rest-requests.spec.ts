import type { APIRequestContext } from "@playwright/test";
import { expect, freshUserName, PASSWORD, signInAsGuest, test } from "../support/fixtures";

const PAGES = ["/", "/cart", "/login", "/register"];

/** How many commands travel in a request differs: what a server has still to tell the index of active sessions goes along. */
const asking = (requests: number) => ({
  requests,
  commands: requests === 0 ? 0 : expect.any(Number),
});

test.use({ expectedErrors: [/status of 404 .*nothing-here/] });

test("an anonymous page costs Redis nothing, links and all", async ({ page, cloud }) => {
  for (const path of [...PAGES, "/profile", "/nothing-here"]) {
    const load = () => page.goto(path, { waitUntil: "networkidle" });
    expect(await cloud.redisCostOf(load), path).toEqual(asking(0));
  }
});

test.describe("forged cookies", () => {
  const forgeries = {
    "a percent sign": "%",
    "a broken escape": "%zz",
    "ten kilobytes": "x".repeat(10_000),
    "the prefix of a seal": "Fe26.2*1*",
    nothing: "",
    "a well-formed seal of a stranger": `Fe26.2*1134431930*${"a".repeat(64)}*${"b".repeat(22)}*${"c".repeat(86)}*1796166803679*${"d".repeat(64)}*${"e".repeat(43)}~2`,
  };
  for (const [name, value] of Object.entries(forgeries)) {
    test(`${name} costs Redis nothing, and is an anonymous visitor`, async ({ request, cloud }) => {
      const headers = { cookie: `session=${value}` };
      const cost = await cloud.redisCostOf(async () => {
        for (const path of PAGES) expect((await request.get(path, { headers })).status(), path).toBe(200);
        const session = await request.get("/api/session", { headers });
        expect(await session.json()).toMatchObject({ authenticated: false, session: null });
        const profile = await request.get("/profile", { headers, maxRedirects: 0 });
        expect(profile.headers().location).toBe("/login?next=%2Fprofile");
      });
      expect(cost).toEqual(asking(0));
    });
  }
});

test("a signed-in page costs exactly one request, loaded in a browser, links and all", async ({
  page,
  cloud,
}) => {
  await signInAsGuest(page);
  for (const path of ["/", "/profile", "/cart"]) {
    const load = () => page.goto(path, { waitUntil: "networkidle" });
    expect(await cloud.redisCostOf(load), path).toEqual(asking(1));
  }
  const devices = () => page.goto("/sessions", { waitUntil: "networkidle" });
  // A test before this one may have started Redis again: its scripts are to be loaded.
  await devices();
  expect(await cloud.redisCostOf(devices), "with two more for the list").toEqual(asking(3));
  const navigate = async () => {
    await page.getByRole("link", { name: "Profile" }).hover();
    await page.getByRole("link", { name: "Profile" }).click();
    await expect(page).toHaveURL("/profile");
    await page.waitForLoadState("networkidle");
  };
  expect(await cloud.redisCostOf(navigate), "a click on a link").toEqual(asking(1));
});

test.describe("one server", () => {
  test.afterEach(({ cloud }) => cloud.ask("instances/b/start"));

  test("each handler costs what the documentation says", async ({ request, cloud }) => {
    const cost = (work: (http: APIRequestContext) => Promise<unknown>) =>
      cloud.redisCostOf(() => work(request));
    const post = (path: string, data: object = {}) =>
      cost(async (http) => {
        const response = await http.post(`/api/${path}`, { data });
        expect(response.ok(), `${path}: ${await response.text()}`).toBe(true);
      });
    const get = (path: string) => cost((http) => http.get(`/api/${path}`));
    // One server, and a new process: it relies on no script's hash at a Redis that an earlier test has emptied.
    for (const action of ["b/stop", "a/stop", "a/start"]) await cloud.ask(`instances/${action}`);
    const user = { username: freshUserName(), password: PASSWORD };

    expect(await get("session"), "session, anonymous").toEqual(asking(0));
    expect(await get("catalog"), "catalog").toEqual(asking(0));
    expect(await get("health"), "health").toEqual(asking(0));
    expect(await get("health?deep=1"), "health, deep").toEqual(asking(1));
    expect(await get("cart"), "cart, anonymous").toEqual(asking(0));
    expect(await post("cart/add", { sku: "tote" }), "add, beginning a session").toEqual(asking(1));
    expect(await post("cart/add", { sku: "tote" }), "add").toEqual(asking(1));
    // A new process again: all that it has seen of the session is what its middleware hands to the page.
    for (const action of ["a/stop", "a/start"]) await cloud.ask(`instances/${action}`);
    for (const path of ["/", "/cart"]) expect(await cost((http) => http.get(path)), path).toEqual(asking(1));
    expect(await post("cart/add", { sku: "tote" }), "add, after a page view").toEqual(asking(1));
    expect(await get("session"), "session").toEqual(asking(1));
    expect(await get("session?peek=1"), "session, peeking").toEqual(asking(1));
    expect(await get("cart"), "cart").toEqual(asking(1));
    expect(await post("cart/set", { sku: "tote", quantity: 3 }), "set").toEqual(asking(1));
    expect(await post("cart/remove", { sku: "tote" }), "remove").toEqual(asking(1));
    expect(await post("cart/clear"), "clear").toEqual(asking(1));
    expect(await post("session/idle", { idleSeconds: 60 }), "idle").toEqual(asking(1));
    expect(await post("session/views"), "views").toEqual(asking(1));
    expect(await post("profile", { theme: "dark" }), "profile").toEqual(asking(1));
    expect(await post("register", user), "register, carrying a visitor's session").toEqual(asking(3));
    expect(await post("logout"), "logout").toEqual(asking(2));
    expect(await post("login", user), "login").toEqual(asking(2));
    expect(await post("login", user), "login, carrying a user's session").toEqual(asking(4));
    expect(await post("session/views"), "views of a user, with the list entry").toEqual(asking(1));
    expect(await get("sessions"), "sessions").toEqual(asking(3));
    expect(await post("sessions/revoke", { others: 1 }), "revoke the others, of whom there are none").toEqual(
      asking(3),
    );
    const change = { current: PASSWORD, next: `${PASSWORD} staple` };
    expect(await post("password", change), "password").toEqual(asking(5));
    expect(
      await post("password", { current: change.next, next: PASSWORD, endOthers: 1 }),
      "password, ending others",
    ).toEqual(asking(6));
    expect(await post("guest"), "guest, carrying a user's session").toEqual(asking(4));
    expect(await post("logout"), "logout").toEqual(asking(2));
    expect(await post("guest"), "guest").toEqual(asking(1));
    expect(await post("account/delete"), "delete, a guest").toEqual(asking(4));
    expect(await post("login", user), "login").toEqual(asking(2));
    expect(await post("account/delete", { password: PASSWORD }), "delete the account").toEqual(asking(6));
  });
});
