import { Readable } from "node:stream";

/** A body: whole, and so good for a second attempt, or a stream that can be read once. */
export type Body = { bytes: Buffer } | { stream: Readable };

/**
 * Reads a body into memory as far as that is worth while: one that is longer than `limitBytes` or has not ended after
 * `limitMs` is handed on as a stream. Throws if it is cut off before.
 */
export async function readAhead(source: Readable, limits: { bytes: number; ms: number }): Promise<Body> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  const iterator: AsyncIterator<Buffer> = source[Symbol.asyncIterator]();
  const late = Symbol("late");
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<typeof late>((resolve) => {
    timer = setTimeout(resolve, limits.ms, late);
  });
  try {
    for (;;) {
      const next = iterator.next();
      const item = sizeBytes > limits.bytes ? late : await Promise.race([next, timeUp]);
      if (item === late) {
        next.catch(() => {}); // It is awaited as the stream is read, perhaps only after it failed.
        return { stream: Readable.from(joined(chunks, next, iterator), { objectMode: false }) };
      }
      if (item.done) return { bytes: Buffer.concat(chunks) };
      chunks.push(item.value);
      sizeBytes += item.value.length;
    }
  } finally {
    clearTimeout(timer);
  }
}

async function* joined(
  chunks: readonly Buffer[],
  next: Promise<IteratorResult<Buffer>>,
  rest: AsyncIterator<Buffer>,
): AsyncGenerator<Buffer> {
  yield* chunks;
  const item = await next;
  if (item.done) return;
  yield item.value;
  yield* { [Symbol.asyncIterator]: () => rest };
}
