import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isBuildCurrent } from "./next-build";

const SOURCES = ["app/cart/page.tsx", "middleware.ts", "packages/session/src/session.ts"];
let project: string;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "next-build-test-"));
  for (const folder of ["app/cart", "lib", "packages/session/src", "e2e", ".next"])
    mkdirSync(join(project, folder), { recursive: true });
  for (const file of [...SOURCES, "e2e/shop.spec.ts", ".next/BUILD_ID"])
    writeFileSync(join(project, file), "");
  for (const path of [...SOURCES, "app/cart", "app", "lib", "packages/session/src"]) setTime(path, 1_000);
  setTime(".next/BUILD_ID", 2_000);
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

const setTime = (path: string, seconds: number) => utimesSync(join(project, path), seconds, seconds);

test("a build that is newer than every source is current, whatever else is edited", () => {
  setTime("e2e/shop.spec.ts", 3_000);
  expect(isBuildCurrent(project)).toBe(true);
});

test.each(SOURCES)("an edit of %s makes it stale", (path) => {
  setTime(path, 3_000);
  expect(isBuildCurrent(project)).toBe(false);
});

test("a file that is removed makes it stale", () => {
  rmSync(join(project, "app/cart/page.tsx"));
  expect(isBuildCurrent(project)).toBe(false);
});

test("without a build it is not current", () => {
  rmSync(join(project, ".next"), { recursive: true });
  expect(isBuildCurrent(project)).toBe(false);
});
