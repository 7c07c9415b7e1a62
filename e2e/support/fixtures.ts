import { type Browser, test as base, expect, type Page } from "@playwright/test";
import { type CloudControl, findCloudControl } from "./cloud-control";
import { type PolicyWatch, watchPolicy } from "./policy-watch";

interface Fixtures {
  /** Only on the local cloud: a test that asks for it is skipped on a deployed site. */
  cloud: CloudControl;
  /** Fails the test on any error that the page logs or throws; a test that expects one says which. */
  expectedErrors: RegExp[];
  /** Likewise for what breaks a page's content security policy, in whatever browser context the test has. */
  expectedViolations: RegExp[];
  noViolation: undefined;
}

interface WorkerFixtures {
  policyWatch: PolicyWatch;
}

let unexpectedViolations = 0;

export const test = base.extend<Fixtures, WorkerFixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants a destructured first argument.
  cloud: async ({}, use) => {
    const cloud = findCloudControl();
    base.skip(cloud === null, "only the local cloud can do this");
    if (cloud) await use(cloud);
  },
  expectedErrors: [[], { option: true }],
  expectedViolations: [[], { option: true }],
  policyWatch: [
    async ({ browser }, use) => {
      const watch = watchPolicy(browser);
      await use(watch);
      console.log(
        `Content security policy: ${watch.documents} documents, ${unexpectedViolations} unexpected violations.`,
      );
    },
    { scope: "worker", auto: true },
  ],
  noViolation: [
    async ({ policyWatch, expectedViolations }, use) => {
      const before = policyWatch.violations.length;
      await use(undefined);
      const isExpected = (text: string) => expectedViolations.some((expected) => expected.test(text));
      const found = policyWatch.violations.slice(before).filter((text) => !isExpected(text));
      unexpectedViolations += found.length;
      expect(found, "violations of the content security policy").toEqual([]);
    },
    { auto: true },
  ],
  page: async ({ page, expectedErrors }, use) => {
    const errors: string[] = [];
    const note = (text: string) => {
      if (!expectedErrors.some((expected) => expected.test(text))) errors.push(text);
    };
    page.on("pageerror", (error) => note(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") note(`${message.text()} (${message.location().url})`);
    });
    await use(page);
    expect(errors, "errors in the browser's console").toEqual([]);
  },
});

export { expect };

/** The name of the server that answered the page. */
export function serverOf(page: Page): Promise<string> {
  return page.getByTestId("server-name").innerText();
}

/** Loads the page again until these many servers have answered it. */
export async function seeServers(page: Page, count: number): Promise<Set<string>> {
  const seen = new Set<string>();
  await expect
    .poll(async () => {
      await page.reload();
      return seen.add(await serverOf(page)).size;
    })
    .toBe(count);
  return seen;
}

/** Comes back until every server of the local cloud has answered; to a site, whose servers nobody can name, a few times. */
export async function comeBack(page: Page): Promise<void> {
  if (findCloudControl()) {
    expect(await seeServers(page, 2)).toEqual(new Set(["a", "b"]));
    return;
  }
  for (let views = 0; views < 4; views++) await page.reload();
}

/** Waits until the server has confirmed what the page shows of the cart already. */
export async function changesKept(page: Page): Promise<void> {
  await expect(page.getByTestId("cart-status")).toHaveAttribute("aria-busy", "false");
}

let users = 0;

/** A user name that nobody has yet. */
export function freshUserName(): string {
  users += 1;
  return `user-${Date.now().toString(36)}-${users}`;
}

export const PASSWORD = "correct horse battery";

/** Signs a fresh guest in. */
export async function signInAsGuest(page: Page, next = "/profile"): Promise<void> {
  await page.goto(`/login?next=${encodeURIComponent(next)}`);
  await page.getByRole("button", { name: "Continue as guest" }).click();
  await expect(page).toHaveURL(next);
}

/** Fills in the form of one of the two pages, and sends it. */
export async function signInBy(
  page: Page,
  path: "/login" | "/register",
  user: string,
  password = PASSWORD,
): Promise<void> {
  await page.goto(path);
  await page.getByLabel("User name").fill(user);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: path === "/login" ? "Log in" : "Create my account" }).click();
}

/** Another device: a browser with cookies of its own. */
export async function anotherDevice(browser: Browser, work: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext();
  try {
    await work(await context.newPage());
  } finally {
    await context.close();
  }
}
