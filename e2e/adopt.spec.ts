import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import {
  type AdoptGuide,
  adopt,
  applyPatch,
  importedModules,
  makeNextApp,
  readAdoptGuide,
} from "./support/adopted-app";
import { expect, test } from "./support/fixtures";
import { buildNext, type NextServer, startNext } from "./support/next-server";

const ENV = { SESSION_NAMESPACE: `adopted-${Date.now()}:` };

let app = "";
let guide: AdoptGuide;
let copied: readonly string[] = [];
let servers: NextServer[] = [];

const origin = (index = 0) => servers[index]?.origin ?? "";

async function serve(...names: string[]): Promise<void> {
  servers = await Promise.all(names.map((name) => startNext(app, { ...ENV, INSTANCE_NAME: name })));
}

async function stopServers(): Promise<void> {
  await Promise.all(servers.map((server) => server.stop()));
  servers = [];
}

/** Signs in through the protected page's own sign-in, with a note written before. */
async function signIn(page: Page, name: string, note: string): Promise<void> {
  await page.goto(origin());
  await page.getByRole("textbox", { name: "Your note" }).fill(note);
  await page.getByRole("button", { name: "Keep it" }).click();
  await page.getByRole("link", { name: "Your account" }).click();
  await page.getByRole("textbox", { name: "Your name" }).fill(name);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(`${origin()}/account`);
  await expect(page.getByRole("heading")).toHaveText(`Hello, ${name}`);
}

const sessionOf = async (page: Page) => (await page.request.get(`${origin()}/api/session?peek=1`)).json();

test.describe("an app that does what docs/adopt.md says", () => {
  test.describe.configure({ mode: "serial" });

  test.beforeAll(async () => {
    test.skip(!process.env.E2E_INSTANCE_ENV, "only the local cloud can do this");
    test.setTimeout(240_000);
    guide = await readAdoptGuide();
    app = await mkdtemp(join(tmpdir(), "carryover-adopted-"));
    copied = await adopt(app, guide);
    await makeNextApp(app, guide.packages);
    await buildNext(app);
    await serve("a", "b");
  });

  test.afterAll(async () => {
    await stopServers();
    if (app) await rm(app, { recursive: true, force: true });
  });

  test("copies no file that it does not need, and shows the middleware as it is", async () => {
    const all = [...copied, ...guide.files.keys()];
    const imported = await importedModules(app, all);
    const nextsOwn = ["middleware.ts", "instrumentation.ts"];
    const isNeeded = (path: string) => nextsOwn.includes(path) || imported.has(path.replace(/\.ts$/, ""));
    expect(copied.filter((path) => !isNeeded(path))).toEqual([]);
    expect(await readFile("docs/adopt.md", "utf8")).toContain(`${copied.length} files to copy`);
    expect(guide.files.get("middleware.ts")).toBe(await readFile("middleware.ts", "utf8"));
    const { dependencies } = JSON.parse(await readFile("package.json", "utf8"));
    for (const each of guide.packages) {
      const at = each.lastIndexOf("@");
      expect(each.slice(at + 1), each).toBe(dependencies[each.slice(0, at)]);
    }
  });

  test("costs a visitor no request and no cookie, and a signed-in page view one", async ({ page, cloud }) => {
    const load = (path: string) => () => page.goto(origin() + path, { waitUntil: "networkidle" });
    expect(await cloud.restRequestsOf(load("/"))).toBe(0);
    await expect.poll(() => page.context().cookies()).toEqual([]);
    await signIn(page, "ada", "seeds");
    for (const path of ["/", "/account"]) expect(await cloud.restRequestsOf(load(path)), path).toBe(1);
  });

  test("begins a session with the first note, and carries it into the sign-in under a new ID", async ({
    page,
  }) => {
    await page.goto(`${origin()}/account`);
    await expect(page).toHaveURL(`${origin()}/login?next=%2Faccount`);
    await signIn(page, "ada", "seeds and string");
    await expect(page.getByText("You wrote: seeds and string")).toBeVisible();
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ name: "session", httpOnly: true, sameSite: "Lax" });
    const { authenticated, session } = await sessionOf(page);
    expect(authenticated).toBe(true);
    expect(session).toMatchObject({ user: { name: "ada" }, note: "seeds and string", idleSeconds: 1800 });
  });

  test("another server knows the session, and what ends there has ended everywhere", async ({ page }) => {
    await signIn(page, "grace", "moths");
    const copy = await page.context().cookies();
    await page.goto(`${origin(1)}/account`);
    await expect(page.getByRole("heading")).toHaveText("Hello, grace");
    await page.getByRole("button", { name: "Log out", exact: true }).click();
    await expect(page).toHaveURL(`${origin(1)}/`);
    await expect(page.getByText("Not signed in")).toBeVisible();
    await expect.poll(() => page.context().cookies()).toEqual([]);
    await page.context().addCookies(copy);
    await page.goto(`${origin()}/account`);
    await expect(page).toHaveURL(`${origin()}/login?next=%2Faccount`);
  });

  test("a user ends their other sessions", async ({ page, browser }) => {
    await signIn(page, "joan", "here");
    const elsewhere = await browser.newContext();
    try {
      const other = await elsewhere.newPage();
      await signIn(other, "joan", "there");
      await page.getByRole("button", { name: "Log out everywhere else" }).click();
      await expect(page.getByRole("heading")).toHaveText("Hello, joan");
      await other.reload();
      await expect(other).toHaveURL(`${origin()}/login?next=%2Faccount`);
    } finally {
      await elsewhere.close();
    }
  });

  test("a change from another site is refused", async ({ request }) => {
    const headers = { "sec-fetch-site": "cross-site" };
    const response = await request.post(`${origin()}/api/note`, { headers, data: { note: "planted" } });
    expect(response.status()).toBe(403);
    expect((await response.json()).code).toBe("cross-site");
  });

  test.describe("in an outage", () => {
    test.use({ expectedErrors: [/./] });

    test("is not signed out: 503, and the same session afterwards", async ({ page, cloud }) => {
      await signIn(page, "mary", "ink");
      await cloud.ask("redis/stop");
      try {
        expect((await page.goto(`${origin()}/account`))?.status()).toBe(503);
        await expect(page.getByRole("heading")).toHaveText("We cannot reach your session just now");
        expect((await page.goto(origin()))?.status()).toBe(200);
      } finally {
        await cloud.ask("redis/start");
      }
      await expect.poll(async () => (await page.goto(`${origin()}/account`))?.status()).toBe(200);
      await expect(page.getByText("You wrote: ink")).toBeVisible();
    });
  });

  test("a field more, as the page adds it: a session that began before goes on with it", async ({ page }) => {
    test.setTimeout(180_000);
    await signIn(page, "lise", "tin");
    await stopServers();
    await applyPatch(app, guide.patch);
    await buildNext(app);
    await serve("a");
    const before = (await sessionOf(page)).session;
    expect(before).toMatchObject({ user: { name: "lise" }, note: "tin", colour: "plain" });
    const changed = await page.request.post(`${origin()}/api/note`, { data: { note: "zinc" } });
    expect((await changed.json()).session).toMatchObject({
      handle: before.handle,
      note: "zinc",
      colour: "plain",
    });
  });
});
