/** One REST request that an answer waited for, by the name of what was asked. */
export interface RoundTrip {
  readonly operation: string;
  readonly ms: number;
}

/** `Server-Timing` of one answer. */
export interface Timing {
  /** Inside the server, from the request to the answer; `null` where the header does not say it. */
  readonly totalMs: number | null;
  /** In the order in which they were sent. */
  readonly roundTrips: readonly RoundTrip[];
}

export const untimed: Timing = { totalMs: null, roundTrips: [] };

/** Reads `total;dur=4.2, redis;desc="update";dur=1.8` (https://www.w3.org/TR/server-timing/). What is no such entry is left out. */
export function parseServerTiming(header: string | null): Timing {
  let totalMs: number | null = null;
  const roundTrips: RoundTrip[] = [];
  for (const entry of outsideQuotes(header ?? "", ",")) {
    const [name = "", ...fields] = outsideQuotes(entry, ";");
    const values = new Map(fields.map(readField));
    const ms = Number(values.get("dur") ?? Number.NaN);
    if (!Number.isFinite(ms)) continue;
    if (name === "total") totalMs = ms;
    if (name === "redis") roundTrips.push({ operation: values.get("desc") ?? "request", ms });
  }
  return { totalMs, roundTrips };
}

function readField(field: string): [name: string, value: string] {
  const at = field.indexOf("=");
  const value = at < 0 ? "" : field.slice(at + 1).trim();
  const name = (at < 0 ? field : field.slice(0, at)).trim().toLowerCase();
  return [name, value.startsWith('"') ? value.slice(1, -1).replaceAll(/\\(.)/g, "$1") : value];
}

/** The parts between separators that do not stand inside quotation marks. */
function outsideQuotes(text: string, separator: "," | ";"): string[] {
  const part = separator === "," ? /(?:"(?:\\.|[^"\\])*"|[^",])+/g : /(?:"(?:\\.|[^"\\])*"|[^";])+/g;
  return (text.match(part) ?? []).map((each) => each.trim());
}
