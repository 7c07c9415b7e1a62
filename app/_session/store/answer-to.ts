import { idempotencyKey } from "@carryover/session";

/** What came back for one request, as far as both the page and the proof read it. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed JSON, `null` where the answer is none. */
  readonly body: unknown;
}

/** Longer than any server of ours takes. */
const PATIENCE_MS = 10_000;

interface Sending extends Pick<RequestInit, "cache" | "keepalive"> {
  /** Names the change: the same one where it is sent again because nobody answered. Default: a new one. */
  readonly key?: string | undefined;
}

/** Sends a change as JSON where there are fields, else reads; `null` where nobody answered. Never throws. */
export async function answerTo(
  path: string,
  fields: object | undefined,
  { key = idempotencyKey.create(), ...init }: Sending = {},
): Promise<HttpAnswer | null> {
  try {
    const response = await fetch(path, {
      ...(fields && {
        method: "POST",
        headers: { "content-type": "application/json", [idempotencyKey.header]: key },
        body: JSON.stringify(fields),
      }),
      ...init,
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const { status, headers } = response;
    const isJson = headers.get("content-type")?.includes("json") ?? false;
    return { status, headers, body: isJson ? await response.json() : null };
  } catch {
    // No network, no server, or an answer that broke off: to the person who waits it is all one.
    return null;
  }
}
