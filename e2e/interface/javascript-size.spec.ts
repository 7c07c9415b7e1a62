import { expect, signInAsGuest, test } from "../support/fixtures";
import { pageJavascript } from "../support/page-javascript";

const KB = 1000;
const USUAL_LIMIT = 20 * KB;
const LIMITS: Readonly<Record<string, number>> = { "/proof": 60 * KB };

// Of a deployed site the build is not here to say which scripts are Next's own.
test.beforeEach(({ cloud: _ }) => {});
test.use({ expectedErrors: [/status of 404 .*nothing-here/] });

for (const who of ["a visitor", "a guest"] as const) {
  const paths = [
    "/",
    "/cart",
    "/proof",
    ...(who === "a guest" ? ["/profile", "/sessions"] : ["/login", "/register", "/nothing-here"]),
  ];

  test(`no page of ${who} ships more JavaScript over Next's own than it may`, async ({ page, context }) => {
    if (who === "a guest") await signInAsGuest(page);
    for (const path of paths) {
      // A page of its own: what another one has loaded would come from memory.
      const tab = await context.newPage();
      const { totalBytes, overNextBytes } = await pageJavascript(tab, path);
      await tab.close();
      expect(totalBytes, `${path} loads Next itself`).toBeGreaterThan(50 * KB);
      expect
        .soft(overNextBytes, `${path}, bytes over Next's own`)
        .toBeLessThanOrEqual(LIMITS[path] ?? USUAL_LIMIT);
      console.log(`${who}, ${path}: ${(overNextBytes / KB).toFixed(1)} KB over Next's own`);
    }
  });
}
