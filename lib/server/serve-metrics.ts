import { createServer, type RequestListener, type Server } from "node:http";
import type { ServerInstance } from "@carryover/session/next";

interface Options {
  readonly port: number;
  readonly log: ServerInstance["log"];
  /** How long it waits before it tries a taken port again. */
  readonly retryMs?: number;
}

/** Loopback alone: the port asks nobody who they are. */
const HOST = "127.0.0.1";

/**
 * Serves `/metrics` at a port of its own, for programs on this machine. A port that is taken is one line in the log, and
 * is tried again until it is free: the server that is being replaced may have it for a moment longer. It keeps no
 * process alive.
 */
export function serveMetrics(answer: RequestListener, { port, log, retryMs = 5_000 }: Options): Server {
  const server = createServer((request, response) => {
    if (request.url?.split("?")[0] === "/metrics") answer(request, response);
    else response.writeHead(404).end();
  }).unref();
  let hasLogged = false;
  let retry: NodeJS.Timeout | undefined;
  const listen = () => server.listen(port, HOST);
  server.on("error", (error) => {
    if (!hasLogged) {
      const reason = "code" in error ? String(error.code) : error.name;
      log("metrics-port-taken", {
        port,
        reason,
        advice: "Give each server on a machine a METRICS_PORT of its own.",
      });
      hasLogged = true;
    }
    retry = setTimeout(listen, retryMs).unref();
  });
  const stop = () => {
    clearTimeout(retry);
    server.close();
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  listen();
  return server;
}
