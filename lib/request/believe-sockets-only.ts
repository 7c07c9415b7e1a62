import { subscribe } from "node:diagnostics_channel";
import { IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";

const FORWARDED = /^(x-forwarded-.*|forwarded|x-real-ip)$/;

/**
 * For a server without a proxy before it: replaces what a client claims to have been forwarded by what the socket says. Next
 * itself keeps a client's own `X-Forwarded-*` and fills in those that are missing (base-server.js), so a handler could not
 * tell them apart. Node publishes each request before the server gets to see it, for every HTTP server of this process:
 * https://nodejs.org/api/diagnostics_channel.html#http
 */
export function believeSocketsOnly(): void {
  subscribe("http.server.request.start", (message) => {
    if (typeof message !== "object" || message === null || !("request" in message)) return;
    if (message.request instanceof IncomingMessage) rewrite(message.request);
  });
}

function rewrite({ headers, socket }: IncomingMessage): void {
  for (const name of Object.keys(headers)) if (FORWARDED.test(name)) delete headers[name];
  headers["x-forwarded-for"] = socket.remoteAddress ?? "unknown";
  headers["x-forwarded-proto"] = socket instanceof TLSSocket ? "https" : "http";
  if (headers.host !== undefined) headers["x-forwarded-host"] = headers.host;
}
