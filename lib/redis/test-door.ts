import { createServer } from "node:http";
import { listen } from "@/local-cloud/processes/listen";
import type { TestEnv } from "./test-env";

/** What came in through a {@link Door}. */
export interface Entry {
  readonly path: string;
  readonly commands: number;
}

/** A door before the real gateway, below the path `/below`, which counts what comes in and over how many connections. */
export interface Door {
  readonly url: string;
  readonly entries: readonly Entry[];
  readonly connections: number;
  /** Begins to count anew. */
  reset(): void;
  close(): void;
}

export async function openDoor({ cloud }: TestEnv): Promise<Door> {
  let entries: Entry[] = [];
  let connections = 0;
  const door = createServer(async (request, response) => {
    const chunks: Buffer[] = await request.toArray();
    const body = Buffer.concat(chunks).toString();
    const path = request.url ?? "";
    entries.push({ path, commands: JSON.parse(body).length });
    const { authorization = "" } = request.headers;
    const url = cloud.url + path.replace("/below", "");
    const answer = await fetch(url, { method: "POST", headers: { authorization }, body });
    response.writeHead(answer.status).end(await answer.text());
  });
  door.on("connection", () => connections++);
  const port = await listen(door, 0);
  return {
    url: `http://127.0.0.1:${port}/below/`,
    get entries() {
      return entries;
    },
    get connections() {
      return connections;
    },
    reset() {
      entries = [];
      connections = 0;
    },
    close() {
      door.closeAllConnections();
      door.close();
    },
  };
}

/** Later in the same turn of the event loop: so many ticks. */
export async function ticks(count: number): Promise<void> {
  for (let tick = 0; tick < count; tick++) await Promise.resolve();
}
