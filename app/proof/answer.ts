import { textAt } from "./json-field";
import { parseServerTiming, type Timing, untimed } from "./server-timing";

/** What came back for one request. */
export interface Answer {
  /** 0: nobody answered. */
  readonly status: number;
  readonly servedBy: string | null;
  /** When the process of that server began. */
  readonly servedSince: string | null;
  readonly timing: Timing;
  readonly body: unknown;
  /** As felt in this browser. */
  readonly tookMs: number;
}

/** Sends a change where there are fields, else reads. */
export type Ask = (path: string, fields?: object) => Promise<Answer>;

/** Longer than any server of ours takes. */
const PATIENCE_MS = 10_000;

/** Asks the server that is next. Never throws. */
export const ask: Ask = async (path, fields) => {
  const startedMs = performance.now();
  try {
    const response = await fetch(path, {
      ...(fields && { method: "POST", body: JSON.stringify(fields) }),
      headers: fields ? { "content-type": "application/json" } : {},
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const { status, headers } = response;
    const body: unknown = headers.get("content-type")?.includes("json") ? await response.json() : null;
    return {
      status,
      servedBy: headers.get("x-served-by"),
      servedSince: headers.get("x-served-since"),
      timing: parseServerTiming(headers.get("server-timing")),
      body,
      tookMs: performance.now() - startedMs,
    };
  } catch {
    // No network, no server, or an answer that broke off: to whoever waits it is all one.
    return {
      status: 0,
      servedBy: null,
      servedSince: null,
      timing: untimed,
      body: null,
      tookMs: performance.now() - startedMs,
    };
  }
};

/** Why a request was not done: the store, a server or the way to it was out of reach, or it was refused. */
export type Trouble = "store" | "server" | "network" | "refused";

/** `null`: it was done. */
export function troubleOf({ status, body }: Answer): Trouble | null {
  if (status >= 200 && status < 300) return null;
  if (status === 0) return "network";
  if (status === 503 && textAt(body, "code") === "unavailable") return "store";
  return status >= 500 ? "server" : "refused";
}
