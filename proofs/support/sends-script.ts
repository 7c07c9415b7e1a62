import { createHash } from "node:crypto";

/** Identifies a request to Redis that runs this script, whole or by its hash. */
export function sendsScript(script: string): (request: { body: string }) => boolean {
  const text = JSON.stringify(script).slice(1, -1);
  const hash = createHash("sha1").update(script).digest("hex");
  return ({ body }) => body.includes(hash) || body.includes(text);
}
