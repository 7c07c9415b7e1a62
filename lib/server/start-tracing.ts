import { installStoreTracing, type ServerInstance } from "@carryover/session/next";
import { readShopEnv } from "@/lib/shop-env";
import { installed, logMissing, resourceOf } from "./open-telemetry";

/** Sends spans to where `OTEL_EXPORTER_OTLP_ENDPOINT` says; without it, does nothing. On Node alone. */
export async function startTracing(server: ServerInstance): Promise<void> {
  if (!readShopEnv().isTraced) return;
  try {
    const { NodeTracerProvider, BatchSpanProcessor } = await installed<
      typeof import("@opentelemetry/sdk-trace-node")
    >("@opentelemetry/sdk-trace-node");
    const { OTLPTraceExporter } = await installed<typeof import("@opentelemetry/exporter-trace-otlp-http")>(
      "@opentelemetry/exporter-trace-otlp-http",
    );
    const provider = new NodeTracerProvider({
      resource: await resourceOf(server),
      // It reads the other variables of its name itself: the endpoint, its headers, its time limit.
      spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
    });
    provider.register();
    const { tracedSessionStore } = await import("./traced-session-store");
    installStoreTracing(tracedSessionStore);
  } catch {
    logMissing(server, "tracing");
  }
}
