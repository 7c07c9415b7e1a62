import type { Browser } from "playwright";
import sharp from "sharp";
import { answered, beginJourney, serverIs } from "./begin-journey";
import { writeIfChanged } from "./write-if-changed";

/** `/proof` in the middle of a journey, with one of its three servers stopped, in both themes. */
export async function pictureProof(browser: Browser, baseURL: string): Promise<void> {
  const viewport = { width: 1280, height: 900 };
  const context = await browser.newContext({ baseURL, viewport, deviceScaleFactor: 1.5 });
  const page = await beginJourney(context, { name: "ada" });
  // Down to the end of the timeline, and no further.
  const stage = await page.getByRole("region", { name: "The journey" }).boundingBox();
  if (stage) await page.setViewportSize({ ...viewport, height: Math.ceil(stage.y + stage.height) + 24 });
  await page.getByRole("button", { name: "Keep sending" }).click();
  await answered(page, 9);
  await page.getByRole("button", { name: "Stop server b" }).click();
  await page.mouse.move(0, 0);
  await serverIs(page, "b", "stopped");
  await answered(page, 12);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await answered(page, 1);
    const png = await page.screenshot();
    await writeIfChanged(`docs/pictures/proof-${colorScheme}.png`, await small(png));
  }
  await page.getByRole("button", { name: "Start server b" }).click();
  await serverIs(page, "b", "running");
  await context.close();
}

/** Few colours, and shading where they are too few: a third of the bytes. */
function small(png: Buffer): Promise<Buffer> {
  return sharp(png).png({ palette: true, compressionLevel: 9, effort: 10 }).toBuffer();
}
