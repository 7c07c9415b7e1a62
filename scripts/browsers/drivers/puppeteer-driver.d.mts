import type { BrowserDriver, LaunchOptions } from "./browser-driver";

/** Without a window, over the DevTools protocol. */
export function launchChromium(options: LaunchOptions): Promise<BrowserDriver>;
/** Without a window, over WebDriver BiDi. */
export function launchFirefox(options: LaunchOptions): Promise<BrowserDriver>;
