import { z } from "zod/mini";
import type { RequestDigest } from "../request-digest.ts";
import { parseSessionId, type SessionId } from "../session-id.ts";
import { type EndedSession, ended } from "../session-store.ts";

/** How long a session is known to have ended, whoever ended it: longer than a request can be under way. */
export const TOMBSTONE_MS = 60_000;

/** What a tombstone says besides that its session has ended. */
export interface Epitaph {
  readonly successor?: SessionId | undefined;
  readonly request?: RequestDigest | undefined;
}

/** `{"ended":"TOKEN"}`; of a rotation `{"ended":"TOKEN","successor":"ID","request":"KEY.CONTENT"}`. */
export function tombstoneText(token: string, { successor, request }: Epitaph): string {
  return JSON.stringify({
    ended: token,
    ...(successor && { successor }),
    ...(request && { request: `${request.key}.${request.content}` }),
  });
}

const tombstone = z.looseObject({ successor: z.optional(z.unknown()), request: z.optional(z.unknown()) });

/** What an ended session's tombstone says. What cannot be read says nothing more. */
export function parseTombstone(text: string): EndedSession {
  try {
    const { successor, request } = tombstone.parse(JSON.parse(text));
    const id = parseSessionId(successor);
    const [, key, content] = /^([\w-]+)\.([\w-]+)$/.exec(typeof request === "string" ? request : "") ?? [];
    return {
      state: "ended",
      ...(id && { successor: id }),
      ...(key && content && { request: { key, content } }),
    };
  } catch {
    return ended;
  }
}
