/** Before the first request: production refuses to start with an incomplete environment; spans are sent where that is wished. */
export async function register(): Promise<void> {
  // Next replaces the name when it builds, so that the edge bundle does not carry what only Node can do.
  if (process.env.NEXT_RUNTIME === "nodejs") {
    const { requireEnvToStart } = await import("@carryover/session/internal/next/require-env-to-start");
    const { readEnv } = await import("@carryover/session/internal/env");
    const { readShopEnv } = await import("@/lib/shop-env");
    requireEnvToStart([readEnv, readShopEnv]);
    if (readEnv().trustedProxies === 0) {
      const { believeSocketsOnly } = await import("@carryover/session/internal/next/believe-sockets-only");
      believeSocketsOnly();
    }
    const { filterRequests } = await import("@carryover/session/internal/next/filter-requests");
    filterRequests();
    const { closeConnectionsOnStop } = await import(
      "@carryover/session/internal/next/close-connections-on-stop"
    );
    closeConnectionsOnStop();
    const { startTracing } = await import("@/lib/request/start-tracing");
    await startTracing();
  }
}
