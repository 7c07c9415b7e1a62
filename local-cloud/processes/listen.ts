import { once } from "node:events";
import type { Server } from "node:net";

/** Another program listens there. */
export class PortTaken extends Error {
  override readonly name = "PortTaken";
  constructor(readonly port: number) {
    super(`Port ${port} is taken by another program.`);
  }
}

/** Starts to listen and resolves to the port, chosen by the system for port 0. Throws PortTaken. */
export async function listen(server: Server, port: number, host = "127.0.0.1"): Promise<number> {
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") throw new PortTaken(port);
    throw error;
  }
  const address = server.address();
  return typeof address === "object" && address ? address.port : port;
}
