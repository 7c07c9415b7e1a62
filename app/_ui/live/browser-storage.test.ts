import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

it("no source of a page uses the browser's storage, caches or cookies", () => {
  const sources = ["app", "lib"]
    .flatMap((folder) => readdirSync(folder, { recursive: true }).map((file) => `${folder}/${file}`))
    .filter((file) => /\.tsx?$/.test(file) && !file.includes(".test."));
  expect(sources.length).toBeGreaterThan(100);
  const users = sources.filter((file) =>
    /\b(localStorage|sessionStorage|indexedDB|cookieStore|serviceWorker|document\.cookie)\b|\bcaches\./.test(
      readFileSync(file, "utf8"),
    ),
  );
  expect(users).toEqual([]);
});
