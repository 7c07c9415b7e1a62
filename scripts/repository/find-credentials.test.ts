import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { expect, it } from "vitest";
import { findCredentials } from "./find-credentials";

const some = (length: number) => "x0".repeat(length).slice(0, length);

it.each([
  ["a private key", `-----BEGIN ${"PRIVATE"} KEY-----\n${some(64)}`],
  ["a cloud's access key", `key=AKIA${some(16).toUpperCase()}`],
  ["a GitHub token", `ghp_${some(36)}`],
  ["an npm token", `//registry/:_authToken=npm_${some(36)}`],
  ["a value for a secret", `SESSION_SECRET=${some(43)}`],
  ["a value for a secret", `"UPSTASH_REDIS_REST_TOKEN": "${some(40)}"`],
  ["a password in an address", `redis://default:${some(32)}@eu1.example:6379`],
])("%s is found", (what, text) => {
  expect(findCredentials(`one line\n${text}\nanother`)).toEqual([what]);
});

it.each([
  "SESSION_SECRET=$(openssl rand -base64 32)",
  "redis://user:secret@host",
  "UPSTASH_REDIS_REST_TOKEN=…",
])("%s is none", (text) => {
  expect(findCredentials(text)).toEqual([]);
});

it("no file of the repository holds a credential, or is an .env file", () => {
  // What git would take: its files, and new ones that it does not ignore.
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    encoding: "utf8",
  });
  const files = listed.split("\0").filter(Boolean);
  expect(files.length).toBeGreaterThan(100);
  const found = files.flatMap((file) => {
    if (/^\.env($|\.(?!example$))|^\.dev\.vars/.test(basename(file)))
      return [`${file}: a file of the environment`];
    return findCredentials(readOrNothing(file)).map((what) => `${file}: ${what}`);
  });
  expect(found).toEqual([]);
});

/** A file that was deleted is still listed until that is committed. */
function readOrNothing(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}
