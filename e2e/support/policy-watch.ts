import type { Browser, BrowserContext } from "@playwright/test";

/** What the pages of a browser told of their content security policy, since it was started. */
export interface PolicyWatch {
  /** Documents that were listened to: a nought of violations is one only if this is none. */
  readonly documents: number;
  /** Each with its directive, what was blocked, and the page. */
  readonly violations: readonly string[];
}

/** Listens in every context of the browser, whoever makes it. A page without JavaScript has its console alone to tell. */
export function watchPolicy(browser: Browser): PolicyWatch {
  const violations: string[] = [];
  const watch = { documents: 0, violations };

  async function listen(context: BrowserContext): Promise<void> {
    const binding = context.exposeBinding("tellPolicyWatch", (_, violation: string | null) => {
      if (violation === null) watch.documents += 1;
      else violations.push(violation);
    });
    const script = context.addInitScript(() => {
      const tell = (violation: string | null) => Reflect.get(window, "tellPolicyWatch")(violation);
      window.addEventListener(
        "securitypolicyviolation",
        ({ effectiveDirective, blockedURI, sample, documentURI }) =>
          tell(`${effectiveDirective} blocked ${blockedURI} ${sample} on ${documentURI}`),
        true,
      );
      if (location.protocol.startsWith("http")) tell(null);
    });
    await Promise.all([binding, script]);
  }
  // Both are sent before the context is anybody else's; one that is closed at once has nothing to tell.
  browser.on("context", (context) => void listen(context).catch(() => {}));
  return watch;
}
