import { request as httpRequest, type IncomingMessage } from "node:http";
import { Agent, request as httpsRequest } from "node:https";
import type { Ask } from "@/deploy/check/visitor";

const NO_BODY = [204, 304];

/**
 * `fetch` that trusts this certificate (PEM), keeps its connections, and sends the headers that it is given, also those
 * that `fetch` keeps for itself. It resolves at the head of the answer; the body comes as the proxy sends it.
 */
export function trustingFetch(certificate: string): Ask {
  const agent = new Agent({ ca: certificate, keepAlive: true });
  return async (url, { method = "GET", headers, body }) => {
    const isForm = body instanceof URLSearchParams;
    const options = {
      method,
      headers: { ...(isForm && { "content-type": "application/x-www-form-urlencoded" }), ...headers },
    };
    const request = url.startsWith("https:")
      ? httpsRequest(url, { ...options, agent })
      : httpRequest(url, options);
    return new Promise((resolve, reject) => {
      request.on("error", reject);
      request.on("response", (response) => {
        const status = response.statusCode ?? 500;
        const answered = new Headers();
        for (let at = 0; at < response.rawHeaders.length; at += 2) {
          answered.append(response.rawHeaders[at] ?? "", response.rawHeaders[at + 1] ?? "");
        }
        const body = NO_BODY.includes(status) ? null : bodyOf(response);
        resolve(new Response(body, { status, headers: answered }));
      });
      request.end(body ? String(body) : undefined);
    });
  };
}

function bodyOf(response: IncomingMessage): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(body) {
      response.on("data", (chunk: Uint8Array) => body.enqueue(chunk));
      response.on("end", () => body.close());
      response.on("error", (error) => body.error(error));
    },
  });
}
