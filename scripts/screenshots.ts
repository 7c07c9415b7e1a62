import { writeFile } from "node:fs/promises";
import { type Browser, chromium, type Page } from "playwright";
import sharp from "sharp";
import { findChromium } from "@/local-cloud/processes/find-chromium";
import { browserOptions, withLocalCloud } from "@/scripts/with-local-cloud";

// `npm run screenshots`: the README's pictures, from a running cluster. The other pictures were drawn once
// (docs/decisions/0011-pictures-by-a-script.md).

const viewport = { width: 1280, height: 900 };

const executablePath = await findChromium(console.log);
const browser = await chromium.launch({ ...browserOptions, executablePath });
try {
  await withLocalCloud(3, ({ url }) => pictureProof(browser, url));
} finally {
  await browser.close();
}

/** `/proof` in the middle of a journey, with one of its three servers stopped, in both themes. */
async function pictureProof(browser: Browser, baseURL: string): Promise<void> {
  const context = await browser.newContext({ baseURL, viewport, deviceScaleFactor: 1.5 });
  for (const [path, data] of [
    ["cart/add", { sku: "tote" }],
    ["cart/add", { sku: "lantern", quantity: 2 }],
    ["register", { username: "ada", password: "correct horse battery" }],
  ] as const) {
    const response = await context.request.post(`/api/${path}`, { data });
    if (!response.ok()) throw new Error(`${path}: ${response.status()}`);
  }
  const page = await context.newPage();
  await page.goto("/proof", { waitUntil: "networkidle" });
  // Down to the end of the timeline, and no further.
  const stage = await page.getByRole("region", { name: "The journey" }).boundingBox();
  if (stage) await page.setViewportSize({ ...viewport, height: Math.ceil(stage.y + stage.height) + 24 });
  await page.getByRole("button", { name: "Keep sending" }).click();
  await answered(page, 9);
  await page.getByRole("button", { name: "Stop server b" }).click();
  await page.mouse.move(0, 0);
  await page.locator('[data-testid="server-b"][data-state="stopped"]').waitFor();
  await answered(page, 12);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await answered(page, 1);
    // A palette, with dithering where it is too small: a third of the bytes.
    const png = sharp(await page.screenshot()).png({ palette: true, compressionLevel: 9, effort: 10 });
    await writeFile(`docs/pictures/proof-${colorScheme}.png`, await png.toBuffer());
  }
  await context.close();
}

/** Waits until so many more requests were answered. */
async function answered(page: Page, count: number): Promise<void> {
  const counter = page.getByTestId("count-requests");
  const wanted = Number(await counter.textContent()) + count;
  await page.waitForFunction(
    (least) => Number(document.querySelector('[data-testid="count-requests"]')?.textContent) >= least,
    wanted,
  );
}
