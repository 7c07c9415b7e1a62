import type { IncomingMessage } from "node:http";
import { RestProblem } from "./rest-problem";

/** A request's body, whole. A longer one than `limitBytes` is a RestProblem 413, and is not kept in memory. */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const tooLarge = new RestProblem(413, `ERR max request size exceeded: ${limitBytes} bytes`);
  if (Number(request.headers["content-length"] ?? 0) > limitBytes) throw tooLarge;
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  // "data" and not for-await: leaving such a loop early would cut the connection before the 413 is sent.
  return new Promise((resolve, reject) => {
    request.on("data", (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes <= limitBytes) chunks.push(chunk);
      else reject(tooLarge);
    });
    request.on("end", () => resolve(Buffer.concat(chunks)));
    request.on("error", reject);
  });
}
