import type { Env } from "../env.ts";
import { lineBudget, logEvent } from "../log.ts";
import { instanceName, processState } from "../process-state.ts";
import type { SessionId } from "../session-id.ts";
import type { EndReason, LiveSession, SessionEvents, StoreUnavailable } from "../store.ts";
import { signText } from "../web-crypto.ts";

/** Whom a line is about: hashed before it is written. */
interface About {
  readonly session?: SessionId;
  readonly userId?: string | undefined;
  readonly userName?: string | undefined;
}

/** Gets each line of the audit log: `time` (ISO 8601 UTC), `event`, `server`, `request` and the fields of the event. */
export type AuditSink = (line: Readonly<Record<string, string | number>>) => void;

/** Who asked for something: a name that stands in the log as it is, or a user, whose name is hashed. */
export type AuditActor = string | { readonly userName: string };

interface AuditOptions {
  /** Who asked for it, where it was not the session's own request. */
  readonly by?: AuditActor | undefined;
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
 * The audit log of one HTTP request (docs/audit-events.md), and the listener to what becomes of the sessions that it
 * works on. A request without an event costs next to nothing: a class, whose methods are not made anew for each.
 */
export class Audit implements SessionEvents {
  /** The ID that the lines of this request have in common; `null` while there is no line. */
  requestId: string | null = null;

  constructor(
    private readonly headers: Headers,
    private readonly env: Env,
    private readonly options: AuditOptions = {},
  ) {}

  /**
   * Writes a line of this event, the package's or the app's own: so many a second, unless none may be missing. At once,
   * unless there is something to hash.
   */
  async record(event: string, fields: AuditFields, about?: About): Promise<void> {
    processState().observer?.audited(event, fields);
    for (const [of, lines] of budget().leftOut()) this.write("lines-left-out", { of, lines });
    if (!ALWAYS_WRITTEN.has(event) && !budget().admits(event)) return;
    this.write(event, about ? { ...(await hashed(about, this.env)), ...fields } : fields);
  }

  created({ id, session: { user } }: LiveSession): Promise<void> {
    processState().observer?.began(user);
    return this.record("session-begun", {}, { session: id, userId: user?.id, userName: user?.name });
  }

  async destroyed(id: SessionId, why: EndReason, userId: string | null): Promise<void> {
    const { by: actor } = this.options;
    const by = typeof actor === "object" ? await auditHash("name", actor.userName, this.env) : actor;
    await this.record(
      "session-ended",
      { why, ...(by && { by }) },
      { session: id, userId: userId ?? undefined },
    );
  }

  endedPresented(id: SessionId): Promise<void> {
    return this.record("session-ended-presented", {}, { session: id });
  }

  /** That a request could not reach Redis. At once: there is no session to hash. */
  outage({ operation, reason }: StoreUnavailable): void {
    void this.record("store-unavailable", { operation, reason });
  }

  private write(event: string, fields: AuditFields): void {
    this.requestId ??= requestIdOf(this.headers);
    // What was refused is the log's daily bread; a lost Redis is for the operator to act on.
    const stream = event === "store-unavailable" ? "error" : "info";
    const about = { server: instanceName(), request: this.requestId, ...fields };
    const { events } = this.options;
    if (events) events({ time: new Date().toISOString(), event, ...about });
    else logEvent(event, about, stream);
  }
}

async function hashed({ session, userId, userName }: About, env: Env): Promise<AuditFields> {
  return {
    ...(session && { session: await auditHash("session", session, env) }),
    ...(userId && { user: await auditHash("user", userId, env) }),
    ...(userName && { name: await auditHash("name", userName, env) }),
  };
}

// A client may say what it likes: too short to hold a session ID, and nothing that could pass for another field or
// line.
const REQUEST_ID = /^[A-Za-z0-9._:-]{1,42}$/;

/** The name that a proxy gave the request, else a new one. */
function requestIdOf(headers: Headers): string {
  const given = headers.get("x-request-id");
  return given && REQUEST_ID.test(given) ? given : crypto.randomUUID();
}

/**
 * The package's own events, and the fields of each line besides `time`, `event`, `server` and `request`. `session`,
 * `user` and `name` are keyed hashes. The table in `docs/audit-events.md` is checked against this.
 */
export const auditEvents = {
  "session-begun": ["session", "user", "name"],
  "session-ended": ["session", "user", "why", "by"],
  "session-ended-presented": ["session"],
  "limit-hit": ["limit", "name"],
  "cross-site-refused": ["path"],
  "seal-refused": ["why"],
  "store-unavailable": ["operation", "reason"],
  "lines-left-out": ["of", "lines"],
} as const;

/** Nobody can cause these for nothing: they cost a write to Redis, or Redis is away. None may be missing. */
const ALWAYS_WRITTEN: ReadonlySet<string> = new Set<keyof typeof auditEvents>([
  "session-begun",
  "session-ended",
  "store-unavailable",
  "lines-left-out",
]);

/** Never an ID, a name, an address or session data. */
export type AuditFields = Readonly<Record<string, string | number>>;

/** What is hashed: equal texts of different kinds have nothing in common. */
export type Hashed = "session" | "user" | "name";

/**
 * A name for a session, a user (by ID) or a user's name that stands in a log: lines about one can be put together, and
 * the log alone identifies none. 128 bits of an HMAC as 22 characters of base64url.
 *
 * The key is derived from the newest secret with a label of its own: a hash from a log is no key, no signature and no
 * seal anywhere. With the secret, an ID can be hashed and searched for; with a new secret, all names change.
 */
export function auditHash(kind: Hashed, text: string, env: Env): Promise<string> {
  return signText(env, "audit key", `${kind} ${text}`, 16);
}
