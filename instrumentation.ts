/** Before the first request: production refuses to start with an incomplete environment; spans and metrics go where that is wished. */
export async function register(): Promise<void> {
  // Next replaces the name when it builds, so that the edge bundle does not carry what only Node can do.
  if (process.env.NEXT_RUNTIME === "nodejs") {
    const { prepareServer } = await import("@carryover/session/next");
    const { readShopEnv } = await import("@/lib/shop-env");
    const server = prepareServer(readShopEnv);
    const { filterRequests } = await import("@/lib/server/filter-requests");
    filterRequests({ serverName: server.name });
    const { closeConnectionsOnStop } = await import("@/lib/server/close-connections-on-stop");
    closeConnectionsOnStop();
    const { startTracing } = await import("@/lib/server/start-tracing");
    await startTracing(server);
    const { startMetrics } = await import("@/lib/server/start-metrics");
    await startMetrics(server);
  }
}
