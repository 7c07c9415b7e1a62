import type { Browser } from "playwright";
import { answered, beginJourney, serverIs } from "./begin-journey";
import { startFilm } from "./film";
import { writeIfChanged } from "./write-if-changed";

/** A server is stopped in the middle of a journey, the journey goes on, and the server comes back. */
export async function filmStop(browser: Browser, baseURL: string): Promise<void> {
  const viewport = { width: 1240, height: 900 };
  const context = await browser.newContext({ baseURL, viewport, colorScheme: "light" });
  const page = await beginJourney(context, { name: "grace" });
  const stage = page.getByRole("region", { name: "The journey" });
  await stage.scrollIntoViewIfNeeded();
  const clip = await stage.boundingBox();
  if (!clip) throw new Error("The journey is not to be seen.");
  const film = startFilm(page, clip);
  await page.getByRole("button", { name: "Keep sending" }).click();
  await answered(page, 6);
  await page.getByRole("button", { name: "Stop server a" }).click();
  await serverIs(page, "a", "stopped");
  await answered(page, 8);
  await page.getByRole("button", { name: "Start server a" }).click();
  await serverIs(page, "a", "running");
  await answered(page, 7);
  await writeIfChanged("docs/pictures/stop-a-server.webp", await film.end());
  await context.close();
}
