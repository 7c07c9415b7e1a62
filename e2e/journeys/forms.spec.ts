import type { Page, Request } from "@playwright/test";
import {
  changesKept,
  expect,
  freshUserName,
  PASSWORD,
  signInAsGuest,
  signInBy,
  test,
} from "../support/fixtures";

// The browser itself reports what was refused as an error.
test.use({ expectedErrors: [/status of (401|409|503)|status of 404 .*nothing-here/] });

/** 128 random bits, and in a form of the cart its name. */
const KEY = /^[\w-]{22}(-[a-z-]+)?$/;
const keyFields = (page: Page) => page.locator("form[method=post] input[name=idempotencyKey]");
const keysOf = (page: Page) =>
  keyFields(page).evaluateAll((fields: HTMLInputElement[]) => fields.map(({ value }) => value));
const addTote = (page: Page) => page.getByRole("button", { name: /Add Market tote/ });
const seconds = (page: Page) => page.getByLabel("or any number of seconds");

/** Until then a form is sent as it is without JavaScript. */
const scriptsAtWork = (page: Page) =>
  page.evaluate(() => new Promise((resolve) => requestIdleCallback(() => resolve(null))));

/** Lets the session of this browser run out; what its page has typed into it stays where it is. */
async function letItEnd(page: Page): Promise<void> {
  await page.request.post("/api/session/idle", { data: { idleSeconds: 1 } });
  // A peek does not renew the idle timeout.
  const peek = async () => (await page.request.get("/api/session?peek=1")).json();
  await expect.poll(peek, { intervals: [100] }).toMatchObject({ session: null });
}

test.describe("the key of a form", () => {
  for (const javaScriptEnabled of [true, false]) {
    test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
      test.use({ javaScriptEnabled });

      test("is in every form that changes something, and no two renders have one in common", async ({
        page,
      }) => {
        const seen: string[] = [];
        const checkForms = async (paths: readonly string[]) => {
          for (const path of [...paths, ...paths]) {
            await page.goto(path);
            const keys = await keysOf(page);
            expect(keys.length, path).toBe(await page.locator("form[method=post]").count());
            for (const key of keys) expect(key, path).toMatch(KEY);
            seen.push(...keys);
          }
        };
        await checkForms(["/", "/login", "/register", "/proof", "/cart", "/nothing-here"]);
        await page.goto("/");
        await addTote(page).click();
        if (javaScriptEnabled) await changesKept(page);
        await signInBy(page, "/register", freshUserName());
        await expect(page).toHaveURL("/profile");
        await checkForms(["/", "/cart", "/profile", "/sessions", "/proof"]);
        expect(new Set(seen).size).toBe(seen.length);
        expect(seen.length).toBeGreaterThan(80);
      });
    });
  }

  test("goes with what is sent, and the next press has another", async ({ page }) => {
    await signInAsGuest(page);
    await scriptsAtWork(page);
    // An answer without a page leaves this one as it is.
    await page.route("**/api/session/views", (route) => route.fulfill({ status: 204 }));
    const field = page.locator("form[action$=views] input[name=idempotencyKey]");
    const before = await field.inputValue();
    const sent = page.waitForRequest("**/api/session/views");
    await page.getByRole("button", { name: "Count a view" }).click();
    expect(new URLSearchParams((await sent).postData() ?? "").get("idempotencyKey")).toBe(before);
    const after = await field.inputValue();
    expect(after).toMatch(KEY);
    expect(after).not.toBe(before);
    await page.evaluate(() => window.dispatchEvent(new PageTransitionEvent("pageshow")));
    expect(await field.inputValue()).not.toBe(after);
  });

  test("is a header where scripts send the change: one for each press, and the same when it is tried again", async ({
    page,
  }) => {
    await page.goto("/");
    const keys: (string | undefined)[] = [];
    page.on("request", (request: Request) => {
      if (request.method() === "POST") keys.push(request.headers()["idempotency-key"]);
    });
    for (let press = 0; press < 3; press += 1) await addTote(page).click();
    await changesKept(page);
    await page.route("**/api/cart/add", (route) => route.fulfill({ status: 503, body: "" }), { times: 1 });
    await addTote(page).click();
    const alert = page.locator("#tote").getByRole("alert");
    await alert.getByRole("button", { name: "Try again" }).click();
    await expect(alert).toBeHidden();
    await expect(page.getByTestId("items")).toHaveText("4 items");
    await changesKept(page);
    await page.getByRole("button", { name: "Dark" }).click();
    await expect.poll(() => keys.length).toBe(6);
    for (const key of keys) expect(key).toMatch(KEY);
    expect(keys[4]).toBe(keys[3]);
    expect(new Set(keys).size).toBe(5);
  });
});

test.describe("a refused form", () => {
  for (const javaScriptEnabled of [true, false]) {
    test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
      test.use({ javaScriptEnabled });

      test("has the keyboard in the field that was refused, and nothing that was typed in the address", async ({
        page,
      }) => {
        const user = freshUserName();
        await signInBy(page, "/login", user, "not the password");
        await expect(page).toHaveURL(/\/login\?error=bad-credentials&field=password$/);
        await expect(page.getByLabel("Password")).toBeFocused();
        await signInBy(page, "/register", "x", PASSWORD);
        await expect(page).toHaveURL(/error=invalid&field=username/);
        await expect(page.getByLabel("User name")).toBeFocused();
      });
    });
  }

  test("keeps the user name and the time-out that were chosen, and no password", async ({ page }) => {
    const user = freshUserName();
    await page.goto("/login?next=%2Fcart");
    await scriptsAtWork(page);
    await page.getByLabel("User name").fill(user);
    await page.getByLabel("Password").fill("not the password");
    await page.getByLabel("1 minute").check();
    await page.getByRole("button", { name: "Log in" }).click();
    await expect(page).toHaveURL(/error=bad-credentials/);
    await expect(page.getByLabel("User name")).toHaveValue(user);
    await expect(page.getByLabel("1 minute")).toBeChecked();
    await expect(page.getByLabel("Password")).toHaveValue("");
    await expect(page.getByLabel("Password")).toBeFocused();
    expect(await page.evaluate(() => ({ ...sessionStorage, ...localStorage }))).toEqual({});

    // Of a number of one's own, too; and what was taken is forgotten.
    await page.goto("/register");
    await scriptsAtWork(page);
    await page.getByLabel("User name").fill(user);
    await page.getByLabel("Password").fill("short");
    await seconds(page).fill("90");
    await page.getByRole("button", { name: "Create my account" }).click();
    await expect(page).toHaveURL(/error=invalid&field=password/);
    await expect(seconds(page)).toHaveValue("90");
    await expect(page.getByLabel("User name")).toHaveValue(user);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Create my account" }).click();
    await expect(page).toHaveURL("/profile");
    await expect(page.getByLabel("1 min 30 s, as now")).toBeChecked();
    await expect(page.getByTestId("draft-back")).toBeHidden();
    await expect.poll(() => page.evaluate(() => sessionStorage.length)).toBe(0);
  });

  test("says which rule a password broke", async ({ page }) => {
    for (const [reason, words] of [
      ["short", "at least 8 characters"],
      ["long", "at most 128 characters"],
      ["common", "on the list of common ones"],
      ["own-words", "little more than your name or ours"],
      ["<b>", "8 to 128 characters: no common password, and not just your name or ours"],
    ]) {
      await page.goto(`/register?error=invalid&field=password&reason=${reason}`);
      await expect(page.getByLabel("Password").locator("..").getByRole("alert")).toContainText(words ?? "");
    }
    await page.goto("/register");
    await expect(page.getByLabel("Password")).toHaveAccessibleDescription(/no common password, and not just/);
  });
});

test.describe("what was typed when the session was over", () => {
  const typed = "Ada of the lost session";

  test("comes back after the sign-in, to its owner alone", async ({ page, request }) => {
    const [owner, stranger] = [freshUserName(), freshUserName()];
    await request.post("/api/register", { data: { username: stranger, password: PASSWORD } });
    await signInBy(page, "/register", owner);
    await expect(page).toHaveURL("/profile");
    for (const user of [owner, stranger]) {
      await scriptsAtWork(page);
      await page.getByLabel("Display name").fill(typed);
      await page.getByLabel("Theme").selectOption("Dark");
      await letItEnd(page);
      await page.getByRole("button", { name: "Save" }).click();
      await expect(page).toHaveURL(/\/login\?next=%2Fprofile/);
      await scriptsAtWork(page);
      // A wrong password on the way is no reason to forget it.
      await page.getByLabel("User name").fill(user);
      await page.getByLabel("Password").fill("not the password");
      await page.getByRole("button", { name: "Log in" }).click();
      await expect(page).toHaveURL(/error=bad-credentials/);
      await expect(page.getByLabel("User name")).toHaveValue(user);
      await page.getByLabel("Password").fill(PASSWORD);
      await page.getByRole("button", { name: "Log in" }).click();
      await expect(page).toHaveURL("/profile");
      if (user !== owner) continue;
      await expect(page.getByTestId("draft-back")).toContainText("What you typed is back");
      await expect(page.getByLabel("Display name")).toHaveValue(typed);
      await expect(page.getByLabel("Theme")).toHaveValue("dark");
      await page.getByRole("button", { name: "Save" }).click();
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Hello, ${typed}`);
      await expect(page.getByTestId("draft-back")).toBeHidden();
      await page.getByLabel("Display name").fill(owner);
      await page.getByRole("button", { name: "Save" }).click();
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Hello, ${owner}`);
    }
    await scriptsAtWork(page);
    await expect(page.getByLabel("Display name")).toHaveValue(stranger);
    await expect(page.getByTestId("draft-back")).toBeHidden();
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
  });

  test("is parsed safely, whatever the address says", async ({ page }) => {
    for (const next of ["http://[", "//", "\\\\", "javascript:alert(1)"]) {
      await page.goto(`/login?next=${encodeURIComponent(next)}`);
      await scriptsAtWork(page);
      await seconds(page).fill("5");
      await expect(page.getByLabel("30 minutes")).not.toBeChecked();
    }
  });

  test("comes back to a guest by the link of the notice, and log-out forgets it", async ({
    page,
    context,
  }) => {
    await signInAsGuest(page);
    await page.getByLabel("Display name").fill(typed);
    const other = await context.newPage();
    await other.goto("/");
    await other.getByRole("banner").getByRole("button", { name: "Log out" }).click();
    await page.getByTestId("session-over").getByRole("link", { name: "Log in again" }).click();
    await expect(page).toHaveURL("/login?next=%2Fprofile");
    await page.getByRole("button", { name: "Continue as guest" }).click();
    await expect(page.getByLabel("Display name")).toHaveValue(typed);
    await page.getByRole("banner").getByRole("button", { name: "Log out" }).click();
    await expect(page).toHaveURL("/");
    await expect.poll(() => page.evaluate(() => sessionStorage.length)).toBe(0);
  });
});

test.describe("an idle timeout", () => {
  test("is either a usual one or a number of one's own", async ({ page }) => {
    await page.goto("/login");
    await scriptsAtWork(page);
    const usual = page.getByLabel("30 minutes");
    await expect(usual).toBeChecked();
    await seconds(page).fill("5");
    await expect(usual).not.toBeChecked();
    await page.getByLabel("1 minute").check();
    await expect(seconds(page)).toHaveValue("");
    await seconds(page).fill("5");
    await seconds(page).fill("");
    await expect(usual, "never neither of them").toBeChecked();
    await seconds(page).fill("7");
    await page.getByRole("button", { name: "Continue as guest" }).click();
    await expect(page.getByLabel("7 s, as now")).toBeChecked();
  });

  test.describe("without JavaScript", () => {
    test.use({ javaScriptEnabled: false });

    test("shows which of the two counts", async ({ page }) => {
      await page.goto("/login");
      const borderOf = (label: string) =>
        page.locator("label", { hasText: label }).evaluate((row) => getComputedStyle(row).borderTopColor);
      const [chosen, plain] = [await borderOf("30 minutes"), await borderOf("1 minute")];
      expect(chosen).not.toBe(plain);
      await seconds(page).fill("5");
      expect(await borderOf("30 minutes")).toBe(plain);
      expect(await borderOf("or any number")).toBe(chosen);
      await expect(page.getByLabel("30 minutes")).toBeHidden();
      await page.getByRole("button", { name: "Continue as guest" }).click();
      await expect(page.getByLabel("5 s, as now")).toBeChecked();
    });
  });
});

test("a name written from right to left stands by itself wherever it is shown", async ({ page }) => {
  const user = freshUserName();
  const name = "مرحبا بالعالم";
  await signInBy(page, "/register", user);
  // As a keyboard may write it: with a mark that nobody sees.
  await page.getByLabel("Display name").fill(`\u200f${name}`);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Hello, ${name}`);
  for (const path of ["/", "/profile", "/sessions", "/proof"]) {
    await page.goto(path);
    if (path === "/proof") {
      await page.getByTestId("inspector").scrollIntoViewIfNeeded();
      await expect(page.getByTestId("session-json")).toContainText(name);
    }
    const loose = await page.evaluate(
      (names) => {
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        const found: string[] = [];
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          const { parentElement, nodeValue } = node;
          if (!parentElement || parentElement.closest("bdi, script")) continue;
          if (names.some((each) => nodeValue?.includes(each))) found.push(nodeValue ?? "");
        }
        return found;
      },
      [user, name],
    );
    expect(loose, path).toEqual([]);
  }
});
