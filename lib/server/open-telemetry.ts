import type { ServerInstance } from "@carryover/session/next";
import type { Resource } from "@opentelemetry/resources";
import { version } from "./version";

/**
 * A package of OpenTelemetry that no bundler shall follow: the SDK is left out of every bundle
 * (docs/decisions/0015-audit-and-traces.md) and found among the installed packages when the server starts.
 */
export function installed<T>(name: string): Promise<T> {
  return import(/* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */ name);
}

/** What spans and metrics say of the server that they come from. */
export async function resourceOf(server: ServerInstance): Promise<Resource> {
  const { detectResources, envDetector, resourceFromAttributes } =
    await installed<typeof import("@opentelemetry/resources")>("@opentelemetry/resources");
  const own = resourceFromAttributes({
    "service.name": "carryover",
    "service.version": version,
    "service.instance.id": server.name,
  });
  // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say otherwise, as everywhere.
  return own.merge(detectResources({ detectors: [envDetector] }));
}

/** Traces and metrics are optional: a server without them serves as well. */
export function logMissing(server: ServerInstance, what: "tracing" | "metrics"): void {
  server.log(`${what}-unavailable`, {
    advice: "Install the packages of OpenTelemetry beside the app, or unset METRICS_PORT and OTEL_*.",
  });
}
