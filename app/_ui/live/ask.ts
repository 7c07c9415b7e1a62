import { type Outcome, outcomeOf } from "./outcome";
import { type ToldSession, toldSession } from "./told";

/** Longer than any server of ours takes. */
const PATIENCE_MS = 10_000;

/** Sends a change as JSON, to the action of its form. It arrives even if the page goes away meanwhile. */
export async function sendChange(action: string, fields: object): Promise<Outcome> {
  const init = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(fields),
    keepalive: true,
  };
  return outcomeOf(await answerOf(action, init));
}

/**
 * The session as it is now: `null` says that there is none, `undefined` that nobody could be asked.
 *
 * @param clock `peek` leaves the idle clock alone, `slide` winds it, as a visit does
 */
export async function askSession(clock: "peek" | "slide"): Promise<ToldSession | null | undefined> {
  const answer = await answerOf(clock === "peek" ? "/api/session?peek=1" : "/api/session", {});
  return answer?.status === 200 ? toldSession(answer.body) : undefined;
}

async function answerOf(path: string, init: RequestInit) {
  try {
    const response = await fetch(path, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) });
    const { status, headers } = response;
    const isJson = headers.get("content-type")?.includes("json") ?? false;
    return { status, servedBy: headers.get("x-served-by"), body: isJson ? await response.json() : null };
  } catch {
    // No network, no server, or an answer that broke off: to the person who waits it is all one.
    return null;
  }
}
