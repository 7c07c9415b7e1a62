import type { Site } from "./site.ts";

/**
 * Whether a change may come from where it says it comes from. Browsers send `Sec-Fetch-Site` (W3C Fetch Metadata) over
 * https and to localhost, and it counts first: `Referrer-Policy: no-referrer` alone makes a browser send `Origin: null` from
 * this site's own pages (Fetch, 3.2.7). Without it `Origin` counts; a client that sends neither carries no cookie of a victim.
 */
export function isSameSiteChange(headers: Headers, site: Site): boolean {
  const fetchSite = headers.get("sec-fetch-site");
  if (fetchSite !== null) return fetchSite === "same-origin" || fetchSite === "none";
  const origin = headers.get("origin");
  return origin === null || origin === site.origin;
}
