import type { Browser } from "playwright";
import sharp from "sharp";
import { icoFile } from "./ico-file";
import { iconPage } from "./icon-page";
import { openGraphPage } from "./open-graph-page";
import { writeIfChanged } from "./write-if-changed";

const FAVICON_SIZES = [16, 32, 48];

/** The pictures that are about the site and not of it: the Open Graph picture and every icon that must not be an SVG. */
export async function drawBrand(browser: Browser): Promise<void> {
  const draw = async (html: string, width: number, height = width) => {
    const page = await browser.newPage({ viewport: { width, height } });
    await page.setContent(html);
    const png = await page.screenshot({ omitBackground: true });
    await page.close();
    return sharp(png).png({ compressionLevel: 9, effort: 10 }).toBuffer();
  };
  await writeIfChanged("app/opengraph-image.png", await draw(openGraphPage, 1200, 630));
  // iOS rounds the corners itself, and shows black where the picture is transparent.
  await writeIfChanged("app/apple-icon.png", await draw(iconPage(180, "full"), 180));
  for (const size of [192, 512]) {
    await writeIfChanged(`public/icons/icon-${size}.png`, await draw(iconPage(size, "rounded"), size));
  }
  await writeIfChanged("public/icons/maskable-512.png", await draw(iconPage(512, "full"), 512));
  const favicons = [];
  for (const size of FAVICON_SIZES) favicons.push({ size, png: await draw(iconPage(size, "rounded"), size) });
  await writeIfChanged("public/favicon.ico", icoFile(favicons));
}
