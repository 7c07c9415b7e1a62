import { createClient } from "redis";

/** Asks a server one thing, on a connection of its own. Throws what Redis or the connection throws, within 2 s. */
export async function askRedis(url: string, ...command: string[]): Promise<unknown> {
  const client = createClient({
    url,
    RESP: 2,
    disableClientInfo: true, // It would be two commands more, and some of those who ask count commands.
    socket: { connectTimeout: 2_000, socketTimeout: 2_000, reconnectStrategy: false },
  });
  client.on("error", () => {}); // The call in hand throws it.
  try {
    await client.connect();
    return await client.sendCommand<unknown>(command);
  } finally {
    if (client.isOpen) client.destroy();
  }
}

/** The fields of a text such as INFO's: lines of `name:value`. */
export function readFields(text: unknown): ReadonlyMap<string, string> {
  const lines = String(text).split("\r\n");
  return new Map(
    lines.flatMap((line) => {
      const colon = line.indexOf(":");
      return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 1)]] : [];
    }),
  );
}
