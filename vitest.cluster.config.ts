import { defineConfig } from "vitest/config";
import base, { CLUSTER_TESTS } from "./vitest.config";

/** `npm run cluster`: the tests that start several Redis servers and kill some of them. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: CLUSTER_TESTS,
    exclude: [],
    // Each starts up to six servers: one file at a time.
    fileParallelism: false,
  },
});
