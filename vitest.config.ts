import { defineConfig } from "vitest/config";

/** The same names for sources as in tsconfig.json. */
const alias = [
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

const clusterTests = [
  "packages/*/src/**/*.{cluster,failover}.test.ts",
  "local-cloud/**/*.{cluster,failover}.test.ts",
];

/**
 * Four projects: `vitest run --project unit`, `proofs`, `cluster`, `adopt`. Proofs and `adopt` are short by default;
 * `--mode long` runs them in full, and `--mode latest` takes today's template.
 */
export default defineConfig(({ mode }) => ({
  test: {
    // Most tests wait, for Redis or for a password's hash.
    maxWorkers: 2,
    projects: [
      {
        resolve: { alias },
        test: {
          name: "unit",
          include: [
            "app/**/*.test.ts",
            "lib/**/*.test.ts",
            "packages/*/src/**/*.test.ts",
            "local-cloud/**/*.test.ts",
            "scripts/*/*.test.ts",
            // Not below: there are packages of their own in there.
            "deploy/*/*.test.{ts,mjs}",
            "bench/*/*.test.ts",
          ],
          exclude: clusterTests,
          // It ends a test that hangs, and nothing else: on a busy machine the hashes of one test's passwords take 20 s and more.
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "proofs",
          include: ["proofs/**/*.proof.ts"],
          provide: { isLongRun: mode === "long" },
          testTimeout: mode === "long" ? 1_200_000 : 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "cluster",
          include: clusterTests,
          // Each file starts up to six Redis servers and kills some of them: one file at a time.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "adopt",
          // In short, an app of create-next-app alone: the example is an installation and a build of its own.
          include: mode === "test" ? ["adopt/adopt.test.ts"] : ["adopt/*.test.ts"],
          // Each packs the package, which builds it anew.
          fileParallelism: false,
          provide: { isLongRun: mode !== "test", templateVersion: mode === "latest" ? "latest" : "16.4.3" },
          testTimeout: 60_000,
          // An installation and a build.
          hookTimeout: 600_000,
        },
      },
    ],
  },
}));
