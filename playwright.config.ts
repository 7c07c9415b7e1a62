import { defineConfig } from "@playwright/test";

// A worker's tests have a local cloud to themselves: e2e/support/start-clouds.ts.
const { E2E_CLOUDS, TEST_PARALLEL_INDEX, VERCEL_AUTOMATION_BYPASS_SECRET } = process.env;
if (E2E_CLOUDS && TEST_PARALLEL_INDEX)
  Object.assign(process.env, JSON.parse(E2E_CLOUDS)[Number(TEST_PARALLEL_INDEX)]);
const isOneSite = process.env.BASE_URL !== undefined && !E2E_CLOUDS;

/** The end-to-end tests: on a local cloud of their own, or on a deployed site with `BASE_URL=https://…`. */
export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results/playwright",
  globalSetup: "./e2e/support/start-clouds.ts",
  // Half of the time a test waits for something. A site somewhere is asked by one at a time.
  workers: isOneSite ? 1 : 2,
  // A browser on busy cores may be late for once: it gets a second try, and `npm test` says which test needed it.
  // The store's races are not judged here: the unit tests and the proofs have no second try.
  retries: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: true,
  reporter: [["list"], ["json", { outputFile: "test-results/playwright.json" }]],
  use: {
    baseURL: process.env.BASE_URL,
    // A preview under Vercel's deployment protection is answered by Vercel alone, unless a request has this.
    ...(VERCEL_AUTOMATION_BYPASS_SECRET && {
      extraHTTPHeaders: { "x-vercel-protection-bypass": VERCEL_AUTOMATION_BYPASS_SECRET },
    }),
    // Recording costs a fifth of the time or more. To find a failure: `npm run e2e -- --trace retain-on-failure`.
    screenshot: "only-on-failure",
    launchOptions: {
      // Found, or installed, by the global setup: known to the workers, which load this file after it.
      ...(process.env.E2E_CHROMIUM && { executablePath: process.env.E2E_CHROMIUM }),
      args: [
        "--no-sandbox",
        "--disable-background-networking",
        "--disable-component-update",
        "--no-first-run",
        "--disable-gpu",
      ],
    },
  },
});
