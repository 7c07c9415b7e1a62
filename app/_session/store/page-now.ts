/**
 * Milliseconds since the server's answer began to arrive: the session's timeouts were read just before it, however long the
 * scripts took to load.
 */
export function pageNow(): number {
  const [navigation] = performance.getEntriesByType("navigation");
  const answeredMs = navigation instanceof PerformanceNavigationTiming ? navigation.responseStart : 0;
  return performance.now() - answeredMs;
}
