import { chromium } from "playwright";
import { findChromium } from "@/local-cloud/processes/find-chromium";
import { drawBrand } from "./draw-brand";

const browser = await chromium.launch({
  executablePath: await findChromium(console.log),
  args: ["--no-sandbox"],
});
try {
  await drawBrand(browser);
} finally {
  await browser.close();
}
