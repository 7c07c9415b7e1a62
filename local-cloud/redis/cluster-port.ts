import { createServer } from "node:net";
import { freePort } from "../processes/free-port";
import { listen } from "../processes/listen";

// Where the servers of a cluster talk to each other, beside the port for clients. Redis 7 has a setting for it, 6.2 not.
const BUS_OFFSET = 10_000;

/** A port that is free on 127.0.0.1, as is the one for the cluster's bus that belongs to it. */
export async function freeClusterPort(): Promise<number> {
  for (;;) {
    const port = await freePort();
    if (port + BUS_OFFSET <= 65_535 && (await isFree(port + BUS_OFFSET))) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await listen(server, port);
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
