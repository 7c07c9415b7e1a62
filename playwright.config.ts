import { defineConfig } from "@playwright/test";

/** The end-to-end tests: on a local cloud of their own, or on a deployed site with `BASE_URL=https://…`. */
export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results/playwright",
  globalSetup: "./e2e/start-cloud.ts",
  // The tests stop servers and Redis under each other's feet: one at a time.
  workers: 1,
  // A browser on busy cores may be late for once: it gets a second try, and `npm test` says which test needed it.
  // The store's races are not judged here: the unit tests and the proofs have no second try.
  retries: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: true,
  reporter: [["list"], ["json", { outputFile: "test-results/playwright.json" }]],
  use: {
    baseURL: process.env.BASE_URL,
    // Recording costs a fifth of the time or more: `npm run e2e -- --trace retain-on-failure` for who hunts a failure.
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
