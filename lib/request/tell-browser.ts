import { isLoopback } from "./site";
import type { Visit } from "./visit";

export const CONTENT_POLICY = "content-security-policy";
// Two years, in seconds. Subdomains, too: one that is asked over plain http could otherwise speak for this site.
const HTTPS_ONLY = "max-age=63072000; includeSubDomains";

/**
 * What every answer asks of the browser that depends on the request: what it may load and run, unless the answer says so
 * itself, and to come by https only, where it came by https (RFC 6797, 7.2). What is the same for all stands in
 * next.config.mjs.
 */
export function tellBrowser(headers: Headers, { site }: Visit, policy: string): void {
  if (!headers.has(CONTENT_POLICY)) headers.set(CONTENT_POLICY, policy);
  // On this machine it would hold for every other server under the name, on every port.
  if (site.secure && !isLoopback(site.origin)) headers.set("strict-transport-security", HTTPS_ONLY);
}
