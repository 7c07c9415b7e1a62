/**
 * What is told of whom, and the fields of each line besides `time`, `event`, `server` and `request`. `session`, `user` and
 * `account` are keyed hashes (`audit-hash.ts`). The table in `docs/audit-events.md` is checked against this.
 */
export const auditEvents = {
  "session-begun": ["session", "user", "account"],
  "session-ended": ["session", "user", "why", "by"],
  "session-ended-presented": ["session"],
  "account-disabled": ["account"],
  "account-enabled": ["account"],
  "sign-in-refused": ["account"],
  "limit-hit": ["account"],
  "cross-site-refused": ["path"],
  "seal-refused": ["why"],
  "store-unavailable": ["operation", "reason"],
  "lines-left-out": ["of", "lines"],
} as const;

export type AuditEvent = keyof typeof auditEvents;

type Field = (typeof auditEvents)[AuditEvent][number];

/** Nobody can cause these for nothing: they cost a write to Redis, or Redis is away. None may be missing. */
const ALWAYS_WRITTEN: ReadonlySet<AuditEvent> = new Set([
  "session-begun",
  "session-ended",
  "account-disabled",
  "account-enabled",
  "store-unavailable",
  "lines-left-out",
]);

/** Whether anyone can cause as many of these as they like. */
export function isBounded(event: AuditEvent): boolean {
  return !ALWAYS_WRITTEN.has(event);
}

export type AuditFields = Readonly<Partial<Record<Field, string | number>>>;
