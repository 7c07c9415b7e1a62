import { answerTo } from "../../_session/store/answer-to";
import { textAt } from "../../_session/store/json-field";
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

/** Sends a change where there are fields, else reads. `key`: of a change that is sent again; default: a new one. */
export type Ask = (path: string, fields?: object, key?: string) => Promise<Answer>;

/** Asks the server that is next. Never throws. */
export const ask: Ask = async (path, fields, key) => {
  const startedMs = performance.now();
  const answer = await answerTo(path, fields, { cache: "no-store", key });
  const tookMs = performance.now() - startedMs;
  if (!answer) return { status: 0, servedBy: null, servedSince: null, timing: untimed, body: null, tookMs };
  const { status, headers, body } = answer;
  return {
    status,
    servedBy: headers.get("x-served-by"),
    servedSince: headers.get("x-served-since"),
    timing: parseServerTiming(headers.get("server-timing")),
    body,
    tookMs,
  };
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
