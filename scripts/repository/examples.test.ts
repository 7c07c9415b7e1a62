import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { z } from "zod";

const versions = z.record(z.string(), z.string()).default({});
const manifest = z.object({ dependencies: versions, devDependencies: versions });
const lockfile = z.object({
  packages: z.record(z.string(), z.object({ integrity: z.string().optional(), dependencies: versions })),
});

const read = <T>(schema: z.ZodType<T>, path: string): T =>
  schema.parse(JSON.parse(readFileSync(path, "utf8")));
const examples = readdirSync("examples", { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => `examples/${name}`);

// An example has a lock file of its own, which nothing else keeps in step with the package.
it.each(examples)("%s locks what the package needs, and takes any tarball of it", (example) => {
  const { packages } = read(lockfile, `${example}/package-lock.json`);
  const locked = packages["node_modules/@carryover/session"];
  expect(locked?.dependencies).toEqual(read(manifest, "packages/session/package.json").dependencies);
  // The tarball is made anew for each installation: npm would refuse one with another hash.
  expect(locked?.integrity).toBeUndefined();
});

it.each(examples)("%s is on the versions that the project is on", (example) => {
  const project = read(manifest, "package.json");
  const ours: Record<string, string> = { ...project.devDependencies, ...project.dependencies };
  const { dependencies, devDependencies } = read(manifest, `${example}/package.json`);
  const other = Object.entries({ ...dependencies, ...devDependencies }).filter(
    ([name, version]) => version !== (ours[name] ?? version),
  );
  expect(other).toEqual([]);
});

it.each(examples)("%s pins its packages", (example) => {
  const { dependencies, devDependencies } = read(manifest, `${example}/package.json`);
  const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
    ([, version]) => !/^(\d+\.\d+\.\d+|file:carryover-session\.tgz)$/.test(version),
  );
  expect(loose).toEqual([]);
});
