import { z } from "zod";
import { newVisitor } from "@/deploy/check/visitor";
import { poll } from "@/local-cloud/processes/poll";

const memoryReply = z.object({
  isCollected: z.literal(true),
  rss: z.number(),
  heapUsed: z.number(),
  external: z.number(),
});

/** What is in use after the garbage was collected, and what the process has of the system, in MB. */
export interface ProcessMemory {
  readonly heapMb: number;
  readonly externalMb: number;
  readonly residentMb: number;
}

/** So often in turn no less must be in use, before it is what the server holds. */
const SETTLED_AFTER = 8;

/**
 * The memory of a server that runs with `--expose-gc`, once it has settled: buffers of connections go some time after
 * their last request.
 */
export async function processMemory(origin: string): Promise<ProcessMemory> {
  let least = await memoryNow(origin);
  let since = 0;
  await poll(
    "the memory to settle",
    async () => {
      const now = await memoryNow(origin);
      const isLess = inUseMb(now) < inUseMb(least) - 0.1;
      since = isLess ? 0 : since + 1;
      if (isLess) least = now;
      return since >= SETTLED_AFTER;
    },
    { limitMs: 120_000, everyMs: 500 },
  );
  return least;
}

/** Heap and buffers. */
export const inUseMb = ({ heapMb, externalMb }: ProcessMemory) => heapMb + externalMb;

async function memoryNow(origin: string): Promise<ProcessMemory> {
  const answer = await newVisitor(origin).get("/api/bench/memory");
  const { heapUsed, external, rss } = memoryReply.parse(JSON.parse(answer.text));
  return { heapMb: heapUsed / 1e6, externalMb: external / 1e6, residentMb: rss / 1e6 };
}
