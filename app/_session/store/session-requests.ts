import { answerTo } from "./answer-to";
import { type Outcome, outcomeOf } from "./outcome";
import { type ToldSession, toldSession } from "./parsed-session";

/**
 * Sends a change as JSON, to the action of its form. It arrives even if the page goes away meanwhile.
 *
 * @param key of a change that was sent before and not answered
 */
export async function sendChange(action: string, fields: object, key?: string): Promise<Outcome> {
  const answer = await answerTo(action, fields, { keepalive: true, key });
  return outcomeOf(
    answer && { status: answer.status, servedBy: answer.headers.get("x-served-by"), body: answer.body },
  );
}

/**
 * The session as it is now: `null` says that there is none, `undefined` that nobody could be asked.
 *
 * @param clock `peek` leaves the idle clock alone, `slide` winds it, as a visit does
 */
export async function askSession(clock: "peek" | "slide"): Promise<ToldSession | null | undefined> {
  const answer = await answerTo(clock === "peek" ? "/api/session?peek=1" : "/api/session", undefined);
  return answer?.status === 200 ? toldSession(answer.body) : undefined;
}
