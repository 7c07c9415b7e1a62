import type { ServerInstance } from "@carryover/session/next";
import type { IMetricReader } from "@opentelemetry/sdk-metrics";
import { readShopEnv } from "@/lib/shop-env";
import { installed, logMissing, resourceOf } from "./open-telemetry";
import { serveMetrics } from "./serve-metrics";

/** How long a collector may take. */
const MAX_PUSH_MS = 30_000;

/**
 * Counts what the server does, and shows it to Prometheus at `METRICS_PORT`, or sends it to where
 * `OTEL_EXPORTER_OTLP_ENDPOINT` says; without either, does nothing. On Node alone.
 */
export async function startMetrics(server: ServerInstance): Promise<void> {
  const { port, pushMs } = readShopEnv().metrics;
  if (port === null && pushMs === null) return;
  try {
    const { MeterProvider } = await installed<typeof import("@opentelemetry/sdk-metrics")>(
      "@opentelemetry/sdk-metrics",
    );
    const pushing = pushMs === null ? null : await pushReader(pushMs);
    const shown = port === null ? null : await prometheusReader();
    const provider = new MeterProvider({
      resource: await resourceOf(server),
      readers: [pushing, shown].filter((reader) => reader !== null),
    });
    const { recordMetrics } = await import("./record-metrics");
    recordMetrics(provider.getMeter("carryover"), {
      redisOrigin: server.redisOrigin,
      ignored:
        port !== null && shown !== null
          ? serveMetrics(shown.getMetricsRequestHandler.bind(shown), { port, log: server.log })
          : null,
    });
    // What was counted since the last time is sent while the server ends.
    for (const signal of ["SIGTERM", "SIGINT"] as const)
      process.once(signal, () => provider.forceFlush().catch(() => {}));
  } catch {
    logMissing(server, "metrics");
  }
}

async function pushReader(everyMs: number): Promise<IMetricReader> {
  const { PeriodicExportingMetricReader } = await installed<typeof import("@opentelemetry/sdk-metrics")>(
    "@opentelemetry/sdk-metrics",
  );
  // It reads the other variables of its name itself: the endpoint, its headers, its time limit.
  const { OTLPMetricExporter } = await installed<typeof import("@opentelemetry/exporter-metrics-otlp-http")>(
    "@opentelemetry/exporter-metrics-otlp-http",
  );
  return new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(),
    exportIntervalMillis: everyMs,
    exportTimeoutMillis: Math.min(everyMs, MAX_PUSH_MS),
  });
}

/** Writes Prometheus' text; the port is {@link serveMetrics}' affair. */
async function prometheusReader() {
  const { PrometheusExporter } = await installed<typeof import("@opentelemetry/exporter-prometheus")>(
    "@opentelemetry/exporter-prometheus",
  );
  return new PrometheusExporter({ preventServerStart: true, withoutScopeInfo: true });
}
