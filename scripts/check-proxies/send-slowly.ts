import { connect } from "node:tls";

/**
 * Sends the head of a form and half of its body over TLS, and then nothing. Resolves at the proxy's answer, at the end of the
 * connection or after `limitMs`.
 */
export function sendSlowly(port: number, limitMs: number): Promise<{ answer: string; seconds: number }> {
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
      const head = `POST /api/cart/add HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Length: 10\r\n\r\n`;
      socket.write(`${head}sku=t`);
    });
    socket.on("data", (chunk) => {
      const [, status = "no status"] = /^HTTP\/1.1 (\d+)/.exec(chunk.toString()) ?? [];
      end(() => resolve({ answer: status, seconds: seconds() }));
    });
    socket.on("error", () => {});
    socket.on("close", () => end(() => resolve({ answer: "closed", seconds: seconds() })));
  });
}
