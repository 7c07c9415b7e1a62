import { type Chapter, testsIn } from "./requirement";

/** What the OWASP Session Management Cheat Sheet asks for beyond the standard. */
export const sessionCheatSheet: Chapter = {
  title: "OWASP Session Management Cheat Sheet, beyond the above",
  requirements: [
    {
      asks: "The ID's name reveals nothing of what runs here.",
      does: "`session`.",
      tests: testsIn(
        "packages/session/src/cookie/session-cookie.test.ts",
        "is one exact line on https and one on http",
      ),
    },
    {
      asks: "The ID means nothing by itself.",
      does: "Random bytes, sealed; all data is in Redis.",
      tests: testsIn(
        "packages/session/src/cookie/seal.test.ts",
        "looks different each time and shows nothing of the ID",
      ),
    },
    {
      asks: "An ID from outside is input like any other.",
      does: "Shape, MAC, purpose, shape of the ID, in this order; of what fails nothing reaches Redis.",
      tests: [
        ...testsIn("packages/session/src/cookie/seal.test.ts", "what is not our seal"),
        ...testsIn("e2e/hostile.spec.ts", "a bit flipped anywhere in a good seal makes an anonymous visitor"),
      ],
    },
    {
      asks: "One way for the ID to travel.",
      does: "The cookie of this scheme: over https that of plain http does not count.",
      tests: testsIn("e2e/https.spec.ts", "the cookie of plain http is not accepted, whatever it holds"),
    },
    {
      asks: "Cookies that end with the browser.",
      does: "",
      tests: [],
      deviation:
        "The cookie lasts as long as the lifetime: the cart shall be there tomorrow. What is idle ends in Redis.",
    },
    {
      asks: "Users are warned that their session is about to end.",
      does: "A warning before the idle end, and a click that puts it off.",
      tests: testsIn("e2e/interface.spec.ts", "its owner is warned, and stays signed in with one click"),
    },
    {
      asks: "Tabs hear of a log-out.",
      does: "At once in the same browser; elsewhere when their owner comes back, or within a minute.",
      tests: testsIn("e2e/interface.spec.ts", "in another tab: this one says so at once"),
    },
    {
      asks: "Changes of a session that happens elsewhere: IDs bound to an address or a browser.",
      does: "Devices are shown to their owner, with the browser's name.",
      tests: testsIn("app/api/devices.test.ts", "tells this one from the others"),
      deviation:
        "An ID is bound to no address and no browser: phones change both all day, and a thief can send the same.",
    },
    {
      asks: "A session's life is logged.",
      does: "Its beginning, its end and why, and that it came back after its end.",
      tests: testsIn(
        "app/api/audit.test.ts",
        "sessions that were ended from elsewhere, and why",
        "that somebody came with a session which had been ended",
      ),
    },
    {
      asks: "Sessions at once are seen and limited.",
      does: "25 a user; the list is the truth while others sign in.",
      tests: testsIn(
        "packages/session/src/testing/contract/lists.contract.ts",
        "holds exactly 25 after 30 sign-ins at once, and those are what lives",
      ),
    },
  ],
  notApplicable: [],
};
