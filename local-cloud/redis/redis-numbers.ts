import { setTimeout as pause } from "node:timers/promises";
import { askRedis, readFields } from "./ask-redis";

/** What a Redis says of itself: `commands` processed since its start, our own questions included, and `memoryBytes` in use. */
export type RedisNumbers = { commands: number; memoryBytes: number };

/** `null` where it does not answer within `limitMs`. Never throws. */
export async function readRedisNumbers(url: string, limitMs = 300): Promise<RedisNumbers | null> {
  const text = await Promise.race([
    askRedis(url, "INFO").catch(() => undefined),
    pause(limitMs, undefined, { ref: false }),
  ]);
  const fields = readFields(text ?? "");
  const [commands, memoryBytes] = ["total_commands_processed", "used_memory"].map((name) =>
    Number(fields.get(name)),
  );
  return Number.isInteger(commands) && Number.isInteger(memoryBytes)
    ? { commands: Number(commands), memoryBytes: Number(memoryBytes) }
    : null;
}
