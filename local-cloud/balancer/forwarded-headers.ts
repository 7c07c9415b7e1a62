import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";

// RFC 9110 7.6.1: these concern one connection only, and each side of the balancer has its own. A request for another
// protocol is served as if it had not asked, as 7.8 allows: Next's server would close the connection without an answer.
// Expect has been answered.
const HOP_BY_HOP =
  /^(connection|keep-alive|proxy-connection|te|trailer|transfer-encoding|upgrade|http2-settings|expect)$/;
// Facts about the connection are ours to state: a client that could write them could pass for another address or host.
const FORWARDED = /^(x-forwarded-.*|forwarded|x-real-ip)$/;

/** The headers an instance gets: the client's, but for those that are not the client's to say. */
export function requestHeaders({ headers, socket }: IncomingMessage): IncomingHttpHeaders {
  const { host } = headers;
  // Ours first: nothing a client sends can crowd them out.
  return {
    "x-forwarded-for": socket.remoteAddress ?? "",
    "x-forwarded-proto": socket instanceof TLSSocket ? "https" : "http",
    ...(host !== undefined && { "x-forwarded-host": host }),
    ...without(headers, (name) => HOP_BY_HOP.test(name) || FORWARDED.test(name)),
  };
}

/** The headers a client gets: the instance's, but for those of the instance's connection to us. */
export function responseHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return without(headers, (name) => HOP_BY_HOP.test(name));
}

function without(headers: IncomingHttpHeaders, isLeftOut: (name: string) => boolean): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isLeftOut(name)));
}
