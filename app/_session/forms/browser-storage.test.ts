import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

it("one source alone uses the browser's storage, for what was typed into a form, and none its caches or cookies", () => {
  const sources = ["app", "lib"]
    .flatMap((folder) => readdirSync(folder, { recursive: true }).map((file) => `${folder}/${file}`))
    .filter((file) => /\.tsx?$/.test(file) && !file.includes(".test."));
  expect(sources.length).toBeGreaterThan(100);
  const users = sources.filter((file) =>
    /\b(localStorage|sessionStorage|indexedDB|cookieStore|serviceWorker|document\.cookie)\b|\bcaches\./.test(
      readFileSync(file, "utf8"),
    ),
  );
  expect(users).toEqual(["app/_session/forms/form-drafts.ts"]);
  const [drafts = ""] = users.map((file) => readFileSync(file, "utf8"));
  expect(drafts, "nor does it take a password").toContain("input:not([type=hidden], [type=password])");
  expect(drafts).not.toMatch(/localStorage|indexedDB|cookieStore|document\.cookie/);
});
