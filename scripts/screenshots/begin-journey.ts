import type { BrowserContext, Page } from "playwright";

/** A person who is signed in, carries something, and has opened `/proof`. */
export async function beginJourney(context: BrowserContext, { name }: { name: string }): Promise<Page> {
  const { request } = context;
  const post = async (path: string, data: object) => {
    const response = await request.post(`/api/${path}`, { data });
    if (!response.ok()) throw new Error(`${path}: ${response.status()}`);
  };
  await post("cart/add", { sku: "tote" });
  await post("cart/add", { sku: "lantern", quantity: 2 });
  await post("register", { username: name, password: "correct horse battery" });
  const page = await context.newPage();
  await page.goto("/proof", { waitUntil: "networkidle" });
  return page;
}

/** Waits until so many requests more were answered. */
export async function answered(page: Page, count: number): Promise<void> {
  const counter = page.getByTestId("count-requests");
  const wanted = Number(await counter.textContent()) + count;
  await page.waitForFunction(
    (least) => Number(document.querySelector('[data-testid="count-requests"]')?.textContent) >= least,
    wanted,
  );
}

/** Waits until this server is in this state: running, stopped ... */
export async function serverIs(page: Page, name: string, state: string): Promise<void> {
  await page.locator(`[data-testid="server-${name}"][data-state="${state}"]`).waitFor();
}
