import { contention, outcome, type Scenario } from "./scenario";

/** Measured elsewhere in November 2026: what people use instead. */
export const libraries: readonly Scenario[] = [
  {
    scenario: "50 parallel adds to a cart, 2 processes (ours: 100 adds and 100 views, 3 servers)",
    field: "1 to 6 kept, in 20 runs (express-session 1.19, connect-redis 10)",
    ours: contention,
    by: "proofs/concurrency/contention.proof.ts",
  },
  {
    scenario: "log-out while a slow writer is under way",
    field: "alive again in 20 of 20 (the same)",
    ours: outcome("log-out--update"),
    by: "proofs/concurrency/endings.proof.ts",
  },
  {
    scenario: "commands to Redis for a signed-in read",
    field: "2 (the same)",
    ours: "1",
    by: "e2e/servers/rest-requests.spec.ts",
  },
  {
    scenario: "10 parallel sign-ins, then the others are revoked (ours: also meanwhile)",
    field: "up to 2 sessions survive, in 5 of 6 runs (better-auth 1.7)",
    ours: (found) => {
      const { trials, survivedTheLast, unlisted } = found("revoke-others");
      return `${survivedTheLast} survive, ${unlisted} live unlisted, in ${trials} runs`;
    },
    by: "proofs/concurrency/user-sessions.proof.ts",
  },
  {
    scenario: "the list of devices",
    field: "hands the bearer tokens to the page's script (the same)",
    ours: "handles, from which no ID can be had",
    by: "app/api/devices.test.ts",
  },
  {
    scenario: "the store is down",
    field: "401: an outage looks like signed out (the same)",
    ours: "503, and the same session afterwards",
    by: "proofs/outage/outage-matrix.proof.ts",
  },
  {
    scenario: "the ID at log-in, and an old cookie afterwards",
    field: "the same ID goes on; an old cookie makes it again after log-out (React Router 8)",
    ours: (found) => {
      const { trials, plantedAuthenticated } = found("sign-in");
      return `a new ID; the planted one was signed in ${plantedAuthenticated} times of ${trials}`;
    },
    by: "proofs/concurrency/sign-in.proof.ts",
  },
  {
    scenario: "renewal, and log-out",
    field:
      "expiry is never renewed, log-out leaves the session alive, the check never asks (Next.js' authentication guide)",
    ours: "renewed, ends for every copy of the cookie, asks each time",
    by: "e2e/journeys/session.spec.ts",
  },
  {
    scenario: "the REST client in trouble",
    field: "6 tries over 4.4 s, no time limit, the command with its data in the error (@upstash/redis 1.39)",
    ours: "one deadline for all, a word for the failure and nothing else",
    by: "packages/session/src/redis/transport/deadline.test.ts",
  },
];
