import { Agent, type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import type { Attempt } from "./attempt";

export interface Answer {
  readonly status: number;
  /** Headers and body, as they came. */
  readonly text: string;
}

const LIMIT_MS = 20_000;

/** Keeps a few connections to one server, and sends attempts as they stand: no client tidies their paths and headers up. */
export function createSender(origin: string) {
  const { hostname, port } = new URL(origin);
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });

  function overHttp({ method, path, headers }: Attempt): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = request({ agent, hostname, port, method, path, headers, timeout: LIMIT_MS });
      sent.on("response", (response) => readAnswer(response).then(resolve, reject));
      sent.on("timeout", () => sent.destroy(new Error(`no answer to ${method} ${path}`)));
      sent.on("error", reject);
      sent.end();
    });
  }

  function overHttp10({ method, path, headers }: Attempt): Promise<Answer> {
    const lines = Object.entries(headers).flatMap(([name, value]) =>
      [value ?? ""].flat().map((each) => `${name}: ${each}`),
    );
    const text = [`${method} ${path} HTTP/1.0`, ...lines, "", ""].join("\r\n");
    return sendBytes({ hostname, port: Number(port) }, text);
  }

  /** Next sends a request for a page's data on to the address that its caches know it by: the answer is there. */
  async function send(attempt: Attempt): Promise<Answer> {
    const answer = await (attempt.isHttp10 ? overHttp10(attempt) : overHttp(attempt));
    const [, path] = /\nlocation\n(\/[^\n]*[?&]_rsc=[\w-]+)\n/i.exec(answer.text) ?? [];
    return answer.status === 307 && path && path !== attempt.path ? overHttp({ ...attempt, path }) : answer;
  }

  return {
    send,
    close: () => agent.destroy(),
  };
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = await response.toArray();
  const text = `${response.rawHeaders.join("\n")}\n\n${Buffer.concat(chunks)}`;
  return { status: response.statusCode ?? 0, text };
}

/** Sends these bytes on a connection of their own, as no well-behaved client would, until the server closes it. */
export function sendBytes(to: { hostname: string; port: number }, bytes: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const socket = connect(to.port, to.hostname, () => socket.write(bytes));
    let text = "";
    socket.setTimeout(LIMIT_MS, () => socket.destroy(new Error("no answer")));
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.on("error", reject);
    socket.on("close", () => resolve({ status: Number(/^HTTP\/1\.\d (\d{3})/.exec(text)?.[1] ?? 0), text }));
  });
}
