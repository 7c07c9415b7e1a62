import { z } from "zod";
import { expression, type ShopPage } from "./shop-page";

const WIDTHS = [1280, 375, 320];
const HEIGHT = 900;

/** What is wrong with the look of a page at a desktop's width and at two phones': sideways scrolling, pictures that are missing. */
export async function pageFaults({ tab }: ShopPage, name: string): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const width of [...WIDTHS].reverse()) {
    await tab.resize(width, HEIGHT);
    const found = z.array(z.string()).parse(await tab.evaluate(expression(faultsInPage, width)));
    faults.push(...found.map((fault) => `${name} at ${width} px ${fault}`));
  }
  return faults;
}

function faultsInPage(width: number): string[] {
  const faults: string[] = [];
  const { scrollWidth, clientWidth } = document.documentElement;
  // A scroll bar takes some, and WebKitGTK's window is never narrower than 334 px.
  if (Math.abs(clientWidth - width) > 20) faults.push(`is ${clientWidth} px wide`);
  if (scrollWidth > clientWidth) faults.push(`scrolls sideways by ${scrollWidth - clientWidth} px`);
  for (const image of document.images)
    if (image.complete && image.naturalWidth === 0) faults.push(`has no picture ${image.src}`);
  return faults;
}
