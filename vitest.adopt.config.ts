import { defineConfig } from "vitest/config";
import { alias } from "./vitest.config";

/** `npm run adopt`: the package in an app of `create-next-app`. A short form by default; `--mode long`, `--mode latest`. */
export default defineConfig(({ mode }) => ({
  resolve: { alias },
  test: {
    include: ["adopt/*.test.ts"],
    provide: { isLongRun: mode !== "test", templateVersion: mode === "latest" ? "latest" : "16.4.3" },
    testTimeout: 60_000,
    // An installation and a build.
    hookTimeout: 600_000,
  },
}));
