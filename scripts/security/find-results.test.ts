import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readResults } from "./find-results";

it("reports are read as they are left: a second try is a pass, a skipped test is none, a missing report has none", () => {
  const folder = mkdtempSync(join(tmpdir(), "carryover-results-"));
  const assertionResults = [{ fullName: "a cart holds 999", status: "passed" }];
  writeFileSync(
    join(folder, "vitest.json"),
    JSON.stringify({ testResults: [{ name: join(process.cwd(), "lib/cart.test.ts"), assertionResults }] }),
  );
  const spec = (title: string, status: string) => ({ title, tests: [{ status }] });
  const inner = {
    title: "from another site",
    file: "https.spec.ts",
    specs: [spec("late", "flaky"), spec("off", "skipped")],
  };
  const suite = {
    title: "https.spec.ts",
    file: "https.spec.ts",
    specs: [spec("small", "expected")],
    suites: [inner],
  };
  writeFileSync(join(folder, "playwright.json"), JSON.stringify({ suites: [suite] }));
  expect(readResults(folder)).toEqual([
    { file: "lib/cart.test.ts", title: "a cart holds 999", passed: true },
    { file: "e2e/https.spec.ts", title: "small", passed: true },
    { file: "e2e/https.spec.ts", title: "from another site late", passed: true },
    { file: "e2e/https.spec.ts", title: "from another site off", passed: false },
  ]);
  rmSync(folder, { recursive: true });
});
