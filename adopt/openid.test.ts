import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright";
import { expect as expectPage } from "playwright/test";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { findChromium } from "@/local-cloud/processes/find-chromium";
import { freePort } from "@/local-cloud/processes/free-port";
import { poll } from "@/local-cloud/processes/poll";
import { type OpenIdSite, startOpenIdSite } from "./openid-site";
import { createOpenIdVisitor, locationOf, type OpenIdVisitor } from "./openid-visitor";

let folder = "";
let site: OpenIdSite;
let browser: Browser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "carryover-openid-test-"));
  site = await startOpenIdSite({ port: await freePort(), dataDir: folder, environment: {} });
  browser = await chromium.launch({
    executablePath: await findChromium(console.log),
    args: ["--no-sandbox", "--disable-gpu"],
  });
});

afterAll(async () => {
  await browser?.close();
  await site?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe("in a browser", () => {
  test("a visitor signs in by the provider's own pages: a new ID, the basket, both servers", async () => {
    const page = await newPage();
    await page.goto("/");
    for (const pears of [1, 2]) {
      await page.getByRole("button", { name: "Add a pear" }).click();
      await expectPage(page.getByText(`Pears: ${pears}`)).toBeVisible();
    }
    const before = await ownCookie(page);
    await page.goto("/account?from=mail");
    await expectPage(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
    const callback = await signInBy(page, "ada");
    await expectPage(page.getByRole("heading")).toHaveText("Hello, ada");
    expect(page.url()).toBe(`${site.url}/account?from=mail`);
    await expectPage(page.getByText("Pears: 2")).toBeVisible();
    const after = await ownCookie(page);
    expect(after).toMatchObject({ httpOnly: true, sameSite: "Lax" });
    expect(after?.value).not.toBe(before?.value);
    expect(await serversThatKnow(page, "ada")).toEqual(["a", "b"]);

    // Loaded again: signed in as before, and no error page.
    await page.goto(callback);
    await expectPage(page.getByRole("heading")).toHaveText("Hello, ada");
    expect(page.url()).toBe(`${site.url}/account`);
    expect(await ownCookie(page)).toEqual(after);
  });

  test("a sign-out ends the session here and then at the provider", async () => {
    const page = await newPage();
    await page.goto("/account");
    await signInBy(page, "grace");
    const cookies = await page.context().cookies(site.url);
    await page.getByRole("button", { name: "Sign out" }).click();
    await expectPage(page.getByRole("heading")).toContainText("Do you want to sign-out");
    expect(new URL(page.url()).origin).toBe(site.issuer);
    // Here it is done already, whatever is said there.
    const copy = await newPage();
    await copy.context().addCookies(cookies);
    await copy.goto("/");
    await expectPage(copy.getByText("Not signed in.")).toBeVisible();
    await page.getByRole("button", { name: "Yes, sign me out" }).click();
    await expectPage(page.getByText("Not signed in.")).toBeVisible();
    expect(page.url()).toBe(`${site.url}/`);
    await page.goto("/account");
    await page.getByRole("button", { name: "Sign in with the provider" }).click();
    await expectPage(page.getByPlaceholder("Enter any login")).toBeVisible();
  });

  test("a user who cancels at the provider is told so, and keeps the basket", async () => {
    const page = await newPage();
    await page.goto("/");
    await page.getByRole("button", { name: "Add a pear" }).click();
    await page.goto("/login");
    await page.getByRole("button", { name: "Sign in with the provider" }).click();
    await page.getByRole("link", { name: "Cancel" }).click();
    await expectPage(page.getByText("You have not agreed to sign in")).toBeVisible();
    await page.goto("/");
    await expectPage(page.getByText("Pears: 1")).toBeVisible();
    await expectPage(page.getByText("Not signed in.")).toBeVisible();
  });
});

describe("a user", () => {
  test("is the same in every browser, and another one by another name", async () => {
    const ids: (string | undefined)[] = [];
    for (const name of ["linus", "linus", "linus", "margaret"]) {
      const visitor = createOpenIdVisitor(site);
      await visitor.get(await visitor.callbackOf(name));
      ids.push((await visitor.session()).user?.id);
    }
    expect(ids[0]).toMatch(/^user-/);
    expect(ids.slice(1, 3)).toEqual([ids[0], ids[0]]);
    expect(ids[3]).not.toBe(ids[0]);
  });

  test("who signs in by two tabs at once is signed in by each", async () => {
    const visitor = createOpenIdVisitor(site);
    const tabs = [await visitor.begin("/?tab=1"), await visitor.begin("/account?tab=2")];
    const callbacks: string[] = [];
    for (const tab of tabs) callbacks.push(await visitor.passProvider(tab, "barbara"));
    expect(await goesTo(visitor, callbacks[0])).toBe("/?tab=1");
    expect(await goesTo(visitor, callbacks[1])).toBe("/account");
    expect((await visitor.session()).user?.name).toBe("barbara");
  });

  test("is led to no other site afterwards", async () => {
    const visitor = createOpenIdVisitor(site);
    for (const next of ["https://evil.example/", "//evil.example", "/\\evil.example"])
      expect(await goesTo(visitor, await visitor.callbackOf("mallory", next)), next).toBe("/account");
  });
});

describe("a callback", () => {
  test("whose answer was lost leads to the session that it began", async () => {
    const visitor = await visitorWithPear();
    const callback = await visitor.callbackOf("hedy");
    await copyOf(visitor).get(callback);
    expect(await goesTo(visitor, callback)).toBe("/account");
    expect(await visitor.session()).toMatchObject({ user: { name: "hedy" }, pears: 1 });
  });

  test("that comes twice at once signs in once", async () => {
    const visitor = await visitorWithPear();
    const callback = await visitor.callbackOf("lise");
    const twice = [copyOf(visitor), copyOf(visitor)];
    expect(await Promise.all(twice.map((each) => goesTo(each, callback)))).toEqual(["/account", "/account"]);
    const cookies = twice.map((each) => each.cookie);
    for (const each of twice)
      expect(await each.session()).toMatchObject({ user: { name: "lise" }, pears: 1 });
    // One session under two seals: signed out in one, it is over in both.
    expect(cookies).not.toContain(visitor.cookie);
    await twice[0]?.submit("/api/sign-out");
    expect((await twice[1]?.session())?.user).toBeNull();
    // The code was exchanged once. Twice, the provider would have revoked what it knows of the user's consent.
    expect(await goesTo(visitor, await visitor.callbackOf("lise"))).toBe("/account");
    expect(visitor.prompts).toEqual(["login", "consent"]);
  });

  test("is worth nothing in another browser, and still works in its own", async () => {
    const owner = createOpenIdVisitor(site);
    const callback = await owner.callbackOf("mary");
    const withSession = await visitorWithPear();
    await withSession.begin();
    for (const other of [createOpenIdVisitor(site), withSession]) {
      const { cookie } = other;
      expect(await goesTo(other, callback)).toBe("/login?error=unknown-sign-in");
      expect((await other.session()).user).toBeNull();
      expect(other.cookie).toBe(cookie);
    }
    expect(await goesTo(owner, callback)).toBe("/account");
  });

  test("with a state that nobody has asked for changes nothing", async () => {
    const visitor = createOpenIdVisitor(site);
    const callback = new URL(await visitor.callbackOf("emmy"));
    callback.searchParams.set("state", "a-state-of-somebody-else-of-the-right-length");
    expect(await goesTo(visitor, callback.href)).toBe("/login?error=unknown-sign-in");
    expect(await goesTo(visitor, `${callback.origin}${callback.pathname}?code=x`)).toBe(
      "/login?error=invalid&field=state",
    );
    expect((await visitor.session()).user).toBeNull();
  });

  test("with a code of another sign-in is refused, used or not", async () => {
    const victim = createOpenIdVisitor(site);
    const unused = new URL(await victim.callbackOf("vera")).searchParams.get("code") ?? "";
    const used = new URL(await victim.callbackOf("vera"));
    expect(await goesTo(victim, used.href)).toBe("/account");
    for (const code of [unused, used.searchParams.get("code") ?? ""]) {
      const thief = createOpenIdVisitor(site);
      const own = new URL(await thief.callbackOf("thief"));
      own.searchParams.set("code", code);
      expect(await goesTo(thief, own.href)).toBe("/login?error=provider-refused");
      expect((await thief.session()).user).toBeNull();
    }
    expect((await victim.session()).user?.name).toBe("vera");
  });

  test("signs nobody in who has planted a session, and knows its state", async () => {
    const planter = await visitorWithPear();
    const address = await planter.begin();
    const victim = createOpenIdVisitor(site);
    victim.cookie = planter.cookie;
    const callback = new URL(await victim.passProvider(address, "rosalind"));
    expect(await goesTo(victim, callback.href)).toBe("/account");
    expect((await victim.session()).user?.name).toBe("rosalind");
    for (const code of ["guessed", ""]) {
      callback.searchParams.set("code", code);
      expect(await goesTo(planter, callback.href)).toBe("/login?error=unknown-sign-in");
    }
    expect((await planter.session()).user).toBeNull();
  });

  test("with an error of the provider's says so once, and in our own words", async () => {
    const visitor = await visitorWithPear();
    const cancelled = await visitor.callbackOf(null);
    expect(cancelled).toContain("error=access_denied");
    expect(await goesTo(visitor, cancelled)).toBe("/login?error=access-denied");
    const { searchParams } = new URL(await visitor.begin());
    const made = `/api/callback?state=${searchParams.get("state")}&error=server_error&error_description=hello`;
    expect(await goesTo(visitor, made)).toBe("/login?error=provider-refused");
    expect(await goesTo(visitor, made)).toBe("/login?error=unknown-sign-in");
    expect(await visitor.session()).toEqual({ user: null, pears: 1 });
  });

  test("in an outage of Redis is a page with status 503, and works when it is loaded again", async () => {
    const visitor = await visitorWithPear();
    const callback = await visitor.callbackOf("joan");
    const { cookie } = visitor;
    await withoutRedis(async () => {
      const response = await visitor.get(callback);
      expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
      expect(await response.text()).toContain("We cannot reach your session just now");
    });
    expect(visitor.cookie).toBe(cookie);
    expect(await goesTo(visitor, callback)).toBe("/account");
    expect(await visitor.session()).toMatchObject({ user: { name: "joan" }, pears: 1 });
  });
});

describe("a provider out of reach", () => {
  test("is said on the sign-in page, nothing is lost, and a later sign-in works", async () => {
    const visitor = await visitorWithPear();
    const callback = await visitor.callbackOf("sophie");
    const { cookie } = visitor;
    await site.withoutProvider(async () => {
      expect(await goesTo(visitor, callback)).toBe("/login?error=provider-unreachable");
      expect(await visitor.session()).toEqual({ user: null, pears: 1 });
      const page = await visitor.get("/login?error=provider-unreachable");
      expect(await page.text()).toContain("cannot be reached just now");
    });
    expect(visitor.cookie).toBe(cookie);
    expect(await goesTo(visitor, await visitor.callbackOf("sophie"))).toBe("/account");
  });

  test("when a server starts is asked again by the next sign-in", async () => {
    const visitor = await visitorWithPear();
    await site.withoutProvider(async () => {
      // They ask for the provider's addresses at the first sign-in.
      for (const server of site.cloud.instances.all) {
        await server.stop();
        await server.start();
      }
      for (const _ of site.cloud.instances.all) {
        const refused = await visitor.submit("/api/sign-in");
        expect(locationOf(refused, site.url)).toBe(`${site.url}/login?error=provider-unreachable`);
      }
    });
    for (const _ of site.cloud.instances.all)
      expect(await goesTo(visitor, await visitor.callbackOf("radia"))).toBe("/account");
  });

  test("keeps nobody signed in who signs out", async () => {
    const visitor = createOpenIdVisitor(site);
    await visitor.get(await visitor.callbackOf("ida"));
    await site.withoutProvider(async () => {
      expect((await visitor.submit("/api/sign-out")).status).toBe(303);
      expect((await visitor.session()).user).toBeNull();
    });
  });
});

test("a sign-out in an outage of Redis claims no success, and does not go on to the provider", async () => {
  const visitor = createOpenIdVisitor(site);
  await visitor.get(await visitor.callbackOf("katherine"));
  const { cookie } = visitor;
  await withoutRedis(async () => {
    expect((await visitor.submit("/api/sign-out")).status).toBe(503);
  });
  expect(visitor.cookie).toBe(cookie);
  expect((await visitor.session()).user?.name).toBe("katherine");
});

test("a session that has just ended elsewhere keeps nobody from signing in again", async () => {
  const visitor = createOpenIdVisitor(site);
  await visitor.get(await visitor.callbackOf("annie"));
  await copyOf(visitor).submit("/api/sign-out");
  expect(await goesTo(visitor, await visitor.callbackOf("annie"))).toBe("/account");
  expect((await visitor.session()).user?.name).toBe("annie");
});

test("another site cannot begin a sign-in, and a GET begins none", async () => {
  const sent = { method: "POST", headers: { "sec-fetch-site": "cross-site" } };
  expect((await fetch(`${site.url}/api/sign-in`, sent)).status).toBe(403);
  expect((await fetch(`${site.url}/api/sign-in`)).status).toBe(405);
  expect((await fetch(`${site.url}/api/callback?state=x&code=y`, { method: "HEAD" })).status).toBe(405);
});

async function newPage(): Promise<Page> {
  const context = await browser.newContext({ baseURL: site.url });
  onTestFinished(() => context.close());
  return context.newPage();
}

/** From the app's sign-in page to the page after it. @returns the callback that the provider has led to */
async function signInBy(page: Page, name: string): Promise<string> {
  const asked = page.waitForRequest((request) => request.url().startsWith(`${site.url}/api/callback`));
  await page.getByRole("button", { name: "Sign in with the provider" }).click();
  await page.getByPlaceholder("Enter any login").fill(name);
  await page.getByPlaceholder("and password").fill("any");
  await page.getByRole("button", { name: "Sign-in" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
  return (await asked).url();
}

async function ownCookie(page: Page) {
  const cookies = await page.context().cookies(site.url);
  expect(cookies).toHaveLength(1);
  return cookies[0];
}

/** The servers that answer in turn and take the browser for this user. */
async function serversThatKnow(page: Page, name: string): Promise<string[]> {
  const servers = new Set<string>();
  for (let asked = 0; asked < 4; asked++) {
    const response = await page.request.get("/api/session");
    expect(await response.json()).toMatchObject({ user: { name } });
    servers.add(response.headers()["x-served-by"] ?? "");
  }
  return [...servers].sort();
}

async function visitorWithPear(): Promise<OpenIdVisitor> {
  const visitor = createOpenIdVisitor(site);
  await visitor.submit("/api/pears");
  return visitor;
}

/** A browser with the same cookie, as one that has lost an answer. */
function copyOf({ cookie }: OpenIdVisitor): OpenIdVisitor {
  const copy = createOpenIdVisitor(site);
  copy.cookie = cookie;
  return copy;
}

/** Where the app leads a browser that asks for this, as a path of the app. */
async function goesTo(visitor: OpenIdVisitor, address = ""): Promise<string> {
  const location = locationOf(await visitor.get(address), site.url);
  expect(new URL(location).origin).toBe(site.url);
  return location.slice(site.url.length);
}

async function withoutRedis(work: () => Promise<void>): Promise<void> {
  const { redis } = site.cloud.service;
  if (!redis) throw new Error("This Redis is not ours to stop.");
  await redis.stop();
  try {
    await work();
  } finally {
    await redis.start();
    await poll(
      "Redis to answer again",
      async () => (await fetch(`${site.url}/api/session`)).ok && canWrite(),
    );
  }
}

async function canWrite(): Promise<boolean> {
  return (await createOpenIdVisitor(site).submit("/api/pears")).status === 303;
}
