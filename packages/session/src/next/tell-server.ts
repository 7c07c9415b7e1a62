import { instanceName, startedAt } from "./instance.ts";
import type { RequestContext } from "./request-context.ts";

/**
 * What every answer tells of the server that gave it: its name, since when it runs, and how long it took, with one
 * `redis` entry for each REST request that it waited for (https://www.w3.org/TR/server-timing/). Where the request left a
 * line in the audit log, the answer names it.
 */
export function tellServer(headers: Headers, { startedMs, redis, audit }: RequestContext): void {
  headers.set("x-served-by", instanceName());
  headers.set("x-served-since", startedAt());
  if (audit.requestId) headers.set("x-request-id", audit.requestId);
  const trips = redis.trips.map(
    ({ operations, ms }) => `redis;desc="${wordsOf(operations)}";dur=${tenths(ms)}`,
  );
  headers.set("server-timing", [`total;dur=${tenths(performance.now() - startedMs)}`, ...trips].join(", "));
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
