import assert from "node:assert/strict";
import { KEEP_ALIVE_MS } from "@/local-cloud/instances/next-instances";

/** The server says how long it keeps a connection that has nothing to say, and that is long enough. */
export async function keepsConnections(origin: string): Promise<void> {
  const { headers } = await fetch(`${origin}/api/health`);
  const [, seconds] = /timeout=(\d+)/.exec(headers.get("keep-alive") ?? "") ?? [];
  assert.ok(Number(seconds) * 1_000 >= KEEP_ALIVE_MS, `Keep-Alive: ${headers.get("keep-alive")}`);
}
