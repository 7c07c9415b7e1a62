import { connect } from "node:net";

/**
 * Whether a Redis on 127.0.0.1 answers PING with PONG: one that still loads its data answers LOADING instead.
 * A refused connection, another answer or `limitMs` of silence is false.
 */
export function pingRedis(port: number, limitMs = 1_000): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", timeout: limitMs });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.on("connect", () => socket.write("PING\r\n"));
    socket.on("data", (chunk) => settle(chunk.toString().startsWith("+PONG")));
    socket.on("error", () => settle(false));
    socket.on("end", () => settle(false));
    socket.on("timeout", () => settle(false));
  });
}
