import type { BrowserContext, Page } from "playwright";

export interface PageTimes {
  /** From the request to the first byte of its answer. */
  readonly firstByteMs: number;
  /** From the same moment until React has taken over all that can be pressed. */
  readonly interactiveMs: number;
}

/** In a tab that is opened for it, and with it a process of the browser. */
export async function loadInFreshTab(context: BrowserContext, url: string): Promise<PageTimes> {
  const tab = await context.newPage();
  try {
    return await loadPage(tab, url);
  } finally {
    await tab.close();
  }
}

/** In a tab that is open already. */
export async function loadPage(tab: Page, url: string): Promise<PageTimes> {
  await tab.goto(url);
  await tab.waitForFunction(() => Reflect.get(window, "interactiveAtMs") !== undefined);
  return await tab.evaluate(() => {
    const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
    const { requestStart = 0, responseStart = 0 } = navigation ?? {};
    return {
      firstByteMs: responseStart - requestStart,
      interactiveMs: Number(Reflect.get(window, "interactiveAtMs")) - requestStart,
    };
  });
}

/** To be said to a context before its first page. In the page: polls. React leaves its mark on each element that it has taken over. */
export const WATCH = `
  const isTaken = (element) => Object.keys(element).some((name) => name.startsWith("__reactProps$"));
  const poll = () => {
    const pressable = [...document.querySelectorAll("main a, button")];
    const isThere = document.readyState !== "loading" && pressable.length > 0;
    if (isThere && pressable.every(isTaken)) window.interactiveAtMs = performance.now();
    else setTimeout(poll, 2);
  };
  poll();
`;
