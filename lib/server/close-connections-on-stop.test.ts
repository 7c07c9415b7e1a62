import { EventEmitter } from "node:events";
import { Agent, createServer, get, type Server, type ServerResponse } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import { listen } from "@/local-cloud/processes/listen";
import { poll } from "@/local-cloud/processes/poll";
import { closeConnectionsOnStop } from "./close-connections-on-stop";

let server: Server;
let agent: Agent;
let port: number;
const waiting: ServerResponse[] = [];
const signals = new EventEmitter();

beforeEach(async () => {
  server = createServer((request, response) => {
    if (request.url === "/wait") waiting.push(response);
    else response.end();
  });
  server.keepAliveTimeout = 150_000;
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
  port = await listen(server, 0);
});
afterEach(() => {
  agent.destroy();
  server.closeAllConnections();
});

/** The answer's `Connection`, over the one connection of the agent. */
const connectionOf = (path: string) =>
  new Promise<string | undefined>((resolve, reject) => {
    get({ host: "127.0.0.1", port, path, agent }, (response) => {
      response.resume().on("end", () => resolve(response.headers.connection));
    }).on("error", reject);
  });

test("a server that gets SIGTERM ends with the answers it owes, although proxies keep their connections", async () => {
  closeConnectionsOnStop(signals);
  expect(await connectionOf("/")).toBe("keep-alive");
  const owed = connectionOf("/wait");
  await poll("the request to arrive", () => waiting.length > 0);

  let hasEnded = false;
  signals.emit("SIGTERM");
  server.close(() => {
    hasEnded = true;
  });
  waiting.pop()?.end("whole");
  expect(await owed).toBe("close");
  await poll("the server to end", () => hasEnded);
});

test("a request that comes over a connection which is still open is answered, and is its last", async () => {
  closeConnectionsOnStop(signals);
  signals.emit("SIGINT");
  expect(await connectionOf("/")).toBe("close");
});
