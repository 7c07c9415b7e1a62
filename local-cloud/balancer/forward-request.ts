import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { type Body, readAhead } from "./read-ahead";

/** What an instance answered: the head, and the body as far as it was worth waiting for. */
export type Answer = { head: IncomingMessage; body: Body };

const SILENCE_LIMIT_MS = 30_000;
// An answer of usual size is held until it is whole: if its server is killed meanwhile, nothing has been passed on yet
// and the request is not lost. A long or slow one (a stream of events) goes on its way.
const HOLD = { bytes: 1024 * 1024, ms: 200 };
// A new connection for each request: a refused one is then known not to have been sent. It is called "keep-alive"
// because a Node server that may close resets one whose body it did not read, and its answer (a 413) is lost.
const agent = new Agent({ keepAlive: true, maxFreeSockets: 0 });

/**
 * Sends a request once to the instance on this port of localhost. Throws where no answer came or it was cut off: with
 * the code ECONNREFUSED nothing was sent, otherwise it may have been executed.
 */
export async function forwardRequest(
  request: IncomingMessage,
  body: Body,
  options: { port: number; headers: Record<string, string | string[] | undefined>; signal: AbortSignal },
): Promise<Answer> {
  const { method = "GET", url = "/" } = request;
  const path = url.startsWith("/") ? url : `/${url}`;
  const outgoing = httpRequest({ ...options, host: "localhost", method, path, agent });
  outgoing.setTimeout(SILENCE_LIMIT_MS, () => outgoing.destroy(new Error("The instance is silent.")));
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.on("response", resolve);
    outgoing.on("error", reject);
  });
  if ("bytes" in body) outgoing.end(body.bytes);
  else body.stream.on("error", (error) => outgoing.destroy(error)).pipe(outgoing);

  const head = await answered;
  // An answer that did not wait for the body: the rest of it is read and dropped.
  if ("stream" in body && !outgoing.writableEnded) body.stream.unpipe(outgoing).resume();
  return { head, body: await readAhead(head, HOLD) };
}
