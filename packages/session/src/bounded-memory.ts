/** Remembers so many values at most: when there is one too many, the one that was not asked for longest goes. */
export interface BoundedMemory<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  delete(key: string): void;
}

export function boundedMemory<V>(max: number): BoundedMemory<V> {
  // A Map keeps the order in which its keys were put in: here that of their last use.
  const entries = new Map<string, { readonly key: string; readonly value: V }>();
  return {
    get(key) {
      const entry = entries.get(key);
      if (!entry) return undefined;
      entries.delete(key);
      entries.set(entry.key, entry);
      return entry.value;
    },
    set(key, value) {
      const own = copyOf(key);
      entries.delete(own);
      entries.set(own, { key: own, value });
      if (entries.size > max) for (const oldest of entries.keys()) return void entries.delete(oldest);
    },
    delete: (key) => void entries.delete(key),
  };
}

/**
 * A text of its own. One that was cut out of a header keeps the whole header in memory, other sites' cookies and all.
 */
function copyOf(text: string): string {
  return JSON.parse(JSON.stringify(text));
}
