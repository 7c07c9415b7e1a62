import type { SessionId } from "../session-id.ts";
import { boundedMemory, ownText } from "./bounded-memory.ts";

/** What was found in a seal. */
export interface OpenedSeal {
  readonly id: SessionId;
  /** The secret that opened it. */
  readonly secret: string;
  /** Its own end, epoch milliseconds. */
  readonly expiresAt: number;
}

/** What belongs to an ID and is expensive to find out: its handle, and the seal that was opened last. */
interface KnownId {
  readonly handle?: string | undefined;
  readonly seal?: string | undefined;
}

export type KnownIds = ReturnType<typeof knownIds>;

/**
 * What this process knows of the IDs of sessions. Nothing of the sessions themselves: Redis is asked for them every
 * time. Of `max` IDs at most; the one that was not asked for longest goes first, and one whose session is known to have
 * ended at once.
 */
export function knownIds(max: number) {
  const seals = new Map<string, OpenedSeal>();
  const ids = boundedMemory<KnownId>(max, ({ seal }) => {
    if (seal !== undefined) seals.delete(seal);
  });

  return {
    openedSeal(seal: string): OpenedSeal | undefined {
      const opened = seals.get(seal);
      if (opened) ids.get(opened.id);
      return opened;
    },

    /** Takes the place of the seal of this ID that was opened before. */
    rememberSeal(seal: string, opened: OpenedSeal): void {
      const { handle, seal: earlier } = ids.get(opened.id) ?? {};
      if (earlier !== undefined) seals.delete(earlier);
      const own = ownText(seal);
      ids.set(opened.id, { handle, seal: own });
      seals.set(own, opened);
    },

    handle: (id: SessionId): string | undefined => ids.get(id)?.handle,

    rememberHandle(id: SessionId, handle: string): void {
      ids.set(id, { ...ids.get(id), handle });
    },

    forget: (id: SessionId): void => ids.delete(id),

    /** How many of each are known. */
    get size() {
      return { ids: ids.size, seals: seals.size };
    },
  };
}
