import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const files = readdirSync("app", { recursive: true }).map(String);
const sources = files
  .filter((file) => file.endsWith(".tsx"))
  .map((file) => readFileSync(`app/${file}`, "utf8"));
// An element's attributes have no arrow functions here, so its first `>` ends it.
const fields = sources.flatMap((source) => source.match(/<(?:input|TextField)\b[^>]*>/g) ?? []);
const isForPassword = (field: string) => /label="[^"]*password|label=\{[^}]*password/i.test(field);

describe("each field for a password", () => {
  const passwords = fields.filter((field) => isForPassword(field) || field.includes('type="password"'));

  it("masks what is typed", () => {
    expect(passwords.length).toBeGreaterThanOrEqual(5);
    for (const field of passwords) expect(field).toContain('type="password"');
  });

  it("says to password managers what it is for", () => {
    for (const field of passwords)
      expect(field).toMatch(/autoComplete=("(current|new)-password"|\{autoComplete\})/);
  });

  it("is pasted into like any other: nothing listens for it, or limits its length", () => {
    for (const source of sources) expect(source).not.toMatch(/onPaste|onBeforeInput|"paste"/);
    for (const field of passwords) expect(field).not.toContain("maxLength");
  });
});
