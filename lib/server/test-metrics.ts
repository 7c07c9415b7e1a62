// For tests: what stands in Prometheus' text, and what a query asks for.
// https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Throws for a line that is neither a sample nor a comment. */
export function parseMetrics(text: string): Sample[] {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return lines.map((line) => {
    const [, name, labels = "", value] = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (!name) throw new Error(`No sample: ${line}`);
    return { name, labels: labelsIn(labels), value: Number(value) };
  });
}

/** The sum of all samples of this name with these labels. */
export function sumOf(
  samples: readonly Sample[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  const wanted = Object.entries(labels);
  return samples
    .filter(
      (sample) => sample.name === name && wanted.every(([label, text]) => sample.labels[label] === text),
    )
    .reduce((sum, { value }) => sum + value, 0);
}

/** The metrics of ours that a text names, with the labels and values that it selects them by: `name`, `name{label}`, `name{label="value"}`. */
export function selectorsIn(text: string): Set<string> {
  const found = new Set<string>();
  for (const [, name = "", selector = ""] of text.matchAll(/\b(carryover_[a-z_]+)(?:\{([^}]*)\})?/g)) {
    found.add(name);
    // Prometheus itself says where a sample comes from.
    for (const [, label = "", operator, value] of selector.matchAll(/(\w+)(=~|!~|!=|=)\\?"([^"\\]*)\\?"/g))
      if (label !== "instance")
        found.add(operator === "=" ? `${name}{${label}="${value}"}` : `${name}{${label}}`);
  }
  return found;
}

/** The same for samples: everything that a text may name. */
export function selectorsOf(samples: readonly Sample[]): Set<string> {
  return new Set(
    samples.flatMap(({ name, labels }) => [
      name,
      // A histogram's own name stands for the three of its samples.
      name.replace(/_(bucket|sum|count)$/, ""),
      ...Object.entries(labels).flatMap(([label, value]) => [
        `${name}{${label}}`,
        `${name}{${label}="${value}"}`,
      ]),
    ]),
  );
}

function labelsIn(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, value]) => [label, value]));
}
