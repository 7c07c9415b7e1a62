/** Whether the tab is visible. */
export function isVisible(): boolean {
  return document.visibilityState !== "hidden";
}

/** Resolves after so long, and not while the tab is hidden. */
export async function whenVisible(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
  while (!isVisible()) {
    await new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }));
  }
}
