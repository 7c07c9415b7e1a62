import { type Chapter, testsIn } from "./requirement";

const headers = (...titles: string[]) => testsIn("e2e/browser-headers.spec.ts", ...titles);
const https = (...titles: string[]) => testsIn("e2e/https.spec.ts", ...titles);
const cookie = (...titles: string[]) =>
  testsIn("packages/session/src/cookie/session-cookie.test.ts", ...titles);

const THE_COOKIE = "the cookie is of this host alone, for https alone, out of script's sight, and small";
const EVERY_ANSWER = "every answer says how it is to be taken, and by whom it may be opened";

export const webFrontend: Chapter = {
  title: "V3 Web frontend",
  requirements: [
    {
      number: "3.2.1",
      asks: "An answer is not taken for something that it is not.",
      does: "Handlers answer JSON as JSON, with `nosniff` and a policy that loads nothing; there are no uploads.",
      tests: headers(
        "a handler's answer may load nothing at all, and a file that there is not has no script",
        EVERY_ANSWER,
      ),
    },
    {
      number: "3.2.2",
      asks: "Text is shown as text.",
      does: "React escapes; no source sets HTML.",
      tests: testsIn("e2e/markup.spec.ts", "is shown as text on every page, and runs nowhere"),
    },
    {
      number: "3.3.1",
      asks: "Cookies are Secure, with a prefix in their name.",
      does: "`__Host-session` with Secure.",
      tests: [...https(THE_COOKIE), ...cookie("is one exact line on https and one on http")],
      deviation:
        "On plain http, for a demo on one's own machine, it is `session` without Secure: a browser keeps no other.",
    },
    {
      number: "3.3.2",
      asks: "SameSite is as strict as the cookie's purpose lets it be.",
      does: "Lax: a link from elsewhere finds its visitor signed in, a form from elsewhere does not bring the cookie, and is refused besides.",
      tests: [...https(THE_COOKIE), ...https("changes nothing")],
    },
    {
      number: "3.3.3",
      asks: "Cookies that no other host shares have the prefix `__Host-`.",
      does: "The session's has it. The scratch session of a race on `/proof` has a path of its own, so `__Secure-`: it holds no user.",
      tests: cookie("is one exact line on https and one on http"),
    },
    {
      number: "3.3.4",
      asks: "What script need not see is HttpOnly, and comes in Set-Cookie alone.",
      does: "HttpOnly; pages and JSON show a handle from which no ID can be had.",
      tests: [
        ...https(THE_COOKIE),
        ...testsIn("app/api/api.test.ts", "nothing secret is in any body, location or log"),
        ...testsIn(
          "e2e/proof.spec.ts",
          "both sides are shown, and not one character of the ID or of the seal",
        ),
      ],
    },
    {
      number: "3.3.5",
      asks: "A cookie fits into 4096 bytes (level 3).",
      does: "It is about 300 bytes, whatever the session holds.",
      tests: cookie("fits into what every browser keeps, name, attributes and all"),
    },
    {
      number: "3.4.1",
      asks: "Strict-Transport-Security for a year or more, with subdomains.",
      does: "Two years, with subdomains, where the request came by https.",
      tests: https(
        "pages and handlers ask for https from now on, and over plain http or under a name of the machine they do not",
      ),
      deviation:
        "Static files and Next's own bare 405 and 308 are without it; the page that names the files has said it.",
    },
    {
      number: "3.4.2",
      asks: "CORS lets in nobody unforeseen.",
      does: "No answer has a CORS header: no other site's script reads one.",
      tests: testsIn("app/api/hostile.test.ts", "no answer lets another site's script read it"),
    },
    {
      number: "3.4.3",
      asks: "A content security policy with `object-src 'none'`, `base-uri 'none'`, and an allowlist, nonces or hashes.",
      does: "A nonce for each page ([record 14](decisions/0014-content-security-policy.md)), which is what level 3 asks for.",
      tests: headers(
        "a page's policy lets in scripts by a nonce that is never the same, and none else",
        "does not run, sends nothing away, and is reported",
      ),
    },
    {
      number: "3.4.4",
      asks: "`X-Content-Type-Options: nosniff`.",
      does: "On every answer.",
      tests: headers(EVERY_ANSWER),
    },
    {
      number: "3.4.5",
      asks: "A referrer policy.",
      does: "`same-origin`: another site learns nothing.",
      tests: headers(EVERY_ANSWER),
    },
    {
      number: "3.4.6",
      asks: "`frame-ancestors` on every answer.",
      does: "`'none'`.",
      tests: [...headers(EVERY_ANSWER), ...https("a frame shows none of our pages")],
    },
    {
      number: "3.4.8",
      asks: "Cross-Origin-Opener-Policy on documents (level 3).",
      does: "`same-origin`, but where Sec-Fetch-Site says that nobody else led there: decision 16.",
      tests: headers(EVERY_ANSWER, "no hold on that window"),
    },
    {
      number: "3.5.1",
      asks: "A change that needs no preflight is shown to come from this site.",
      does: "Sec-Fetch-Site, else Origin, must be ours; `null` never is. The same for sign-in and register.",
      tests: [
        ...https("changes nothing"),
        ...testsIn("packages/session/src/next/cross-site.test.ts", "for Sec-Fetch-Site"),
      ],
    },
    {
      number: "3.5.2",
      asks: "If the preflight is relied on, no request gets around it.",
      does: "It is not relied on; bodies that are neither JSON nor our forms are refused all the same.",
      tests: [
        ...testsIn("packages/session/src/next/body.test.ts", "the kind of a body"),
        ...testsIn("e2e/hostile.spec.ts", "nothing is written, the next request is served"),
      ],
    },
    {
      number: "3.5.3",
      asks: "What changes something is no GET.",
      does: "POST alone; GET and HEAD of such a route are 405.",
      tests: testsIn("e2e/hostile.spec.ts", "no change is done by GET or HEAD, whichever it is"),
    },
    {
      number: "3.7.1",
      asks: "No plug-ins of yesterday.",
      does: "HTML, CSS and script; `object-src 'none'`.",
      tests: headers("a page's policy lets in scripts by a nonce that is never the same, and none else"),
    },
    {
      number: "3.7.2",
      asks: "Redirects lead to other hosts only by an allowlist.",
      does: "They lead to no other host at all.",
      tests: [
        ...testsIn("e2e/open-redirect.spec.ts", "what leads elsewhere is gone on to by no endpoint"),
        ...testsIn(
          "packages/session/src/next/same-site-path.test.ts",
          "whatever is accepted stays on this site, for every start of a path there is",
        ),
      ],
    },
  ],
  notApplicable: [
    { numbers: ["3.5.4"], reason: "One application on one host; the cookie is of that host alone." },
    {
      numbers: ["3.5.5"],
      reason:
        "No page listens to `postMessage` of other windows; tabs talk by a BroadcastChannel, which is of one origin.",
    },
  ],
};
