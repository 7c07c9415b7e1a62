/** Lists and objects that fit stand in one line: a session is read at a glance, not scrolled through. */
const WIDTH = 56;

/** A JSON text in lines for people. What is no JSON is one line as it is. */
export function prettyLines(text: string): readonly string[] {
  try {
    return print(JSON.parse(text), 0, "").split("\n");
  } catch {
    return [text];
  }
}

function print(value: unknown, depth: number, before: string): string {
  const flat = JSON.stringify(value);
  if (typeof value !== "object" || value === null) return flat;
  if (depth > 0 && before.length + flat.length + depth * 2 <= WIDTH) return flat;
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const names = Array.isArray(value) ? value.map(() => "") : Object.keys(value).map((name) => `"${name}": `);
  const lines = Object.values(value).map(
    (each, at) => `${"  ".repeat(depth + 1)}${names[at]}${print(each, depth + 1, names[at] ?? "")}`,
  );
  return lines.length === 0 ? flat : `${open}\n${lines.join(",\n")}\n${"  ".repeat(depth)}${close}`;
}

/** The places of the lines that were not there before; a comma that came or went is no change. */
export function changedLines(before: readonly string[], after: readonly string[]): ReadonlySet<number> {
  const known = new Map<string, number>();
  for (const line of before) known.set(bare(line), (known.get(bare(line)) ?? 0) + 1);
  const changed = new Set<number>();
  for (const [at, line] of after.entries()) {
    const left = known.get(bare(line)) ?? 0;
    if (left === 0) changed.add(at);
    else known.set(bare(line), left - 1);
  }
  return changed;
}

function bare(line: string): string {
  return line.replace(/,$/, "");
}
