import { type Chapter, testsIn } from "./requirement";

/** What is tried against the app that no single number of the standard names. */
export const inputAndBypasses: Chapter = {
  title: "Input, bypasses and secrets",
  requirements: [
    {
      asks: "Nobody gets past the guard by what a request says of itself.",
      does: "[A corpus](../e2e/bypass/) of headers, paths, methods, cookies and forged sessions, against every route of the build.",
      tests: testsIn(
        "e2e/bypass/bypass.spec.ts",
        "whatever a request says of itself, nobody sees another's session",
      ),
    },
    {
      asks: "The middleware is not the lock.",
      does: "The same corpus with `middleware.ts` deleted.",
      tests: testsIn(
        "e2e/bypass/without-middleware.spec.ts",
        "whatever a request says of itself, nobody sees another's session",
        "a protected page still refuses, a forged session header included",
      ),
    },
    {
      asks: "Whatever is sent, the next request is served.",
      does: "A fuzzer holds every handler to it.",
      tests: testsIn("proofs/input/fuzz.proof.ts", "no handler fails, repeats it or lets it into a log"),
    },
    {
      asks: "What is too large, too deep or of the wrong kind is refused before it is read.",
      does: "16 KiB, flat fields, JSON or a form, UTF-8.",
      tests: testsIn(
        "packages/session/src/next/body.test.ts",
        "a body beyond 16 KiB",
        "are refused when they nest without end",
      ),
    },
    {
      asks: "Beyond a bound nothing is clamped, and what was there stays.",
      does: "A clear 4xx with its code and field.",
      tests: testsIn("app/api/hostile.test.ts", "beyond a bound: a clear 4xx with its code and field"),
    },
    {
      asks: "Special names in JSON pollute nothing.",
      does: "`__proto__` and `constructor` are fields like others.",
      tests: [
        ...testsIn("packages/session/src/next/body.test.ts", "of a special name are fields like others"),
        ...testsIn(
          "lib/session-definition.codec.test.ts",
          "is not harmed by keys that are special in JavaScript",
        ),
      ],
    },
    {
      asks: "Headers that lie do not help.",
      does: "The address is the proxy's word, the rightmost.",
      tests: [
        ...testsIn("app/api/hostile.test.ts", "headers that lie"),
        ...testsIn("packages/session/src/next/origin.test.ts", "the client's address"),
      ],
    },
    {
      asks: "What is in Redis is input, too.",
      does: "Parsed against a schema; what is no session is absent and not overwritten.",
      tests: testsIn(
        "packages/session/src/testing/contract/unreadables.contract.ts",
        "and does not overwrite it",
      ),
    },
    {
      asks: "No secret in the repository or in what browsers are given.",
      does: "Both are searched; `npm run deploy:check` also searches what would be shipped to each host, with a canary for each secret.",
      tests: [
        ...testsIn(
          "scripts/repository/find-credentials.test.ts",
          "no file of the repository holds a credential, or is an .env file",
        ),
        ...testsIn(
          "e2e/shipped-files.spec.ts",
          "what browsers are given has no source map, no secret of this run",
        ),
        ...testsIn(
          "deploy/check/find-secrets.test.ts",
          "a secret is found in the middle of a file, at any depth",
        ),
      ],
    },
  ],
  notApplicable: [],
};
