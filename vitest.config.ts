import { defineConfig } from "vitest/config";

/** What starts a cluster or a replicated Redis: `npm run cluster`. */
export const CLUSTER_TESTS = [
  "packages/*/src/**/*.{cluster,failover}.test.ts",
  "local-cloud/**/*.{cluster,failover}.test.ts",
];

/** The same names for sources as in tsconfig.json. */
export const alias = [
  { find: "@", replacement: import.meta.dirname },
  { find: /^@carryover\/session$/, replacement: `${import.meta.dirname}/packages/session/src/session.ts` },
  {
    find: /^@carryover\/session\/(?:internal\/)?/,
    replacement: `${import.meta.dirname}/packages/session/src/`,
  },
  {
    find: "@carryover/rest-gateway",
    replacement: `${import.meta.dirname}/packages/rest-gateway/src/rest-gateway.ts`,
  },
];

export default defineConfig({
  resolve: { alias },
  test: {
    include: [
      "app/**/*.test.ts",
      "lib/**/*.test.ts",
      "packages/*/src/**/*.test.ts",
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
