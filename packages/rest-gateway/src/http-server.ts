import { once } from "node:events";
import type { Server } from "node:http";
import type { Socket } from "node:net";

/**
 * Starts to listen; port 0: the system's choice. Throws where the port is taken.
 *
 * `close` takes no new connection, ends each one as soon as it owes no answer, and cuts what is left after `limitMs`.
 * Node's own closeIdleConnections() spares connections that have not yet carried a request, and browsers and undici
 * open such ones in advance.
 */
export async function listen(
  server: Server,
  port: number,
  host: string,
): Promise<{ port: number; close(limitMs: number): Promise<void> }> {
  const openAnswers = new Map<Socket, number>();
  let closing = false;
  const add = (socket: Socket, change: number) => {
    const open = (openAnswers.get(socket) ?? 0) + change;
    openAnswers.set(socket, open);
    if (closing && open === 0) socket.end();
  };
  server.on("connection", (socket) => {
    add(socket, 0);
    socket.on("close", () => openAnswers.delete(socket));
  });
  // First of the listeners, so that the count is right whatever they do.
  server.prependListener("request", ({ socket }, response) => {
    add(socket, 1);
    response.on("close", () => openAnswers.has(socket) && add(socket, -1));
  });
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
    throw new Error(`Port ${port} is taken by another program.`);
  }
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : port,
    async close(limitMs) {
      closing = true;
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of openAnswers.keys()) add(socket, 0);
      const force = setTimeout(() => server.closeAllConnections(), limitMs);
      await closed;
      clearTimeout(force);
    },
  };
}
