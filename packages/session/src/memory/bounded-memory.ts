/** Remembers so many values at most: when there is one too many, the one that was not asked for longest goes. */
export interface BoundedMemory<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  delete(key: string): void;
  readonly size: number;
}

/** @param dropped gets each value that goes, by itself or deleted; not one that another takes the place of */
export function boundedMemory<V>(max: number, dropped?: (value: V) => void): BoundedMemory<V> {
  // A Map keeps the order in which its keys were put in: here that of their last use.
  const entries = new Map<string, { readonly key: string; readonly value: V }>();

  function drop(key: string): void {
    const entry = entries.get(key);
    entries.delete(key);
    if (entry) dropped?.(entry.value);
  }

  return {
    get(key) {
      const entry = entries.get(key);
      if (!entry) return undefined;
      entries.delete(key);
      entries.set(entry.key, entry);
      return entry.value;
    },
    set(key, value) {
      const own = ownText(key);
      entries.delete(own);
      entries.set(own, { key: own, value });
      if (entries.size > max) for (const oldest of entries.keys()) return drop(oldest);
    },
    delete: drop,
    get size() {
      return entries.size;
    },
  };
}

/**
 * A text of its own. One that was cut out of a header keeps the whole header in memory, other sites' cookies and all.
 */
export function ownText(text: string): string {
  return JSON.parse(JSON.stringify(text));
}
