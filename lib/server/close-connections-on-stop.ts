import { subscribe } from "node:diagnostics_channel";
import { ServerResponse } from "node:http";

/** What emits the signal: `process`, or in tests a stand-in. */
type Stopper = { once(signal: "SIGTERM" | "SIGINT", listener: () => void): unknown };

/**
 * From the first SIGTERM or SIGINT on, each answer of this process' HTTP servers says `Connection: close`. Next closes its server
 * then, and Node ends the connections that are idle at that moment; one that is busy is kept afterwards and takes request upon
 * request, for as long as the keep-alive timeout lasts. Behind a proxy a server would hardly end before it is killed, with
 * requests under way. A proxy opens its next connection, is refused, and asks another server.
 * https://nodejs.org/api/http.html#serverclosecallback, https://nodejs.org/api/diagnostics_channel.html#http
 */
export function closeConnectionsOnStop(stopper: Stopper = process): void {
  const open = new Set<ServerResponse>();
  let isStopping = false;
  const closeAfter = (response: ServerResponse) => {
    if (!response.headersSent) response.setHeader("Connection", "close");
  };
  subscribe("http.server.request.start", (message) => {
    if (typeof message !== "object" || message === null || !("response" in message)) return;
    const { response } = message;
    if (!(response instanceof ServerResponse)) return;
    if (isStopping) closeAfter(response);
    open.add(response);
    response.once("close", () => open.delete(response));
  });
  const stop = () => {
    isStopping = true;
    for (const response of open) closeAfter(response);
  };
  stopper.once("SIGTERM", stop);
  stopper.once("SIGINT", stop);
}
