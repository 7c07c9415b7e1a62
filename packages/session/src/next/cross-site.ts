import type { Site } from "./site.ts";

/**
 * Whether a change may come from where it says it comes from. Browsers send `Sec-Fetch-Site` (W3C Fetch Metadata) over
 * https and to localhost, else `Origin`; a client that sends neither carries no cookie of a victim.
 */
export function isSameSiteChange(headers: Headers, site: Site): boolean {
  const origin = headers.get("origin");
  if (origin === "null") return false;
  const fetchSite = headers.get("sec-fetch-site");
  if (fetchSite !== null) return fetchSite === "same-origin" || fetchSite === "none";
  return origin === null || origin === site.origin;
}
