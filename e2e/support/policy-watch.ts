import type { Browser, BrowserContext } from "@playwright/test";

/** What the pages of a browser reported about their content security policy, since it was started. */
export interface PolicyWatch {
  /** Documents that were listened to: a nought of violations is one only if this is none. */
  readonly documents: number;
  /** Each with its directive, what was blocked, and the page. */
  readonly violations: readonly string[];
}

/** Listens in every context of the browser, whichever test makes it. A page without JavaScript can only report by its console. */
export function watchPolicy(browser: Browser): PolicyWatch {
  const violations: string[] = [];
  const watch = { documents: 0, violations };

  async function listen(context: BrowserContext): Promise<void> {
    const binding = context.exposeBinding("reportPolicyViolation", (_, violation: string | null) => {
      if (violation === null) watch.documents += 1;
      else violations.push(violation);
    });
    const script = context.addInitScript(() => {
      const report = (violation: string | null) => Reflect.get(window, "reportPolicyViolation")(violation);
      window.addEventListener(
        "securitypolicyviolation",
        ({ effectiveDirective, blockedURI, sample, documentURI }) =>
          report(`${effectiveDirective} blocked ${blockedURI} ${sample} on ${documentURI}`),
        true,
      );
      if (location.protocol.startsWith("http")) report(null);
    });
    await Promise.all([binding, script]);
  }
  // Both are sent before the context is anybody else's; one that is closed at once has nothing to report.
  browser.on("context", (context) => void listen(context).catch(() => {}));
  return watch;
}
