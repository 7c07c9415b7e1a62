import type { Redis } from "@upstash/redis";

// By client, and so by Redis: the hashes of the scripts that it was sent.
const sent = new WeakMap<Redis, Map<string, string>>();

/**
 * Runs a script in one request: sent whole the first time and after a failure, by its hash otherwise, which is a tenth of
 * the bytes. `NOSCRIPT` comes from a Redis that was emptied or took another's place unnoticed: nothing was run, and
 * the next call sends the script whole. https://redis.io/docs/latest/develop/programmability/eval-intro/
 */
export async function runScript(
  client: Redis,
  script: string,
  key: string,
  args: readonly string[],
): Promise<unknown> {
  const hashes = hashesOf(client);
  const hash = hashes.get(script);
  if (hash) {
    return client.evalsha(hash, [key], [...args]).catch((error: unknown) => {
      hashes.delete(script);
      throw error;
    });
  }
  const answer = await client.eval(script, [key], [...args]);
  hashes.set(script, await sha1(script));
  return answer;
}

function hashesOf(client: Redis): Map<string, string> {
  const known = sent.get(client) ?? new Map<string, string>();
  sent.set(client, known);
  return known;
}

async function sha1(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
