import { z } from "zod";
import { newVisitor } from "@/deploy/check/visitor";

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

/** The memory of a server that runs with `--expose-gc`. */
export async function processMemory(origin: string): Promise<ProcessMemory> {
  const answer = await newVisitor(origin).get("/api/bench/memory");
  const { heapUsed, external, rss } = memoryReply.parse(JSON.parse(answer.text));
  return { heapMb: heapUsed / 1e6, externalMb: external / 1e6, residentMb: rss / 1e6 };
}
