import type { Env } from "../env.ts";
import { logEvent } from "../log.ts";
import { instanceName } from "../next/instance.ts";
import { processState } from "../process-state.ts";
import type { SessionId } from "../session-id.ts";
import type { LiveSession, StoreUnavailable } from "../session-store.ts";
import type { EndReason, SessionWitness } from "../session-witness.ts";
import { type AuditEvent, type AuditFields, isBounded } from "./audit-events.ts";
import { auditHash } from "./audit-hash.ts";
import { lineBudget } from "./line-budget.ts";

/** Whom a line is about: hashed before it is written. */
interface About {
  readonly session?: SessionId;
  readonly userId?: string | undefined;
  readonly accountName?: string | undefined;
}

/** Gets each line of the audit log: `time` (ISO 8601 UTC), `event`, `server`, `request` and the fields of the event. */
export type AuditSink = (line: Readonly<Record<string, string | number>>) => void;

interface AuditOptions {
  /** Who asked for it, where no request did. */
  readonly by?: string | undefined;
  /** Default: JSON on the console. */
  readonly events?: AuditSink | undefined;
}

/** Lines a second of each event that anyone can cause for nothing. */
export const LINES_A_SECOND = 20;

function budget() {
  const state = processState();
  state.lineBudget ??= lineBudget(LINES_A_SECOND);
  return state.lineBudget;
}

/**
 * The audit log of one HTTP request (docs/audit-events.md), and the witness of what becomes of the sessions that it works on. A
 * request without an event costs next to nothing: a class, whose methods are not made anew for each.
 */
export class Audit implements SessionWitness {
  /** The ID that the lines of this request have in common; `null` while there is no line. */
  requestId: string | null = null;

  constructor(
    private readonly headers: Headers,
    private readonly env: Env,
    private readonly options: AuditOptions = {},
  ) {}

  /** Writes a line, bounded where anyone can cause it. At once, unless somebody is to be hashed. */
  async tell(event: AuditEvent, fields: AuditFields, about?: About): Promise<void> {
    for (const [of, lines] of budget().leftOut()) this.write("lines-left-out", { of, lines });
    if (isBounded(event) && !budget().admits(event)) return;
    this.write(event, about ? { ...(await hashed(about, this.env)), ...fields } : fields);
  }

  begun({ id, session: { user } }: LiveSession): Promise<void> {
    return this.tell("session-begun", {}, { session: id, userId: user?.id, accountName: user?.name });
  }

  ended(id: SessionId, why: EndReason, userId: string | null): Promise<void> {
    const { by } = this.options;
    return this.tell(
      "session-ended",
      { why, ...(by && { by }) },
      { session: id, userId: userId ?? undefined },
    );
  }

  endedPresented(id: SessionId): Promise<void> {
    return this.tell("session-ended-presented", {}, { session: id });
  }

  /** That a request could not reach Redis. At once: there is no session to hash. */
  outage({ operation, reason }: StoreUnavailable): void {
    void this.tell("store-unavailable", { operation, reason });
  }

  private write(event: AuditEvent, fields: AuditFields): void {
    this.requestId ??= requestIdOf(this.headers);
    // What was refused is the log's daily bread; a lost Redis is for the operator to act on.
    const stream = event === "store-unavailable" ? "error" : "info";
    const about = { server: instanceName(), request: this.requestId, ...fields };
    const { events } = this.options;
    if (events) events({ time: new Date().toISOString(), event, ...about });
    else logEvent(event, about, stream);
  }
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
