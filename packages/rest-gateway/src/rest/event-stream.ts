import type { ServerResponse } from "node:http";

/** A response that goes on: server-sent events, as the WHATWG HTML standard has them, section 9.2. */
export type EventStream = {
  send(text: string): void;
  end(): void;
};

// A reader that takes nothing in must not fill our memory; Redis cuts such subscribers off likewise.
const BACKLOG_LIMIT_BYTES = 8 * 1024 * 1024;

/** Sends the status and the headers (names and values in turn) at once, and from then on a comment every `keepAliveMs`, so that nothing between takes it for dead. */
export function openEventStream(
  response: ServerResponse,
  headers: readonly string[],
  keepAliveMs: number,
): EventStream {
  response.writeHead(200, [...headers, "Content-Type", "text/event-stream", "Connection", "keep-alive"]);
  response.flushHeaders();
  const write = (text: string) => {
    if (response.writableLength > BACKLOG_LIMIT_BYTES) response.destroy();
    else if (!response.writableEnded) response.write(text);
  };
  const keepAlive = setInterval(() => write(": ping\n\n"), keepAliveMs);
  response.on("close", () => clearInterval(keepAlive));
  return {
    send: (text) => write(encodeEvent(text)),
    end: () => response.end(),
  };
}

/**
 * One event. @upstash/redis reads each line that begins with "data: " as a message of its own, so a line break in a
 * payload could forge one: further lines have no space there, which means the same to every other reader.
 */
export function encodeEvent(text: string): string {
  const [first, ...further] = text.split(/\r\n|\r|\n/);
  return `data: ${[first, ...further.map((line) => line.trimStart())].join("\ndata:")}\n\n`;
}
