import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "@": import.meta.dirname } },
  test: {
    include: ["lib/**/*.test.ts", "local-cloud/**/*.test.ts"],
    // The store's tests talk to a real Redis through the real gateway: nothing here is a matter of milliseconds.
    testTimeout: 20_000,
    hookTimeout: 120_000,
  },
});
