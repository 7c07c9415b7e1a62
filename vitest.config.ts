import { defineConfig } from "vitest/config";

/** What starts a cluster or a replicated Redis: `npm run cluster`. */
export const CLUSTER_TESTS = ["lib/**/*.cluster.test.ts", "local-cloud/**/*.{cluster,failover}.test.ts"];

export default defineConfig({
  resolve: { alias: { "@": import.meta.dirname } },
  test: {
    include: [
      "app/**/*.test.ts",
      "lib/**/*.test.ts",
      "local-cloud/**/*.test.ts",
      "scripts/*/*.test.ts",
      // Not below: there are packages of their own in there.
      "deploy/*/*.test.{ts,mjs}",
    ],
    exclude: CLUSTER_TESTS,
    // Most of the time they wait, for Redis or for a password's hash.
    maxWorkers: 2,
    // The store's tests talk to a real Redis through the real gateway: nothing here is a matter of milliseconds.
    testTimeout: 20_000,
    hookTimeout: 120_000,
  },
});
