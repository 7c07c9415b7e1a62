import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { Served } from "@/deploy/build/serve-host";
import { freePort } from "@/local-cloud/processes/free-port";
import { listen } from "@/local-cloud/processes/listen";
import { poll } from "@/local-cloud/processes/poll";
import { newVisitor } from "./visitor";

/**
 * That a server with a collector sends it a span for a session that begins, and counts the session there and at its own port.
 * Throws where nothing comes.
 */
export async function sendsTraces(
  serve: (env: Readonly<Record<string, string>>) => Promise<Served>,
): Promise<void> {
  const bodies: string[] = [];
  const collector = createServer(async (request, response) => {
    const chunks: Buffer[] = await request.toArray();
    bodies.push(Buffer.concat(chunks).toString());
    response.end("{}");
  });
  const port = await listen(collector, 0);
  const metricsPort = await freePort();
  try {
    const { origin, stop } = await serve({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_BSP_SCHEDULE_DELAY: "50",
      OTEL_METRIC_EXPORT_INTERVAL: "100",
      METRICS_PORT: String(metricsPort),
    });
    try {
      const { status } = await newVisitor(origin).send("/api/cart/add", { sku: "tote" });
      assert.equal(status, 303);
      await poll("a span of the session", () => bodies.some((body) => body.includes('"session create"')));
      await poll("its metric", () =>
        bodies.some((body) => body.includes('"carryover_sessions_begun_total"')),
      );
      const shown = await fetch(`http://127.0.0.1:${metricsPort}/metrics`);
      assert.match(await shown.text(), /^carryover_sessions_begun_total\{kind="visitor"\} 1$/m);
    } finally {
      await stop();
    }
  } finally {
    collector.closeAllConnections();
    collector.close();
  }
}
