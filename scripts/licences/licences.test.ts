import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { licencesPage, PAGE, productionPackages } from "./licences-page";

const ALLOWED = [
  "MIT",
  "ISC",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "0BSD",
  "BlueOak-1.0.0",
  "CC0-1.0",
];

/** For these packages alone, and why: docs/licences.md. */
function isException({ name, licence }: { readonly name: string; readonly licence: string }): boolean {
  if (name === "caniuse-lite") return licence === "CC-BY-4.0";
  return name.startsWith("@img/sharp-") && /^(Apache-2\.0 AND )?LGPL-3\.0-or-later( AND MIT)?$/.test(licence);
}

it("every package for production has a licence that is allowed", () => {
  const packages = productionPackages();
  expect(packages.length).toBeGreaterThan(20);
  expect(packages.filter((each) => !ALLOWED.includes(each.licence) && !isException(each))).toEqual([]);
});

it("docs/licences.md is what is in the lockfile", () => {
  expect(readFileSync(PAGE, "utf8")).toBe(licencesPage());
});
