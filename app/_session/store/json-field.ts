// What a server answers is parsed where it arrives, here too; a schema library would be most of this page's scripts.

/** What stands at this path of a parsed JSON text, `undefined` where there is nothing. */
export function valueAt(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, name)) return undefined;
    found = Reflect.get(found, name);
  }
  return found;
}

export function textAt(value: unknown, ...path: readonly string[]): string | null {
  const found = valueAt(value, ...path);
  return typeof found === "string" ? found : null;
}

export function numberAt(value: unknown, ...path: readonly string[]): number | null {
  const found = valueAt(value, ...path);
  return typeof found === "number" && Number.isFinite(found) ? found : null;
}

export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = valueAt(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** The text at this path, if it is one of these values. */
export function oneOfAt<V extends string>(
  values: readonly V[],
  value: unknown,
  ...path: readonly string[]
): V | null {
  const found = textAt(value, ...path);
  return values.find((each) => each === found) ?? null;
}
