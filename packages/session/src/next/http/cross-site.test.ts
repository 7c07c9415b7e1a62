import { expect, it } from "vitest";
import { isSameSiteChange } from "./origin.ts";

const site = { origin: "https://shop.example", secure: true };

it.each<[passes: boolean, secFetchSite: string | null, origin: string | null]>([
  [true, "same-origin", "https://shop.example"],
  [true, "same-origin", null],
  // A proxy may hide our own origin from us; the browser's word is about its own request.
  [true, "same-origin", "http://10.0.0.1:3000"],
  [true, "none", null],
  [false, "same-site", "https://blog.shop.example"],
  [false, "same-site", "https://shop.example"],
  [false, "cross-site", "https://evil.example"],
  [false, "cross-site", "https://shop.example"],
  [false, "cross-site", null],
  [false, "", "https://shop.example"],
  [false, "Same-Origin", "https://shop.example"],
  [false, "same-origin, same-origin", null],
  [true, null, "https://shop.example"],
  [true, null, null],
  [false, null, "https://evil.example"],
  [false, null, "http://shop.example"],
  [false, null, "https://shop.example:8443"],
  [false, null, "https://shop.example.evil.example"],
  [false, null, "https://shop.example/"],
  [false, null, "https://shop.example, https://evil.example"],
  [false, null, ""],
  [false, null, "null"],
  // A proxy that asks for no referrers makes browsers send it from our own pages.
  [true, "same-origin", "null"],
  [true, "none", "null"],
  [false, "same-site", "null"],
  [false, "cross-site", "null"],
])("%s for Sec-Fetch-Site %j and Origin %j", (passes, secFetchSite, origin) => {
  const headers = new Headers();
  if (secFetchSite !== null) headers.set("sec-fetch-site", secFetchSite);
  if (origin !== null) headers.set("origin", origin);
  expect(isSameSiteChange(headers, site)).toBe(passes);
});
