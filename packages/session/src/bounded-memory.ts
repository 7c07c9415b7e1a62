/** Remembers so many values at most: when there is one too many, the one that was not asked for longest goes. */
export interface BoundedMemory<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  delete(key: string): void;
}

export function boundedMemory<V>(max: number): BoundedMemory<V> {
  // A Map keeps the order in which its keys were put in: here that of their last use.
  const values = new Map<string, V>();
  return {
    get(key) {
      const value = values.get(key);
      if (value !== undefined) {
        values.delete(key);
        values.set(key, value);
      }
      return value;
    },
    set(key, value) {
      values.delete(key);
      values.set(key, value);
      if (values.size > max) for (const oldest of values.keys()) return void values.delete(oldest);
    },
    delete: (key) => void values.delete(key),
  };
}
