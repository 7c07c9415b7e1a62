import { type BrowserContext, expect, type Page } from "@playwright/test";
import type { Served } from "@/deploy/build/serve-host";
import type { TestHarness } from "@/deploy/build/test-harness";

/** What one platform saw of the one session. */
export type Stop = {
  readonly platform: string;
  readonly did: string;
  readonly servedBy: string;
  /** The session's handle. */
  readonly session: string;
  readonly cart: string;
  /** REST requests to Redis for one page view. */
  readonly requestsAPage: number;
  readonly afterwards: string;
};

const WARES = ["Market tote", "Camp lantern", "Steel bottle", "Storm umbrella", "Folded wallet"];

/**
 * Signs in on the first platform, adds to the cart on each in turn, and logs out on the last: on each the session must be the
 * same, its cart must hold what the others added, and a page must cost one request to Redis; afterwards none may know it.
 */
export async function carryOver(
  context: BrowserContext,
  served: readonly Served[],
  harness: TestHarness,
): Promise<readonly Stop[]> {
  const page = await context.newPage();
  const stops: Stop[] = [];
  const [first] = served;
  await page.goto(`${first?.origin}/login?next=/`);
  await page.getByRole("button", { name: "Continue as guest" }).click();
  for (const [index, { host, origin }] of served.entries()) {
    const seen = await sessionSeen(page, origin);
    if (index > 0) expect(seen.session, `the session on ${host.label}`).toBe(stops[0]?.session);
    const ware = WARES[index % WARES.length] ?? "";
    await page.goto(origin);
    await page.getByRole("button", { name: `Add ${ware}` }).click();
    await expect.poll(async () => (await sessionSeen(page, origin)).quantity, ware).toBe(index + 1);
    const requestsAPage = await harness.requestsOf(() =>
      page.goto(`${origin}/cart`, { waitUntil: "networkidle" }),
    );
    expect(requestsAPage, `requests to Redis for a page on ${host.label}`).toBe(1);
    await expect(page.getByTestId("total")).toBeVisible();
    const did = `${index === 0 ? "signed in, " : ""}added ${ware}`;
    const cart = `${index + 1} of ${index + 1} items`;
    stops.push({ platform: host.label, did, ...seen, cart, requestsAPage, afterwards: "" });
  }
  const last = stops.length - 1;
  await logOut(page, served[last]?.origin ?? "");
  return Promise.all(
    stops.map(async (stop, index) => {
      const afterwards = await returnTo(page, served[index]?.origin ?? "");
      return { ...stop, afterwards, did: index === last ? `${stop.did}, logged out` : stop.did };
    }),
  );
}

type Seen = { servedBy: string; session: string; quantity: number };

/** What the platform's API answers, by a peek that renews no timeout. */
async function sessionSeen(page: Page, origin: string): Promise<Seen> {
  const response = await page.request.get(`${origin}/api/session?peek=1`);
  const body: { servedBy: string; session: { handle: string; cart: { quantity: number } } | null } =
    await response.json();
  expect(body.session, `a session on ${origin}`).not.toBeNull();
  return {
    servedBy: body.servedBy,
    session: body.session?.handle ?? "",
    quantity: body.session?.cart.quantity ?? 0,
  };
}

async function logOut(page: Page, origin: string): Promise<void> {
  // The cookie as it was: after the log-out nobody may take it any more.
  const kept = await page.context().cookies(origin);
  await page.goto(`${origin}/profile`);
  await page.getByRole("button", { name: "Log out" }).first().click();
  await expect(page).toHaveURL(`${origin}/`);
  expect(await page.context().cookies(origin), "cookies after the log-out").toEqual([]);
  await page.context().addCookies(kept);
}

/** With the old cookie put back. */
async function returnTo(page: Page, origin: string): Promise<string> {
  const session = await page.request.get(`${origin}/api/session?peek=1`);
  expect(await session.json(), `the session on ${origin} after the log-out`).toMatchObject({ session: null });
  const profile = await page.request.get(`${origin}/profile`, { maxRedirects: 0 });
  expect(profile.status(), `a protected page on ${origin} after the log-out`).toBe(307);
  return "gone";
}
