import { Readable } from "node:stream";

/** A request's body: whole, and so good for a second attempt, or a stream that can be read once. */
export type RequestBody = { bytes: Buffer } | { stream: Readable };

/** Reads a body of up to `limitBytes` into memory; a longer one is handed on as a stream. Throws if its sender goes away. */
export async function readAhead(source: Readable, limitBytes: number): Promise<RequestBody> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  const rest: AsyncIterator<Buffer> = source[Symbol.asyncIterator]();
  while (sizeBytes <= limitBytes) {
    const { value, done } = await rest.next();
    if (done) return { bytes: Buffer.concat(chunks) };
    chunks.push(value);
    sizeBytes += value.length;
  }
  return { stream: Readable.from(joined(chunks, rest), { objectMode: false }) };
}

async function* joined(chunks: readonly Buffer[], rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield* chunks;
  yield* { [Symbol.asyncIterator]: () => rest };
}
