import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { makeTestProject } from "@/deploy/build/test-project";
import { findSecrets } from "./find-secrets";

const SECRET = "canary-5e0c1a";

function found(files: Readonly<Record<string, string>>, shipped: readonly string[] = ["."]): string[] {
  const folder = makeTestProject(files);
  const paths = shipped.map((path) => join(folder, path));
  return findSecrets(paths, [SECRET, "another-canary"]).map((file) => relative(folder, file));
}

test("files without a secret are not named", () => {
  expect(found({ "worker.js": "export default {}", "assets/page.css": "a{}" })).toEqual([]);
});

test("a secret is found in the middle of a file, at any depth", () => {
  expect(found({ "a/b/chunk.js": `x="${SECRET}-SESSION_SECRET"`, "a/b/other.js": "x" })).toEqual([
    "a/b/chunk.js",
  ]);
});

test("each of the values counts", () => {
  expect(found({ "one.js": SECRET, "two.js": "another-canary" }).sort()).toEqual(["one.js", "two.js"]);
});

test("a secret is found between bytes that are no text", () => {
  expect(found({ "cache.bin": `\u0000\uFFFD${SECRET}\u0000` })).toEqual(["cache.bin"]);
});

test("a file of the environment is named whatever it holds", () => {
  const names = [".env", ".env.production", "app/.env.local", ".dev.vars", ".dev.vars.production"];
  const files = Object.fromEntries(names.map((name) => [name, "PLATFORM=here"]));
  expect(found(files).sort()).toEqual([...names].sort());
});

test("a name that only begins alike is no file of the environment", () => {
  expect(found({ ".environment": "x", "environment.js": "x" })).toEqual([]);
});

test("files that are not shipped are not searched, and one that is shipped twice is named once", () => {
  const files = { "out/a.js": SECRET, "notes.txt": SECRET };
  expect(found(files, ["out", "out/a.js"])).toEqual(["out/a.js"]);
});
