import { type Chapter, testsIn } from "./requirement";

const timeouts = (...titles: string[]) =>
  testsIn("packages/session/src/testing/contract/clocks.contract.ts", ...titles);
const ends = (...titles: string[]) =>
  testsIn("packages/session/src/testing/contract/ends.contract.ts", ...titles);
const session = (...titles: string[]) => testsIn("e2e/session.spec.ts", ...titles);
const devices = (...titles: string[]) => testsIn("app/api/devices.test.ts", ...titles);
const report = (...titles: string[]) => testsIn("scripts/security-report/security-report.test.ts", ...titles);

export const sessionManagement: Chapter = {
  title: "V7 Session management",
  requirements: [
    {
      number: "7.1.1",
      asks: "Idle timeout and lifetime are documented, with reasons.",
      does: "[Two clocks](#two-clocks).",
      tests: report("the limits on the page are those of the code"),
    },
    {
      number: "7.1.2",
      asks: "How many sessions a user may have at once, and what happens beyond.",
      does: "[Sessions at once](#sessions-at-once).",
      tests: [
        ...report("the limits on the page are those of the code"),
        ...testsIn(
          "packages/session/src/testing/contract/lists.contract.ts",
          "holds 25: one more ends the oldest",
        ),
      ],
    },
    {
      number: "7.2.1",
      asks: "A session is verified on the server.",
      does: "Each request asks Redis; the browser holds a sealed ID and decides nothing.",
      tests: [
        ...testsIn(
          "e2e/bypass/without-middleware.spec.ts",
          "a protected page still refuses, a forged session header included",
        ),
        ...testsIn(
          "packages/session/src/next/page-middleware.test.ts",
          "lets no one speak for it: a word that a client sends is taken away",
        ),
      ],
    },
    {
      number: "7.2.2",
      asks: "Tokens are made for each session, and are no fixed keys.",
      does: "A new ID for each session; an ID that we did not make is never taken on.",
      tests: testsIn(
        "packages/session/src/testing/contract/creation.contract.ts",
        "answers absent for an ID it never made, and never adopts it",
      ),
    },
    {
      number: "7.2.3",
      asks: "128 bits of entropy or more, from a CSPRNG.",
      does: "256 bits of `crypto.getRandomValues`.",
      tests: testsIn(
        "packages/session/src/session-id.test.ts",
        "is 32 random bytes as 43 characters of base64url, and parses as itself",
      ),
    },
    {
      number: "7.2.4",
      asks: "A sign-in gives a new token and ends the one before.",
      does: "Log in, register, guest and a changed password rotate the ID; the old one is dead at once.",
      tests: [
        ...session(
          "a cart filled before the sign-in comes along; the ID changes, and the old one opens nothing",
        ),
        ...testsIn(
          "app/api/sign-in.test.ts",
          "gives a new ID; the old one is dead at once and leads nowhere",
        ),
        ...testsIn("proofs/concurrency/sign-in.proof.ts", "logs nobody out, raises no planted ID"),
      ],
      deviation:
        "A password that confirms one act (to end sessions) is good for that act alone and raises no rights, so the ID stays.",
    },
    {
      number: "7.3.1",
      asks: "An inactivity timeout.",
      does: "Redis' own TTL, by Redis' own time.",
      tests: [
        ...session("the session ends when it was idle for its timeout, on every server"),
        ...timeouts("ends a session that was idle for its idle timeout"),
      ],
    },
    {
      number: "7.3.2",
      asks: "A longest lifetime.",
      does: "Fixed when the session begins; the TTL is the nearer of the two ends.",
      tests: timeouts(
        "ends a session at its absolute end, however busy it is",
        "never lets a session outlive its absolute end: the TTL is the nearer of the two",
      ),
    },
    {
      number: "7.4.1",
      asks: "After log-out or expiry the session is of no use.",
      does: "A tombstone takes its place in Redis; no write that is under way brings it back.",
      tests: [
        ...session("log-out ends the session for a copy of the cookie, too"),
        ...ends(
          "ends a session at once and for good, and says whether it was this call",
          "does not revive a session when a change was under way while it ended",
        ),
        ...testsIn("proofs/concurrency/endings.proof.ts", "revives nothing and claims nothing"),
      ],
    },
    {
      number: "7.4.2",
      asks: "All sessions end when an account is disabled or deleted.",
      does: "Both, also those of sign-ins that are under way.",
      tests: [
        ...testsIn("lib/account/disable-account.test.ts", "ends every session at once, and nobody signs in"),
        ...testsIn("app/api/account.test.ts", "ends every session, clears this cookie"),
        ...testsIn("proofs/concurrency/account-deletion.proof.ts", "a deletion that meets sign-ins"),
      ],
    },
    {
      number: "7.4.3",
      asks: "A change of the password may end all other sessions.",
      does: "A box beside the new password, ticked from the start.",
      tests: [
        ...devices("ends the others where that is wished, and only then"),
        ...testsIn("e2e/devices.spec.ts", "a changed password ends the other devices"),
      ],
    },
    {
      number: "7.4.4",
      asks: "Log-out is in sight on every page that needs a sign-in.",
      does: "A button in the header of every page.",
      tests: [
        ...testsIn(
          "e2e/accessibility.spec.ts",
          "the keyboard alone signs a guest in, fills a cart and logs out",
        ),
        ...testsIn("e2e/https.spec.ts", "after the log-out, Back shows nothing of the session"),
      ],
    },
    {
      number: "7.4.5",
      asks: "An administrator can end the sessions of one user, and of all.",
      does: "`npm run account -- disable NAME` for one; dropping the secret from `SESSION_SECRET` for all.",
      tests: [
        ...testsIn("lib/account/disable-account.test.ts", "ends every session at once, and nobody signs in"),
        ...testsIn("packages/session/src/cookie/seal.test.ts", "a dropped one opens no more"),
        ...testsIn("proofs/rollout/secrets.proof.ts", "dropping the oldest ends exactly its own"),
      ],
    },
    {
      number: "7.5.1",
      asks: "What a sign-in depends on is changed only after a new proof.",
      does: "That is the password alone: changing it, and deleting the account, ask for it each time.",
      tests: [
        ...devices("asks for the current one, always, and refuses a common one"),
        ...testsIn("app/api/account.test.ts", "asks for the password, always"),
      ],
    },
    {
      number: "7.5.2",
      asks: "Users see their sessions and, having proved themselves again, end any of them.",
      does: "`/sessions`; the password is asked for where the sign-in is older than five minutes.",
      tests: [
        ...devices(
          "tells this one from the others, newest first, in words and without an ID",
          "asks for the password again once the sign-in is five minutes old; a guest has none",
        ),
        ...testsIn("e2e/devices.spec.ts", "a user sees their devices and ends another one"),
      ],
      deviation: "A guest has no password and may end their own one session without.",
    },
    {
      number: "7.5.3",
      asks: "A new proof before what is highly sensitive (level 3).",
      does: "Deleting the account asks for the password, always.",
      tests: testsIn("app/api/account.test.ts", "asks for the password, always"),
    },
    {
      number: "7.6.2",
      asks: "No session begins without an act of the user.",
      does: "It begins with the first thing worth keeping, never with a GET, a prefetch or a crawler.",
      tests: [
        ...session("a visitor who only looks gets no cookie"),
        ...testsIn("app/api/api.test.ts", "reads everything without a request to Redis and without a cookie"),
      ],
    },
  ],
  notApplicable: [
    { numbers: ["7.1.3", "7.6.1"], reason: "No single sign-on: the app's sessions depend on no other's." },
  ],
};
