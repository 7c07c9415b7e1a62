import { answerTo } from "./answer-to";
import { type Outcome, outcomeOf } from "./outcome";
import { type ParsedSession, parseSession } from "./parsed-session";

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
 * @param mode `peek` leaves the idle timeout alone, `renew` renews it, as a page view does
 */
export async function askSession(mode: "peek" | "renew"): Promise<ParsedSession | null | undefined> {
  const answer = await answerTo(mode === "peek" ? "/api/session?peek=1" : "/api/session", undefined);
  return answer?.status === 200 ? parseSession(answer.body) : undefined;
}
