import type { Numbers } from "./record";

/** What a proof found, by its name; with a `*` at the end, the sums of all whose names begin so. */
export type Found = (name: string) => Numbers;

/** A scenario that burnt people, with what came of it elsewhere and here. */
export interface Scenario {
  readonly scenario: string;
  /** What was measured elsewhere, and of what. */
  readonly field: string;
  /** In numbers of the run; or in words, where a test says yes or no. */
  readonly ours: string | ((found: Found) => string);
  /** The file that proves it. */
  readonly by: string;
}

const outcome = (name: string) => (found: Found) => {
  const { trials, keysLeft, falseSuccesses, revived = 0 } = found(name);
  return `${keysLeft} keys left, ${falseSuccesses} false successes, ${revived} revived, in ${trials} trials`;
};
const contention = (found: Found) => {
  const { runs, allKept, requestsPerChange } = found("contention");
  return `200 of 200 in ${allKept} of ${runs} runs, ${requestsPerChange} requests a change`;
};
const onceEach = (name: string) => (found: Found) => {
  const { trials, lost, doubled } = found(name);
  return `${lost} lost, ${doubled} doubled, in ${trials} trials`;
};

/** Measured elsewhere in November 2026: the nine session-store guides that Redis publishes. */
export const guides: readonly Scenario[] = [
  {
    scenario: "requests to Redis for a signed-in read / for a page load",
    field: "2 to 4 / 10",
    ours: "1 / 1",
    by: "e2e/rest-requests.spec.ts",
  },
  {
    scenario: "an operation concurrent with a delete",
    field: "2000 zombie keys of 2000; update, increment and set-TTL also report success (Node)",
    ours: outcome("log-out--*"),
    by: "proofs/endings.proof.ts",
  },
  {
    scenario: "the same over HTTP, with a random delay",
    field: "1885 to 1927 of 2000",
    ours: "the same trials: all of ours are over HTTP, at random moments",
    by: "proofs/endings.proof.ts",
  },
  {
    scenario: "an operation at the moment of expiry",
    field: "127 of 1500 partly resurrected (Node)",
    ours: outcome("expiry--*"),
    by: "proofs/expiry.proof.ts",
  },
  {
    scenario: "a read concurrent with a change of the TTL",
    field: "a wrong TTL in 1553 of 2000; a shortened session stayed long in 881 of 2000 (Node)",
    ours: (found) => {
      const { trials, wrong } = found("ttl-change-*");
      return `${wrong} wrong of ${trials}`;
    },
    by: "proofs/clocks.proof.ts",
  },
  {
    scenario: "100 concurrent adds to one cart (ours: and 100 views, from three servers)",
    field: "1 survives (Node)",
    ours: contention,
    by: "proofs/contention.proof.ts",
  },
  {
    scenario: "16 writers, 50 increments each",
    field: "right, with 4859 of 5659 transactions aborted, no bound, no back-off (redis-py)",
    ours: (found) => {
      const { changes, kept, busy, requestsPerChange } = found("writers");
      return `${kept} of ${changes}, ${busy} told to come back, ${requestsPerChange} requests a change, bounded`;
    },
    by: "proofs/contention.proof.ts",
  },
  {
    scenario: "a TTL of 9300000000000000",
    field: "a key with no TTL, or a session that answers 500 until it ends",
    ours: "400, nothing written",
    by: "e2e/hostile.spec.ts",
  },
  {
    scenario: "an increment of a reserved field",
    field: "every later read throws",
    ours: "impossible: no request names a field of the session",
    by: "lib/request/api.hostile.test.ts",
  },
  {
    scenario: "`Cookie: sid=%`, a cookie with `%zz`, `GET //`, `Host: a b`",
    field: "the server's process exits (Node)",
    ours: "a 4xx or an anonymous page, and the next request is served",
    by: "e2e/hostile.spec.ts",
  },
  { scenario: "GET of log-out", field: "logs out (Go)", ours: "405", by: "e2e/hostile.spec.ts" },
  {
    scenario: "a POST of plain text from another origin",
    field: "accepted",
    ours: "refused: 403 from another origin, 415 for plain text",
    by: "e2e/hostile.spec.ts",
  },
  {
    scenario: "the API's JSON",
    field: "hands the session ID to the page's script",
    ours: "neither ID nor seal is in any body, location or log",
    by: "lib/request/api.test.ts",
  },
  {
    scenario: "Redis is down",
    field: "requests hang; a queued log-in is carried out later",
    ours: (found) => {
      const { outages, deadlineMs, slowestMs } = found("outages");
      return `503 in ${outages} of ${outages} outages, the slowest after ${slowestMs} ms with a deadline of ${deadlineMs}; nothing queued, the cookie kept`;
    },
    by: "proofs/outage-matrix.proof.ts",
  },
  { scenario: "a user name of 5 MB", field: "stored and sent back", ours: "413", by: "e2e/hostile.spec.ts" },
  {
    scenario: "Redis refuses a write: out of memory, a read-only replica",
    field: "reported as success, a cookie handed out (.NET, Jedis; read in the code, not run)",
    ours: "503, no cookie",
    by: "proofs/outage-matrix.proof.ts",
  },
];

/** And what people use instead. */
export const libraries: readonly Scenario[] = [
  {
    scenario: "50 parallel adds to a cart, 2 processes (ours: 100 adds and 100 views, 3 servers)",
    field: "1 to 6 kept, in 20 runs (express-session 1.19, connect-redis 10)",
    ours: contention,
    by: "proofs/contention.proof.ts",
  },
  {
    scenario: "log-out while a slow writer is under way",
    field: "alive again in 20 of 20 (the same)",
    ours: outcome("log-out--update"),
    by: "proofs/endings.proof.ts",
  },
  {
    scenario: "10 parallel sign-ins, then the others are revoked (ours: also meanwhile)",
    field: "up to 2 sessions survive, in 5 of 6 runs (better-auth 1.7)",
    ours: (found) => {
      const { trials, survivedTheLast, unlisted } = found("revoke-others");
      return `${survivedTheLast} survive, ${unlisted} live unlisted, in ${trials} runs`;
    },
    by: "proofs/user-sessions.proof.ts",
  },
  {
    scenario: "the list of devices",
    field: "hands the bearer tokens to the page's script (the same)",
    ours: "handles, from which no ID can be had",
    by: "lib/request/api.devices.test.ts",
  },
  {
    scenario: "the store is down",
    field: "401: an outage is told as signed out (the same)",
    ours: "503, and the same session afterwards",
    by: "proofs/outage-matrix.proof.ts",
  },
  {
    scenario: "the ID at log-in, and an old cookie afterwards",
    field: "the same ID goes on; an old cookie makes it again after log-out (React Router 8)",
    ours: (found) => {
      const { trials, plantedAuthenticated } = found("sign-in");
      return `a new ID; the planted one was signed in ${plantedAuthenticated} times of ${trials}`;
    },
    by: "proofs/sign-in.proof.ts",
  },
  {
    scenario: "sliding, and log-out",
    field:
      "expiry never slides, log-out leaves the session alive, the check never asks (Next.js' authentication guide)",
    ours: "slides, ends for every copy of the cookie, asks each time",
    by: "e2e/session.spec.ts",
  },
  {
    scenario: "the REST client in trouble",
    field: "6 tries over 4.4 s, no time limit, the command with its data in the error (@upstash/redis 1.39)",
    ours: "one deadline for all, a word for the failure and nothing else",
    by: "lib/redis/client.test.ts",
  },
];

/** And what nobody measured. */
export const ownScenarios: readonly Scenario[] = [
  {
    scenario: "an operation concurrent with a revoke",
    field: "–",
    ours: outcome("revoke--*"),
    by: "proofs/endings.proof.ts",
  },
  {
    scenario: "an operation concurrent with a rotation",
    field: "–",
    ours: (found) =>
      `${outcome("rotation--*")(found)}; ${found("rotation--*").lost} acknowledged changes of the cart lost`,
    by: "proofs/endings.proof.ts",
  },
  {
    scenario: "the answer to a change / a begin / an end is lost after the write",
    field: "–",
    ours: (found) =>
      ["lost-update", "lost-begin", "lost-end"].map((name) => onceEach(name)(found)).join(" / "),
    by: "proofs/lost-replies.proof.ts",
  },
  {
    scenario: "a sign-in with six other requests of the same browser under way",
    field: "–",
    ours: (found) => {
      const { trials, loggedOut, cartWrong, strayCookies } = found("sign-in");
      return `${loggedOut} logged out, ${cartWrong} carts not carried exactly once, ${strayCookies} stray cookies, in ${trials} trials`;
    },
    by: "proofs/sign-in.proof.ts",
  },
  {
    scenario: "two tabs sign in together",
    field: "–",
    ours: (found) => {
      const { trials, oneWinner, otherTold, winnerKept } = found("two-tabs");
      return `one wins in ${oneWinner}, the other is told in ${otherTold}, the browser keeps the winner in ${winnerKept} of ${trials}`;
    },
    by: "proofs/sign-in.proof.ts",
  },
  {
    scenario: "30 sign-ins of one user at once, at most 25 sessions",
    field: "–",
    ours: (found) => {
      const { trials, exactly25, listIsTruth } = found("cap");
      return `exactly 25 live in ${exactly25}, the list is the truth in ${listIsTruth} of ${trials} runs`;
    },
    by: "proofs/user-sessions.proof.ts",
  },
  {
    scenario: "the server dies between any two steps of a rotation, for 5 kinds of rotation",
    field: "–",
    ours: (found) => {
      const { trials, heldByTheBrowser, onlyListed, inNone, heldTwice } = found("death-*");
      return `of ${trials}: ${heldByTheBrowser} carts held by the browser, ${onlyListed} claimed with the answer lost and listed, ${inNone} in no session, ${heldTwice} held twice`;
    },
    by: "proofs/death.proof.ts",
  },
  {
    scenario: "two builds with different schemas write to one session, in turn / at once",
    field: "–",
    ours: (found) =>
      [found("schema"), found("schema-at-once")]
        .map(({ writes, kept }) => `${kept} of ${writes} kept`)
        .join(" / "),
    by: "proofs/schema.proof.ts",
  },
  {
    scenario: "two rotations of the secret while 200 users browse",
    field: "–",
    ours: (found) => {
      const { requests, signedOut, sealedWithOldest, endedWithIt, othersEnded } = found("secrets");
      return `${signedOut} of ${requests} requests signed out; dropping the oldest ended ${endedWithIt} of its ${sealedWithOldest} and ${othersEnded} others`;
    },
    by: "proofs/secrets.proof.ts",
  },
  {
    scenario: "random histories against a pure model, one client after the other / many at once",
    field: "–",
    ours: (found) => {
      const [model, concurrent] = [found("model"), found("concurrent-model")];
      return `${model.differences} differences in ${model.histories} histories / ${concurrent.violations} broken promises in ${concurrent.histories}`;
    },
    by: "proofs/model.proof.ts",
  },
  {
    scenario: "keys without a TTL after all of it, accounts apart",
    field: "–",
    ours: (found) => `${found("kept-*").withoutTtl} of ${found("kept-*").keys}`,
    by: "proofs/kept-keys.ts",
  },
];
