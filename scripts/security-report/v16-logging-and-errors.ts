import { type Chapter, testsIn } from "./requirement";

const audit = (...titles: string[]) => testsIn("app/api/audit.test.ts", ...titles);
const HOST = "A program cannot keep its own log from whoever runs its machine";

export const loggingAndErrors: Chapter = {
  title: "V16 Logging and errors",
  requirements: [
    {
      number: "16.1.1",
      asks: "An inventory of what is logged, where and how.",
      does: "[Logs](#logs) and [the audit events](audit-events.md).",
      tests: audit("docs/audit-events.md has a row for each event, with its fields"),
      deviation: "How long logs are kept, and who reads them, is for whoever runs the site to say.",
    },
    {
      number: "16.2.1",
      asks: "When, where, who and what, in each line.",
      does: "Time, server, request; session and user by keyed hashes.",
      tests: audit(
        "a sign-in: the session that ends with it and the one that begins, and whose it is",
        "has the fields of its event and no others",
      ),
    },
    {
      number: "16.2.2",
      asks: "Times are UTC, and clocks agree.",
      does: "ISO 8601 with Z.",
      tests: testsIn("packages/session/src/log.test.ts", "a line has its time in UTC"),
      deviation:
        "Setting the clocks is the host's. No decision about a session depends on them: Redis' time counts.",
    },
    {
      number: "16.2.3",
      asks: "Logs go nowhere but where the inventory says.",
      does: "The server's output; traces only where they are switched on.",
      tests: testsIn(
        "lib/server/tracing.test.ts",
        "is not there before it is started: the store is the store",
      ),
    },
    {
      number: "16.2.4",
      asks: "Machines can read and join the lines.",
      does: "A line of JSON each; what belongs to one request has its ID.",
      tests: audit(
        "each request by the name that its proxy gave it, if it is one, and the answer repeats it",
      ),
    },
    {
      number: "16.2.5",
      asks: "Secrets are not logged, tokens only hashed.",
      does: "Keyed hashes; after the end-to-end tests all that the servers printed is searched for every ID, seal and password of the run.",
      tests: [
        ...audit("holds no ID, no seal, no password, no secret and no name"),
        ...testsIn("app/api/api.test.ts", "nothing secret is in any body, location or log"),
      ],
    },
    {
      number: "16.3.1",
      asks: "Sign-ins are logged, good and bad.",
      does: "`session-begun` with a user, `sign-in-refused`. The password is the only factor, and a guest has no account.",
      tests: audit(
        "a sign-in: the session that ends with it and the one that begins, and whose it is",
        "a refused password, of an account that is there and of one that is not",
      ),
    },
    {
      number: "16.3.2",
      asks: "Refused access is logged.",
      does: "Ended sessions that come back, seals that do not open, changes from other sites.",
      tests: audit(
        "that somebody came with a session which had been ended",
        "a seal that does not open, to handlers and to the middleware",
      ),
      deviation:
        "Who has no session and asks for a page that needs one is no event: that is how everyone begins.",
    },
    {
      number: "16.3.3",
      asks: "Attempts to get around the controls are logged.",
      does: "`cross-site-refused`, `limit-hit`, `seal-refused`, in bounds, so that nobody floods the log.",
      tests: audit(
        "that the sign-in limit was hit",
        "a change from another site",
        "what anyone can cause in bounds, and how much was left out",
      ),
      deviation:
        "A field that breaks a bound is answered and not logged: mostly it is a person who mistyped.",
    },
    {
      number: "16.3.4",
      asks: "Unexpected errors are logged.",
      does: "`store-unavailable` with its operation and class; others by Next, on stderr.",
      tests: [
        ...audit("an outage"),
        ...testsIn(
          "packages/session/src/redis/redis-session-store.test.ts",
          "says once a process that a session could not be read",
        ),
      ],
    },
    {
      number: "16.4.1",
      asks: "Nobody writes lines of their own into the log.",
      does: "JSON, with texts that are cut.",
      tests: testsIn("packages/session/src/log.test.ts", "no text ends its line or begins another field"),
    },
    {
      number: "16.4.2",
      asks: "Logs cannot be read or changed by others.",
      does: "",
      tests: [],
      deviation: `${HOST}: that is the host's.`,
    },
    {
      number: "16.4.3",
      asks: "Logs go to a system of their own.",
      does: "",
      tests: [],
      deviation: `${HOST}: collecting the output is the host's, and every host does.`,
    },
    {
      number: "16.5.1",
      asks: "Errors reveal nothing of the inside.",
      does: "Problem details with our own words; errors of the Redis client end where they begin.",
      tests: [
        ...testsIn(
          "packages/session/src/next/problem.test.ts",
          "names the field and the time to wait where there are any",
        ),
        ...testsIn(
          "packages/session/src/redis/transport/deadline.test.ts",
          "by a word for its class and nothing that was asked or answered",
        ),
        ...testsIn("proofs/input/fuzz.proof.ts", "no handler fails, repeats it or lets it into a log"),
      ],
    },
    {
      number: "16.5.2",
      asks: "It stays safe when what it depends on is away.",
      does: "One deadline, 503, the cookie kept; never shown as signed out.",
      tests: [
        ...testsIn(
          "e2e/outage.spec.ts",
          "answered before the deadline, the cookie kept, the same session afterwards",
        ),
        ...testsIn("proofs/outage/outage-matrix.proof.ts", "while every answer is: "),
      ],
    },
    {
      number: "16.5.3",
      asks: "It fails closed.",
      does: "Who cannot be counted does not sign in; what cannot be confirmed is not claimed.",
      tests: [
        ...testsIn("packages/session/src/redis/rate-limit.test.ts", "lets nobody on whom it cannot count"),
        ...testsIn("app/api/api.test.ts", "log-out is not claimed, and the cookie stays"),
        ...testsIn(
          "packages/session/src/testing/contract/changes.contract.ts",
          "leaves the session as it was when the change throws",
        ),
      ],
    },
  ],
  notApplicable: [],
};
