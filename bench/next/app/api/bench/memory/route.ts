/** What this process holds after its garbage was collected: it must run with `--expose-gc`. */
export function GET(): Response {
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  return Response.json({ isCollected: globalThis.gc !== undefined, rss, heapUsed, external });
}
