import type { Env } from "@/lib/env";
import { logEvent } from "@/lib/log";
import type { SessionId } from "@/lib/session/session-id";
import type { SessionWitness } from "@/lib/session/session-witness";
import { type AuditEvent, type AuditFields, isBounded } from "./audit-events";
import { auditHash } from "./audit-hash";
import { instanceName } from "./instance";
import { lineBudget } from "./line-budget";

/** Whom a line is about: hashed before it is written. */
interface About {
  readonly session?: SessionId;
  readonly userId?: string | undefined;
  readonly accountName?: string | undefined;
}

/** The audit log of one HTTP request (docs/audit-events.md). A request without an event costs nothing. */
export interface Audit {
  /** Writes a line, bounded where anyone can cause it. At once, unless somebody is to be hashed. */
  tell(event: AuditEvent, fields: AuditFields, about?: About): Promise<void>;
  /** The ID that the lines of this request have in common; `null` while there is none. */
  readonly requestId: string | null;
}

/** Lines a second of each event that anyone can cause for nothing. */
export const LINES_A_SECOND = 20;
const budget = lineBudget(LINES_A_SECOND);

export function auditOf(headers: Headers, env: Env): Audit {
  let requestId: string | null = null;

  function write(event: AuditEvent, fields: AuditFields): void {
    requestId ??= requestIdOf(headers);
    // What was refused is the log's daily bread; a lost Redis is for the operator to act on.
    const stream = event === "store-unavailable" ? "error" : "info";
    logEvent(event, { server: instanceName(), request: requestId, ...fields }, stream);
  }

  return {
    get requestId() {
      return requestId;
    },
    async tell(event, fields, about) {
      for (const [of, lines] of budget.leftOut()) write("lines-left-out", { of, lines });
      if (isBounded(event) && !budget.admits(event)) return;
      write(event, about ? { ...(await hashed(about, env)), ...fields } : fields);
    },
  };
}

/** What becomes of the sessions that this request works on. */
export function auditWitness(audit: Audit): SessionWitness {
  return {
    begun: ({ id, session: { user } }) =>
      audit.tell("session-begun", {}, { session: id, userId: user?.id, accountName: user?.name }),
    ended: (id, why, userId) =>
      audit.tell("session-ended", { why }, { session: id, userId: userId ?? undefined }),
    endedPresented: (id) => audit.tell("session-ended-presented", {}, { session: id }),
  };
}

async function hashed({ session, userId, accountName }: About, env: Env): Promise<AuditFields> {
  return {
    ...(session && { session: await auditHash("session", session, env) }),
    ...(userId && { user: await auditHash("user", userId, env) }),
    ...(accountName && { account: await auditHash("account", accountName, env) }),
  };
}

// A client may say what it likes: too short to hold a session ID, and nothing that could pass for another field or line.
const REQUEST_ID = /^[A-Za-z0-9._:-]{1,42}$/;

/** The name that a proxy gave the request, else a new one. */
function requestIdOf(headers: Headers): string {
  const given = headers.get("x-request-id");
  return given && REQUEST_ID.test(given) ? given : crypto.randomUUID();
}
