import { chromium } from "playwright";
import { findChromium } from "@/local-cloud/processes/find-chromium";
import { browserOptions, withLocalCloud } from "@/scripts/with-local-cloud";
import { drawBrand } from "./draw-brand";
import { filmStop } from "./film-stop";
import { pictureProof } from "./picture-proof";

/** `npm run screenshots`: every picture that is not drawn by hand, anew. */
const executablePath = await findChromium(console.log);
const browser = await chromium.launch({ ...browserOptions, executablePath });
try {
  // First, since the icons are a part of what is built.
  await drawBrand(browser);
  await withLocalCloud(3, async ({ url }) => {
    await pictureProof(browser, url);
    await filmStop(browser, url);
  });
} finally {
  await browser.close();
}
