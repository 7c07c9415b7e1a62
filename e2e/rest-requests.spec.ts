import type { APIRequestContext } from "@playwright/test";
import { expect, freshUserName, PASSWORD, signInAsGuest, test } from "./fixtures";

const PAGES = ["/", "/cart", "/login", "/register"];

test.use({ expectedErrors: [/status of 404 .*nothing-here/] });

test("an anonymous page costs Redis nothing, links and all", async ({ page, cloud }) => {
  for (const path of [...PAGES, "/profile", "/nothing-here"]) {
    const load = () => page.goto(path, { waitUntil: "networkidle" });
    expect(await cloud.restRequestsOf(load), path).toBe(0);
  }
});

test.describe("forged cookies", () => {
  const forgeries = {
    "a percent sign": "%",
    "a broken escape": "%zz",
    "ten kilobytes": "x".repeat(10_000),
    "a seal's beginning": "Fe26.2*1*",
    nothing: "",
    "a well-formed seal of a stranger": `Fe26.2*1134431930*${"a".repeat(64)}*${"b".repeat(22)}*${"c".repeat(86)}*1796166803679*${"d".repeat(64)}*${"e".repeat(43)}~2`,
  };
  for (const [name, value] of Object.entries(forgeries)) {
    test(`${name} costs Redis nothing, and is an anonymous visitor`, async ({ request, cloud }) => {
      const headers = { cookie: `session=${value}` };
      const requests = await cloud.restRequestsOf(async () => {
        for (const path of PAGES) expect((await request.get(path, { headers })).status(), path).toBe(200);
        const session = await request.get("/api/session", { headers });
        expect(await session.json()).toMatchObject({ authenticated: false, session: null });
        const profile = await request.get("/profile", { headers, maxRedirects: 0 });
        expect(profile.headers().location).toBe("/login?next=%2Fprofile");
      });
      expect(requests).toBe(0);
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
    expect(await cloud.restRequestsOf(load), path).toBe(1);
  }
  const devices = () => page.goto("/sessions", { waitUntil: "networkidle" });
  expect(await cloud.restRequestsOf(devices), "with two more for the list").toBe(3);
  const navigate = async () => {
    await page.getByRole("link", { name: "Profile" }).hover();
    await page.getByRole("link", { name: "Profile" }).click();
    await expect(page).toHaveURL("/profile");
    await page.waitForLoadState("networkidle");
  };
  expect(await cloud.restRequestsOf(navigate), "a click on a link").toBe(1);
});

test("each handler costs what the documentation says", async ({ request, cloud }) => {
  const cost = (work: (http: APIRequestContext) => Promise<unknown>) =>
    cloud.restRequestsOf(() => work(request));
  const post = (path: string, data: object = {}) =>
    cost(async (http) => {
      const response = await http.post(`/api/${path}`, { data });
      expect(response.ok(), `${path}: ${await response.text()}`).toBe(true);
    });
  const get = (path: string) => cost((http) => http.get(`/api/${path}`));
  const user = { username: freshUserName(), password: PASSWORD };
  // The limiter's script is sent whole when a Redis sees it first; from then on by its hash.
  await request.post("/api/login", { data: { username: "nobody", password: PASSWORD } });

  expect(await get("session"), "session, anonymous").toBe(0);
  expect(await get("catalog"), "catalog").toBe(0);
  expect(await get("health"), "health").toBe(0);
  expect(await get("health?deep=1"), "health, deep").toBe(1);
  expect(await get("cart"), "cart, anonymous").toBe(0);
  expect(await post("cart/add", { sku: "tote" }), "add, beginning a session").toBe(1);
  expect(await post("cart/add", { sku: "tote" }), "add").toBe(2);
  expect(await get("session"), "session").toBe(1);
  expect(await get("session?peek=1"), "session, peeking").toBe(1);
  expect(await get("cart"), "cart").toBe(1);
  expect(await post("cart/set", { sku: "tote", quantity: 3 }), "set").toBe(2);
  expect(await post("cart/remove", { sku: "tote" }), "remove").toBe(2);
  expect(await post("cart/clear"), "clear").toBe(2);
  expect(await post("session/idle", { idleSeconds: 60 }), "idle").toBe(2);
  expect(await post("session/views"), "views").toBe(2);
  expect(await post("profile", { theme: "dark" }), "profile").toBe(2);
  expect(await post("register", user), "register, carrying a visitor's session").toBe(6);
  expect(await post("logout"), "logout").toBe(2);
  expect(await post("login", user), "login").toBe(4);
  expect(await post("login", user), "login, carrying a user's session").toBe(7);
  expect(await get("sessions"), "sessions").toBe(3);
  expect(await post("sessions/revoke", { others: 1 }), "revoke the others, of whom there are none").toBe(3);
  const change = { current: PASSWORD, next: `${PASSWORD} staple` };
  expect(await post("password", change), "password").toBe(8);
  expect(
    await post("password", { current: change.next, next: PASSWORD, endOthers: 1 }),
    "password, ending others",
  ).toBe(10);
  expect(await post("guest"), "guest, carrying a user's session").toBe(5);
  expect(await post("logout"), "logout").toBe(2);
  expect(await post("guest"), "guest").toBe(2);
  expect(await post("account/delete"), "delete, a guest").toBe(4);
  expect(await post("login", user), "login").toBe(4);
  expect(await post("account/delete", { password: PASSWORD }), "delete the account").toBe(7);
});
