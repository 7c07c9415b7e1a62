import { defineConfig } from "vitest/config";
import { alias } from "./vitest.config";

/** The proofs: a short form by default, the long form with `--mode long`. */
export default defineConfig(({ mode }) => ({
  resolve: { alias },
  test: {
    include: ["proofs/**/*.proof.ts"],
    // Each waits for its own Redis most of the time.
    maxWorkers: 2,
    provide: { isLongRun: mode === "long" },
    testTimeout: mode === "long" ? 1_200_000 : 120_000,
    hookTimeout: 120_000,
  },
}));
