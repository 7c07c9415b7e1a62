import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { z } from "zod";

const allowed = [
  "MIT",
  "ISC",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "0BSD",
  "BlueOak-1.0.0",
  "CC0-1.0",
];

const lockfile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      license: z.string().default("none"),
      dev: z.boolean().optional(),
      link: z.boolean().optional(),
    }),
  ),
});

/** Other licences, for these packages alone. */
function isException(path: string, licence: string): boolean {
  // Data under CC BY 4.0, read by the build.
  if (path === "node_modules/caniuse-lite") return licence === "CC-BY-4.0";
  // Optional packages of Next's image service, which is off here. libvips (LGPL) is a library of its own in them, loaded at
  // run time.
  return (
    path.startsWith("node_modules/@img/sharp-") &&
    /^(Apache-2\.0 AND )?LGPL-3\.0-or-later( AND MIT)?$/.test(licence)
  );
}

// The lockfile names the packages of every platform. `npm sbom` prints those that are installed here.
it("every package for production has a licence that is allowed", () => {
  const { packages } = lockfile.parse(JSON.parse(readFileSync("package-lock.json", "utf8")));
  const inProduction = Object.entries(packages).filter(
    ([path, { dev, link }]) => path.startsWith("node_modules/") && !dev && !link,
  );
  expect(inProduction.length).toBeGreaterThan(20);
  const refused = inProduction.filter(
    ([path, { license }]) => !allowed.includes(license) && !isException(path, license),
  );
  expect(refused.map(([path, { license }]) => `${path}: ${license}`)).toEqual([]);
});
