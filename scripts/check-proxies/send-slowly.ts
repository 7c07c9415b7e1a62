import { connect } from "node:tls";

/** Parts of a form: nothing of it comes after them. */
export const HALF_A_HEAD = "POST /api/cart/add HTTP/1.1\r\nHost: localhost\r\nContent-";
export const HALF_A_FORM = `${HALF_A_HEAD}Length: 10\r\n\r\nsku=t`;

/** What came of a request that was never finished. `closed`: the end of the connection, without an answer. */
export type Outcome = { readonly answer: string; readonly seconds: number };

/** Sends a part of a request over TLS, and then nothing. Resolves at the answer, at the end of the connection or after `limitMs`. */
export function sendSlowly(port: number, part: string, limitMs: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const startedMs = performance.now();
    const seconds = () => Math.round((performance.now() - startedMs) / 1_000);
    // The certificate is one of our own making, on our own machine.
    const socket = connect({
      port,
      host: "localhost",
      servername: "localhost",
      ALPNProtocols: ["http/1.1"],
      rejectUnauthorized: false,
    });
    const limit = setTimeout(() => end(() => resolve({ answer: "still open", seconds: seconds() })), limitMs);
    const end = (settle: () => void) => {
      clearTimeout(limit);
      socket.destroy();
      settle();
    };
    socket.on("secureConnect", () => {
      socket.write(part);
    });
    socket.on("data", (chunk) => {
      const [, status = "no status"] = /^HTTP\/1.1 (\d+)/.exec(chunk.toString()) ?? [];
      end(() => resolve({ answer: status, seconds: seconds() }));
    });
    socket.on("error", () => {});
    socket.on("close", () => end(() => resolve({ answer: "closed", seconds: seconds() })));
  });
}
