import type { IncomingMessage } from "node:http";
import { RestProblem } from "./rest-problem.ts";

/** A request's body, whole. A longer one than `limitBytes` is a RestProblem 413, and is not kept in memory. */
export function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const announced = request.headers["content-length"];
  if (announced !== undefined && Number(announced) > limitBytes) return Promise.reject(tooLarge(limitBytes));
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  // "data" and not for-await: leaving such a loop early would cut the connection before the 413 is sent.
  return new Promise((resolve, reject) => {
    request.on("data", (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes <= limitBytes) chunks.push(chunk);
      else reject(tooLarge(limitBytes));
    });
    request.on("end", () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.on("error", reject);
  });
}

function tooLarge(limitBytes: number): RestProblem {
  return new RestProblem(413, `ERR max request size exceeded: ${limitBytes} bytes`);
}
