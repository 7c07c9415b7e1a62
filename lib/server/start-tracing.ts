import { installStoreTracing, type ServerInstance } from "@carryover/session/next";
import { readShopEnv } from "@/lib/shop-env";

/**
 * Sends spans to where `OTEL_EXPORTER_OTLP_ENDPOINT` says; without it, does nothing. On Node alone: the SDK is left out of
 * every bundle (docs/decisions/0015-audit-and-traces.md) and found among the installed packages when the server starts.
 */
export async function startTracing(server: ServerInstance): Promise<void> {
  if (!readShopEnv().isTraced) return;
  try {
    const { NodeTracerProvider, BatchSpanProcessor } = await installed<
      typeof import("@opentelemetry/sdk-trace-node")
    >("@opentelemetry/sdk-trace-node");
    const { OTLPTraceExporter } = await installed<typeof import("@opentelemetry/exporter-trace-otlp-http")>(
      "@opentelemetry/exporter-trace-otlp-http",
    );
    const { detectResources, envDetector, resourceFromAttributes } =
      await installed<typeof import("@opentelemetry/resources")>("@opentelemetry/resources");
    const own = resourceFromAttributes({
      "service.name": "carryover",
      "service.instance.id": server.name,
    });
    const provider = new NodeTracerProvider({
      // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say otherwise, as everywhere.
      resource: own.merge(detectResources({ detectors: [envDetector] })),
      // It reads the other variables of its name itself: the endpoint, its headers, its time limit.
      spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
    });
    provider.register();
    const { tracedSessionStore } = await import("./traced-session-store");
    installStoreTracing(tracedSessionStore);
  } catch {
    // Traces are optional: a server without them serves as well.
    server.log("tracing-unavailable", {
      advice: "Install the packages of OpenTelemetry beside the app, or unset OTEL_EXPORTER_OTLP_ENDPOINT.",
    });
  }
}

/** A package that no bundler shall follow. */
function installed<T>(name: string): Promise<T> {
  return import(/* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */ name);
}
