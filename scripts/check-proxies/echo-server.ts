import { createServer, type ServerResponse } from "node:http";
import { listen } from "@/local-cloud/processes/listen";

/** A server that answers with the headers that reached it, and misbehaves where it is asked to. */
export type EchoServer = {
  readonly port: number;
  /** Requests since the last reset that want to change something, also those whose body never ended. */
  readonly posts: number;
  reset(): void;
  /** Sends the rest of all answers of `/in-parts`. */
  sendTheRest(): void;
  close(): Promise<void>;
};

/** What the answer of `/in-parts` begins with, and ends with after `sendTheRest`. */
export const PARTS = { first: "first part\n", last: "last part\n" };

/** `/in-parts` answers in two parts. `/break` ends the connection without an answer. */
export async function startEchoServer(): Promise<EchoServer> {
  let posts = 0;
  const inParts = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    if (request.method === "POST") posts++;
    if (request.url === "/break") request.socket.destroy();
    else if (request.url === "/in-parts") {
      inParts.add(response);
      response.setHeader("content-type", "text/html; charset=utf-8");
      response.write(PARTS.first);
    } else response.end(JSON.stringify(request.headers));
  });
  const port = await listen(server, 0);
  return {
    port,
    get posts() {
      return posts;
    },
    reset() {
      posts = 0;
    },
    sendTheRest() {
      for (const response of inParts) response.end(PARTS.last);
      inParts.clear();
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
