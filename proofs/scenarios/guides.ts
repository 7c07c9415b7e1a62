import { contention, outcome, type Scenario } from "./scenario";

/** Measured elsewhere in November 2026: the nine session-store guides that Redis publishes. */
export const guides: readonly Scenario[] = [
  {
    scenario: "requests to Redis for a signed-in read / for a page load",
    field: "2 to 4 / 10",
    ours: "1 / 1",
    by: "e2e/servers/rest-requests.spec.ts",
  },
  {
    scenario: "an operation concurrent with a delete",
    field: "2000 zombie keys of 2000; update, increment and set-TTL also report success (Node)",
    ours: outcome("log-out--*"),
    by: "proofs/concurrency/endings.proof.ts",
  },
  {
    scenario: "the same over HTTP, with a random delay",
    field: "1885 to 1927 of 2000",
    ours: "the same trials: all of ours are over HTTP, at random moments",
    by: "proofs/concurrency/endings.proof.ts",
  },
  {
    scenario: "an operation at the moment of expiry",
    field: "127 of 1500 partly resurrected (Node)",
    ours: outcome("expiry--*"),
    by: "proofs/time/expiry.proof.ts",
  },
  {
    scenario: "a read concurrent with a change of the TTL",
    field: "a wrong TTL in 1553 of 2000; a shortened session stayed long in 881 of 2000 (Node)",
    ours: (found) => {
      const { trials, wrong } = found("ttl-change-*");
      return `${wrong} wrong of ${trials}`;
    },
    by: "proofs/time/timeouts.proof.ts",
  },
  {
    scenario: "100 concurrent adds to one cart (ours: and 100 views, from three servers)",
    field: "1 survives (Node)",
    ours: contention,
    by: "proofs/concurrency/contention.proof.ts",
  },
  {
    scenario: "16 writers, 50 increments each",
    field: "right, with 4859 of 5659 transactions aborted, no bound, no back-off (redis-py)",
    ours: (found) => {
      const { changes, kept, busy, requestsPerChange } = found("writers");
      return `${kept} of ${changes}, ${busy} refused as busy, ${requestsPerChange} requests a change, bounded`;
    },
    by: "proofs/concurrency/contention.proof.ts",
  },
  {
    scenario: "a TTL of 9300000000000000",
    field: "a key with no TTL, or a session that answers 500 until it ends",
    ours: "400, nothing written",
    by: "e2e/security/hostile.spec.ts",
  },
  {
    scenario: "an increment of a reserved field",
    field: "every later read throws",
    ours: "impossible: no request names a field of the session",
    by: "app/api/hostile.test.ts",
  },
  {
    scenario: "`Cookie: sid=%`, a cookie with `%zz`, `GET //`, `Host: a b`",
    field: "the server's process exits (Node)",
    ours: "a 4xx or an anonymous page, and the next request is served",
    by: "e2e/security/hostile.spec.ts",
  },
  { scenario: "GET of log-out", field: "logs out (Go)", ours: "405", by: "e2e/security/hostile.spec.ts" },
  {
    scenario: "a POST of plain text from another origin",
    field: "accepted",
    ours: "refused: 403 from another origin, 415 for plain text",
    by: "e2e/security/hostile.spec.ts",
  },
  {
    scenario: "the API's JSON",
    field: "hands the session ID to the page's script",
    ours: "neither ID nor seal is in any body, location or log",
    by: "app/api/api.test.ts",
  },
  {
    scenario: "Redis is down",
    field: "requests hang; a queued log-in is carried out later",
    ours: (found) => {
      const { outages, deadlineMs, slowestMs } = found("outages");
      return `503 in ${outages} of ${outages} outages, the slowest after ${slowestMs} ms with a deadline of ${deadlineMs}; nothing queued, the cookie kept`;
    },
    by: "proofs/outage/outage-matrix.proof.ts",
  },
  {
    scenario: "a user name of 5 MB",
    field: "stored and sent back",
    ours: "413",
    by: "e2e/security/hostile.spec.ts",
  },
  {
    scenario: "Redis refuses a write: out of memory, a read-only replica",
    field: "reported as success, a cookie handed out (.NET, Jedis; read in the code, not run)",
    ours: "503, no cookie",
    by: "proofs/outage/outage-matrix.proof.ts",
  },
  {
    scenario:
      "an absolute limit, rotation, the sessions of a user, log-out everywhere, a defence against CSRF, Secure, passwords, tests",
    field: "none in any of the nine",
    ours: "all of them",
    by: "packages/session/src/testing/session-store.contract.ts",
  },
];
