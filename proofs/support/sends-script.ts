import { createHash } from "node:crypto";

/** Tells a request to Redis that runs this script, whole or by its hash, from all others. */
export function sendsScript(script: string): (request: { body: string }) => boolean {
  const text = JSON.stringify(script).slice(1, -1);
  const hash = createHash("sha1").update(script).digest("hex");
  return ({ body }) => body.includes(hash) || body.includes(text);
}
