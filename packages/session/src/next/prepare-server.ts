import { subscribe } from "node:diagnostics_channel";
import { IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";
import { EnvError, readEnv } from "../env.ts";
import { type ServerInstance, server } from "../process-state.ts";

/**
 * To be called from `instrumentation.ts`, on Node, before the first request. Ends the process with one message where
 * the environment is not complete: an error alone would leave it up, answering 500. With `TRUSTED_PROXIES=0` it
 * believes sockets only.
 *
 * @param readers read what else the app wants of the environment; what they refuse is named together
 * @returns the server that starts
 */
export function prepareServer(...readers: readonly (() => unknown)[]): ServerInstance {
  const faults = [readEnv, ...readers].flatMap(faultsOf);
  if (faults.length > 0) {
    console.error(new EnvError(faults).message);
    process.exit(1);
  }
  if (readEnv().trustedProxies === 0) believeSocketsOnly();
  return server;
}

function faultsOf(read: () => unknown): readonly string[] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof EnvError) return error.faults;
    throw error;
  }
}

const FORWARDED = /^(x-forwarded-.*|forwarded|x-real-ip)$/;

/**
 * For a server without a proxy before it: replaces what a client claims to have been forwarded by what the socket says.
 * Next itself keeps a client's own `X-Forwarded-*` and fills in those that are missing (base-server.js), so a handler
 * could not tell them apart. Node publishes each request before the server gets to see it, for every HTTP server of
 * this process:
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
