import { createServer } from "node:http";
import { listen } from "@/local-cloud/processes/listen";

/** A server that answers with the headers that reached it. */
export type EchoServer = {
  readonly port: number;
  /** Requests since the last reset that want to change something, also those whose body never ended. */
  readonly posts: number;
  reset(): void;
  close(): Promise<void>;
};

export async function startEchoServer(): Promise<EchoServer> {
  let posts = 0;
  const server = createServer((request, response) => {
    if (request.method === "POST") posts++;
    response.end(JSON.stringify(request.headers));
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
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
