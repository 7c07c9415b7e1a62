import { once } from "node:events";
import type { Server } from "node:net";

/** Starts to listen and resolves to the port, chosen by the system for port 0. Throws where the port is taken. */
export async function listen(server: Server, port: number, host = "127.0.0.1"): Promise<number> {
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" && address ? address.port : port;
}
