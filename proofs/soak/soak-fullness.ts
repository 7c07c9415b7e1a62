import { setTimeout as sleep } from "node:timers/promises";
import type { TestEnv } from "@carryover/session/internal/testing/test-env";

/** How long Redis has room, and then has none: it refuses every change, and no end. */
const ROOM_MS = 9500;
const FULL_MS = 500;

/** Lets a Redis be full now and then. */
export function createFullness(direct: TestEnv["direct"]) {
  let times = 0;
  let isFull = false;
  const configure = (maxmemory: string) => direct.configSet({ "maxmemory-policy": "noeviction", maxmemory });

  return {
    /** How often it was full. */
    get times() {
      return times;
    },
    /** Begins to watch; asked later: whether it has been full in between. */
    watch(): () => boolean {
      const before = isFull ? -1 : times;
      return () => times !== before;
    },
    /** Until it is reply to stop; then there is room. */
    async fillNowAndThen(signal: AbortSignal): Promise<void> {
      const pause = (ms: number) => sleep(ms, undefined, { signal }).catch(() => {});
      for (await pause(ROOM_MS); !signal.aborted; await pause(ROOM_MS)) {
        isFull = true;
        times++;
        await configure("1");
        await pause(FULL_MS);
        await configure("0");
        isFull = false;
      }
    },
  };
}
