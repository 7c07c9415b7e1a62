import type { IncomingMessage } from "node:http";

// Facts about the connection are ours to state: a client that could write them could pass for another address or host.
// The others concern one hop only, and Upgrade is ignored, as RFC 9110 7.8 allows.
const NOT_PASSED_ON =
  /^(x-forwarded-.*|forwarded|x-real-ip|upgrade|http2-settings|keep-alive|proxy-connection|expect)$/;

/** Removes from a request what a client must not tell the instance, and returns what the balancer tells it instead. */
export function replaceForwardedHeaders(request: IncomingMessage): Record<string, string> {
  for (const name of Object.keys(request.headers)) {
    if (NOT_PASSED_ON.test(name)) delete request.headers[name];
  }
  const { host } = request.headers;
  return {
    "x-forwarded-for": request.socket.remoteAddress ?? "",
    "x-forwarded-proto": "http",
    ...(host === undefined ? {} : { "x-forwarded-host": host }),
  };
}
