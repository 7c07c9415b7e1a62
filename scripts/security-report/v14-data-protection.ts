import { type Chapter, testsIn } from "./requirement";

const report = (...titles: string[]) => testsIn("scripts/security-report/security-report.test.ts", ...titles);
const SECTIONS = "the page has the sections that the standard wants documented";
const NO_CACHE = "no cache keeps what depends on the session, signed in or not";

export const dataProtection: Chapter = {
  title: "V14 Data protection",
  requirements: [
    {
      number: "14.1.1",
      asks: "Sensitive data is named and classified.",
      does: "[What is kept](#what-is-kept).",
      tests: report(SECTIONS),
    },
    {
      number: "14.1.2",
      asks: "Each class says how its data is protected.",
      does: "[What is kept](#what-is-kept).",
      tests: report(SECTIONS),
    },
    {
      number: "14.2.1",
      asks: "Nothing sensitive in an address.",
      does: "IDs in the cookie, fields in the body; a refused form's address has its code and no value.",
      tests: [
        ...testsIn("app/api/api.test.ts", "nothing secret is in any body, location or log"),
        ...testsIn(
          "packages/session/src/next/form-response.test.ts",
          "goes back to its page with the code and the field, and without a value",
        ),
      ],
    },
    {
      number: "14.2.2",
      asks: "No cache on the way keeps sensitive data.",
      does: "`no-store` on all that depends on the session, also for who has none.",
      tests: testsIn("e2e/https.spec.ts", NO_CACHE),
    },
    {
      number: "14.2.3",
      asks: "Nothing goes to third parties.",
      does: "No trackers; the policy lets a page ask this site alone; traces, where they are switched on, carry no session data.",
      tests: [
        ...testsIn("e2e/browser-headers.spec.ts", "does not run, sends nothing away, and is reported"),
        ...testsIn("lib/server/tracing.test.ts", "records an outage as an error, and nothing of any session"),
      ],
    },
    {
      number: "14.2.4",
      asks: "The data is protected as its class says.",
      does: "Passwords are hashed, IDs sealed, sessions end by themselves, logs hold none of it.",
      tests: [
        ...testsIn(
          "lib/account/password-hash.test.ts",
          "has a salt of its own, its costs in its text, and nothing of the password",
        ),
        ...testsIn(
          "packages/session/src/redis/redis-session-store.test.ts",
          "leaves no session key without a TTL behind",
        ),
        ...testsIn("app/api/audit.test.ts", "holds no ID, no seal, no password, no secret and no name"),
        ...testsIn(
          "packages/session/src/cookie/seal.test.ts",
          "looks different each time and shows nothing of the ID",
        ),
      ],
      deviation:
        "Encryption on Redis' disk is the business of who runs it: a person shall be able to read a session with redis-cli.",
    },
    {
      number: "14.3.1",
      asks: "What a signed-in page showed is gone with the session.",
      does: "Log-out loads a new page; Back asks the server again; other tabs say that the session has ended.",
      tests: [
        ...testsIn("e2e/https.spec.ts", "after the log-out, Back shows nothing of the session"),
        ...testsIn("e2e/interface.spec.ts", "in another tab: this one says so at once"),
      ],
      deviation:
        "A tab that was open elsewhere keeps what it shows behind the notice until it is loaded again. `Clear-Site-Data` is not sent: nothing of the session is in a cache or a storage, and emptying the cache would cost the next visit its pictures and scripts.",
    },
    {
      number: "14.3.2",
      asks: "Browsers are asked to keep nothing.",
      does: "`Cache-Control: no-store`.",
      tests: testsIn("e2e/https.spec.ts", NO_CACHE),
    },
    {
      number: "14.3.3",
      asks: "Browser storage holds nothing but the token.",
      does: "The sealed cookie is all that is kept of a session. What was typed into a form, never a password, is kept in the tab until the next page has answered, or its owner has signed in again.",
      tests: [
        ...testsIn(
          "app/_session/forms/browser-storage.test.ts",
          "one source alone uses the browser's storage, for what was typed into a form, and none its caches or cookies",
        ),
        ...testsIn("e2e/forms.spec.ts", "comes back after the sign-in, to its owner alone"),
        ...testsIn("e2e/session.spec.ts", "the cookie is what the README shows: opaque"),
      ],
    },
  ],
  notApplicable: [],
};
