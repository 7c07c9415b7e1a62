import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect } from "./fixtures";

/** At each of these widths (px), in both themes: axe finds nothing on the page as it is, and nothing scrolls sideways. */
export async function expectAccessible(page: Page, name: string, widths: readonly number[]): Promise<void> {
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of ["light", "dark"] as const) {
      const state = `${name} at ${width} px, ${colorScheme}`;
      await page.emulateMedia({ colorScheme });
      // Whatever was lit is dark again: colours in between are nobody's.
      await page.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)));
      // No page has a frame, which alone needs axe's other, slower mode.
      const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
      expect(violations, state).toEqual([]);
      expect(await sidewaysOverflow(page), `${state}: scrolls sideways`).toBe(0);
    }
  }
}

/** Pixels by which the page scrolls sideways: none should. */
function sidewaysOverflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
