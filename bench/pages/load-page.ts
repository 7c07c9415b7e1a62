import type { BrowserContext } from "playwright";

export interface PageTimes {
  /** From the request to the first byte of its answer. */
  readonly firstByteMs: number;
  /** From the same moment until React has taken over all that can be pressed. */
  readonly interactiveMs: number;
}

export async function loadPage(context: BrowserContext, path: string): Promise<PageTimes> {
  const page = await context.newPage();
  try {
    await page.addInitScript({ content: WATCH });
    await page.goto(path);
    await page.waitForFunction(() => Reflect.get(window, "interactiveAtMs") !== undefined);
    return await page.evaluate(() => {
      const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
      const { requestStart = 0, responseStart = 0 } = navigation ?? {};
      return {
        firstByteMs: responseStart - requestStart,
        interactiveMs: Number(Reflect.get(window, "interactiveAtMs")) - requestStart,
      };
    });
  } finally {
    await page.close();
  }
}

/** In the page: looks again and again. React leaves its mark on each element that it has taken over. */
const WATCH = `
  const isTaken = (element) => Object.keys(element).some((name) => name.startsWith("__reactProps$"));
  const look = () => {
    const pressable = [...document.querySelectorAll("main a, button")];
    const isThere = document.readyState !== "loading" && pressable.length > 0;
    if (isThere && pressable.every(isTaken)) window.interactiveAtMs = performance.now();
    else setTimeout(look, 2);
  };
  look();
`;
