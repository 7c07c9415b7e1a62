import { createServer, type Server } from "node:http";
import { afterEach, expect, it, vi } from "vitest";
import { listen } from "@/local-cloud/processes/listen";
import { serveMetrics } from "./serve-metrics";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const textOf = async (port: number, path: string, host = "127.0.0.1") => {
  const response = await fetch(`http://${host}:${port}${path}`);
  return `${response.status} ${await response.text()}`;
};

it("a port that is taken is one line in the log, and is taken over when it is free", async () => {
  const other = createServer((_, response) => response.end("other"));
  servers.push(other);
  const port = await listen(other, 0);
  const log = vi.fn();
  let tries = 0;
  const server = serveMetrics((_, response) => response.end("metrics"), { port, log, retryMs: 20 });
  servers.push(server);
  server.on("error", () => tries++);
  await vi.waitFor(() => expect(tries).toBeGreaterThan(2));
  expect(await textOf(port, "/metrics")).toBe("200 other");
  expect(log.mock.calls).toEqual([
    ["metrics-port-taken", { port, reason: "EADDRINUSE", advice: expect.stringContaining("METRICS_PORT") }],
  ]);
  other.closeAllConnections();
  other.close();
  await vi.waitFor(async () => expect(await textOf(port, "/metrics?x")).toBe("200 metrics"));
  expect(await textOf(port, "/")).toBe("404 ");
  expect(log).toHaveBeenCalledTimes(1);
});

it("a server that stops gives its port free at once", async () => {
  const log = vi.fn();
  const first = serveMetrics((_, response) => response.end("first"), { port: 0, log });
  servers.push(first);
  await vi.waitFor(() => expect(first.listening).toBe(true));
  const address = first.address();
  expect(address).toMatchObject({ address: "127.0.0.1" });
  process.emit("SIGTERM");
  expect(first.listening).toBe(false);
});
