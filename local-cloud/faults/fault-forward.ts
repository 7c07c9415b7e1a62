import { Agent, type IncomingMessage, request as openRequest, type ServerResponse } from "node:http";

export type Forward = ((request: IncomingMessage, body: Buffer) => Promise<IncomingMessage>) & {
  close(): void;
};

/** Sends requests on to the gateway (`http://127.0.0.1:8079`, without a path) and resolves when its answer begins. */
export function createForward(target: string): Forward {
  const agent = new Agent({ keepAlive: true });
  const forward = (request: IncomingMessage, body: Buffer) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const { connection: _, "transfer-encoding": __, ...headers } = request.headers;
      const { method } = request;
      const onward = openRequest(new URL(target + (request.url ?? "/")), {
        agent,
        ...(method && { method }),
        headers: { ...headers, "content-length": body.length },
      });
      onward.on("response", resolve);
      onward.on("error", reject);
      onward.end(body);
    });
  return Object.assign(forward, { close: () => agent.destroy() });
}

/** An answer, as it comes, so that a stream of events stays one. */
export function passOn(answered: IncomingMessage, response: ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    const { connection: _, "keep-alive": __, ...headers } = answered.headers;
    response.writeHead(answered.statusCode ?? 502, headers);
    response.flushHeaders();
    answered.pipe(response);
    answered.on("error", reject);
    response.on("finish", resolve);
    response.on("close", () => {
      answered.destroy();
      resolve();
    });
  });
}
