import { boundedMemory } from "../bounded-memory.ts";
import type { SessionId } from "../session-id.ts";

/** How many seals are known at once: about 6 MB of them. */
export const MAX_OPENED = 10_000;

/** Seals that were opened, with what was in them; each until its own end. What became of the session, Redis is asked every time. */
export interface OpenedSeals {
  get(seal: string): SessionId | undefined;
  /** @param expiresAt the seal's own end in epoch milliseconds; one that is over is not kept */
  set(seal: string, id: SessionId, expiresAt: number): void;
}

export function openedSeals(max = MAX_OPENED): OpenedSeals {
  const seals = boundedMemory<{ readonly id: SessionId; readonly expiresAt: number }>(max);
  return {
    get(seal) {
      const found = seals.get(seal);
      if (!found) return undefined;
      if (found.expiresAt > Date.now()) return found.id;
      // At its end it is for whoever opens it to say what that means.
      seals.delete(seal);
      return undefined;
    },
    set(seal, id, expiresAt) {
      if (expiresAt > Date.now()) seals.set(seal, { id, expiresAt });
    },
  };
}
