import { lstatSync, readFileSync, readlinkSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { filesBelow } from "@/deploy/hosts/file-sizes";
import { copyProject, listSources, readSources } from "./copy-project";
import { makeTestProject } from "./test-project";

const LIST = ["# What a build reads.", "*", "!app", "!package.json", "**/.env*", "**/*.test.ts"].join("\n");

function makeProject(more: Readonly<Record<string, string>> = {}): string {
  return makeTestProject(
    {
      "deploy/container/Dockerfile.dockerignore": LIST,
      "app/page.tsx": "page",
      "package.json": "{}",
      "node_modules/next/index.js": "next",
      ...more,
    },
    { "node_modules/.bin/next": "../next/index.js" },
  );
}

function copyOf(project: string): { copy: string; files: string[] } {
  const copy = makeTestProject({});
  copyProject(project, copy);
  return { copy, files: filesBelow(copy).map((file) => relative(copy, file)) };
}

test("a copy has the listed sources and the installed packages, and nothing else of the project", () => {
  const { files } = copyOf(makeProject({ "e2e/page.spec.ts": "test", "notes.txt": "mine" }));
  const expected = ["app/page.tsx", "node_modules/.bin/next", "node_modules/next/index.js", "package.json"];
  expect(files.sort()).toEqual(expected);
});

test("no .env file gets into a copy, at the top or anywhere below", () => {
  const secret = "SESSION_SECRET=do-not-ship";
  const { files } = copyOf(
    makeProject({
      ".env": secret,
      ".env.production": secret,
      "app/.env.local": secret,
      "app/x/.env": secret,
    }),
  );
  expect(files.filter((file) => file.includes(".env"))).toEqual([]);
});

test("tests are left out wherever they stand", () => {
  const { files } = copyOf(makeProject({ "app/cart/cart.test.ts": "test", "app/cart/cart.ts": "cart" }));
  expect(files).toContain("app/cart/cart.ts");
  expect(files).not.toContain("app/cart/cart.test.ts");
});

test("caches of tools in node_modules are not copied", () => {
  const { files } = copyOf(
    makeProject({ "node_modules/.cache/kept": "old", "node_modules/.vite/kept": "old" }),
  );
  expect(files.filter((file) => file.endsWith("kept"))).toEqual([]);
});

test("links stay links, so that a program finds its package", () => {
  const { copy } = copyOf(makeProject());
  const link = join(copy, "node_modules/.bin/next");
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readlinkSync(link)).toBe("../next/index.js");
});

test("a build that writes into its sources does not write into the project's", () => {
  const project = makeProject();
  const { copy } = copyOf(project);
  writeFileSync(join(copy, "app/page.tsx"), "rewritten");
  expect(readFileSync(join(project, "app/page.tsx"), "utf8")).toBe("page");
  expect(statSync(join(copy, "app/page.tsx")).ino).not.toBe(statSync(join(project, "app/page.tsx")).ino);
});

test("a copy takes the place of the one before, of which nothing is left", () => {
  const project = makeProject();
  const copy = makeTestProject({ "app/removed.tsx": "old", ".next/BUILD_ID": "old" });
  copyProject(project, copy);
  const files = filesBelow(copy).map((file) => relative(copy, file));
  expect(files).not.toContain("app/removed.tsx");
  expect(files).not.toContain(".next/BUILD_ID");
});

test("the sources are listed in one order, whatever the disk's is", () => {
  const project = makeProject({ "app/b.ts": "b", "app/a.ts": "a", "app/a.test.ts": "test" });
  const names = listSources(project).map((file) => relative(project, file));
  expect(names).toEqual(["app/a.ts", "app/b.ts", "app/page.tsx", "package.json"]);
});

test("a line of the list that only an image's build would understand is an error, not a leak", () => {
  expect(() => readSources("*\n!app\napp/secret.ts")).toThrow(/app\/secret\.ts/);
});

test("the project's own list lets the app in, and keeps every .env file out", () => {
  const { parts, isLeftOut } = readSources(readFileSync("deploy/container/Dockerfile.dockerignore", "utf8"));
  expect(parts).toEqual(expect.arrayContaining(["app", "lib", "public", "middleware.ts", "package.json"]));
  for (const name of [".env", ".env.local", ".env.production", "app/.env.production.local"])
    expect(isLeftOut(name), name).toBe(true);
});
