import type { ActiveSession, ActiveSessions, SessionNumbers } from "@/lib/admin/active-sessions";
import { listAt, numberAt, textAt, valueAt } from "../_session/store/json-field";

// Of answers to a page that is still open after a new build came, or whose operator is none any more.

/** `null` for what are no numbers. */
export function parseNumbers(body: unknown): SessionNumbers | null {
  const [signedIn, visitors] = [numberAt(body, "signedIn"), numberAt(body, "visitors")];
  if (signedIn === null || visitors === null) return null;
  const byServer = Object.entries(valueAt(body, "byServer") ?? {}).map(([name, each]) => [
    name,
    activityAt(each),
  ]);
  const isEstimate = valueAt(body, "isEstimate") === true;
  return { signedIn, visitors, isEstimate, ...activityAt(body), byServer: Object.fromEntries(byServer) };
}

function activityAt(value: unknown) {
  const reasons = Object.keys(valueAt(value, "ended") ?? {});
  const ended = Object.fromEntries(reasons.map((reason) => [reason, numberAt(value, "ended", reason) ?? 0]));
  return { begun: numberAt(value, "begun") ?? 0, ended };
}

/** `null` for what are no sessions. */
export function parseSessions(body: unknown): ActiveSessions | null {
  const now = textAt(body, "now");
  if (now === null) return null;
  return { now, sessions: listAt(body, "sessions").flatMap(parseSession), cursor: textAt(body, "cursor") };
}

function parseSession(value: unknown): ActiveSession[] {
  const text = (name: string) => textAt(value, name) ?? "";
  const handle = text("handle");
  if (handle === "") return [];
  return [
    {
      ...{ handle, user: textAt(value, "user"), device: text("device"), servedBy: text("servedBy") },
      ...{ createdAt: text("createdAt"), lastSeenAt: text("lastSeenAt") },
      current: valueAt(value, "current") === true,
    },
  ];
}
