import { expect, type Locator, type Page } from "@playwright/test";

/** More stops than any page has. */
const MOST_STOPS = 150;

/** Presses Tab until this has the focus; at each stop on the way one must see where the focus is. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    await page.keyboard.press("Tab");
    expect(await focusFault(page)).toBe("");
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`Tab does not lead to ${target}`);
}

function focusFault(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    // Past the last stop the focus is the browser's own.
    if (!(element instanceof HTMLElement) || element === document.body) return "";
    const name = `${element.tagName} ${element.getAttribute("aria-label") ?? element.textContent?.trim() ?? ""}`;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    if (!element.matches(":focus-visible") || outlineStyle === "none" || Number.parseFloat(outlineWidth) < 2)
      return `${name} shows no focus`;
    const box = element.getClientRects()[0];
    if (!box || box.width < 8 || box.height < 8) return `${name} has the focus and no size`;
    const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1);
    const y = box.top + box.height / 2;
    if (y < 0 || y > innerHeight) return `${name} has the focus out of sight`;
    const top = document.elementFromPoint(x, y);
    return top && (element.contains(top) || top.contains(element))
      ? ""
      : `${name} has the focus behind another`;
  });
}
