import { instanceName, startedAt } from "./instance.ts";
import { isLoopback } from "./origin.ts";
import type { RequestContext } from "./request-context.ts";

export const CONTENT_POLICY = "content-security-policy";
// Two years, in seconds. Subdomains, too: one that is asked over plain http could otherwise speak for this site.
const HTTPS_ONLY = "max-age=63072000; includeSubDomains";

/**
 * What every answer says that depends on the request: the server that gave it, since when it runs, and how long it took, with
 * one `redis` entry for each REST request that it waited for (https://www.w3.org/TR/server-timing/); the name of the request
 * where it left a line in the audit log; what the browser may load and run, unless the answer says so itself; and to come
 * by https only, where it came by https (RFC 6797, 7.2).
 *
 * @param policy `null`: what may be loaded is the app's affair
 */
export function setResponseHeaders(headers: Headers, context: RequestContext, policy: string | null): void {
  const { startedMs, redis, audit, site } = context;
  headers.set("x-served-by", instanceName());
  headers.set("x-served-since", startedAt());
  if (audit.requestId) headers.set("x-request-id", audit.requestId);
  const trips = redis.trips.map(
    ({ operations, ms }) => `redis;desc="${wordsOf(operations)}";dur=${tenths(ms)}`,
  );
  headers.set("server-timing", [`total;dur=${tenths(performance.now() - startedMs)}`, ...trips].join(", "));
  if (policy !== null && !headers.has(CONTENT_POLICY)) headers.set(CONTENT_POLICY, policy);
  // On this machine it would hold for every other server under the name, on every port.
  if (site.secure && !isLoopback(site.origin)) headers.set("strict-transport-security", HTTPS_ONLY);
}

/** `peek x3`, `open, list session`. */
function wordsOf(operations: readonly string[]): string {
  const words = [...new Set(operations)].map((operation) => {
    const count = operations.filter((each) => each === operation).length;
    return count > 1 ? `${operation} x${count}` : operation;
  });
  return words.join(", ");
}

const tenths = (ms: number) => ms.toFixed(1);
