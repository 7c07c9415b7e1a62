import type { BrowserDriver, LaunchOptions } from "./browser-driver";

/** WebKitGTK's own small browser, over W3C WebDriver, on an X server without a screen. */
export function launchWebKit(
  options: LaunchOptions & { readonly miniBrowser: string },
): Promise<BrowserDriver>;
