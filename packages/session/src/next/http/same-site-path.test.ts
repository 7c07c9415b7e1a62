import { describe, expect, it } from "vitest";
import { harmlessPaths, redirectTricks } from "../../testing/test-redirect-tricks.ts";
import { parseSameSitePath } from "./origin.ts";

const site = "https://shop.example";

describe("a path of this site", () => {
  it.each([
    "/",
    "/profile",
    "/cart?error=invalid&field=sku",
    "/a/b/c#d",
    "/?next=https://evil.example/",
    "/%20",
    "/a//b",
    ...harmlessPaths,
  ])("is %s, as it stands", (path) => {
    expect(parseSameSitePath(path)).toBe(path);
  });

  it.each([
    ["/./cart", "/cart"],
    ["/a/../cart", "/cart"],
    ["/../../cart", "/cart"],
    ["/%2e%2e/cart", "/cart"],
    ['/"<>', "/%22%3C%3E"],
  ])("is %s as the browser reads it: %s", (text, path) => {
    expect(parseSameSitePath(text)).toBe(path);
  });
});

describe("what leads elsewhere, or may", () => {
  it.each(redirectTricks)("%j is none", (text) => {
    expect(parseSameSitePath(text)).toBeNull();
  });

  it.each([undefined, null, 1, true, ["/profile"], { next: "/" }, new URL(`${site}/x`)])(
    "%j is none",
    (value) => {
      expect(parseSameSitePath(value)).toBeNull();
    },
  );

  it("is none beyond 2000 characters, and quick to tell", () => {
    expect(parseSameSitePath(`/${"a".repeat(1999)}`)).not.toBeNull();
    expect(parseSameSitePath(`/${"a".repeat(2000)}`)).toBeNull();
    expect(parseSameSitePath("/".repeat(1e6))).toBeNull();
    expect(parseSameSitePath(`/${"../".repeat(600)}/evil.example`)).toBeNull();
  });
});

it("whatever is accepted stays on this site, for every start of a path there is", () => {
  const parts = [
    "/",
    "\\",
    ".",
    "..",
    "%2f",
    "%5c",
    "%09",
    "\t",
    "\n",
    "@",
    ":",
    "a",
    "?",
    "#",
    "evil.example",
    "[",
    "%",
  ];
  for (const a of parts)
    for (const b of parts)
      for (const c of parts)
        for (const d of parts) {
          const path = parseSameSitePath(`/${a}${b}${c}${d}`);
          if (path === null) continue;
          expect(new URL(path, `${site}/x/y`).origin).toBe(site);
          expect(path).toMatch(/^\/(?![/\\])[\x21-\x7e]*$/);
          expect(parseSameSitePath(path)).toBe(path);
        }
});
