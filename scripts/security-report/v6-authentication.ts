import { type Chapter, testsIn } from "./requirement";

const account = (...titles: string[]) => testsIn("lib/account/password.test.ts", ...titles);
const signIn = (...titles: string[]) => testsIn("app/api/sign-in.test.ts", ...titles);
const limit = (...titles: string[]) => testsIn("lib/account/limit-sign-in.test.ts", ...titles);
const report = (...titles: string[]) => testsIn("scripts/security-report/security-report.test.ts", ...titles);

const CURRENT = "asks for the current one, always, and refuses a common one";
const LENGTH = ["each of 8 characters counts once", "128 characters are the most"];
const NO_MFA = "There is one factor.";

export const authentication: Chapter = {
  title: "V6 Authentication, as far as passwords go",
  requirements: [
    {
      number: "6.1.1",
      asks: "The documentation says how guessing is slowed down, and how nobody is locked out by malice.",
      does: "[Sign-in](#sign-in).",
      tests: report("the limits on the page are those of the code"),
    },
    {
      number: "6.1.2",
      asks: "The words that a password may not be made of are documented.",
      does: "[Sign-in](#sign-in): the site's name and the user's own.",
      tests: report("the page has each of the site's words that no password is made of"),
    },
    {
      number: "6.1.3",
      asks: "All ways to sign in are documented.",
      does: "[Sign-in](#sign-in): two, and the guest.",
      tests: report("the page has the sections that the standard wants documented"),
    },
    {
      number: "6.2.1",
      asks: "8 characters or more.",
      does: "8 to 128, counted by code point.",
      tests: account(...LENGTH),
    },
    {
      number: "6.2.2",
      asks: "Users can change their password.",
      does: "On `/profile`.",
      tests: testsIn("e2e/devices.spec.ts", "a changed password ends the other devices"),
    },
    {
      number: "6.2.3",
      asks: "A change asks for the current password.",
      does: "Always; a session has ten attempts a minute, of its own.",
      tests: testsIn("app/api/devices.test.ts", CURRENT),
    },
    {
      number: "6.2.4",
      asks: "The 3000 most common passwords are refused.",
      does: "18,000 are, in whatever case.",
      tests: [
        ...testsIn(
          "lib/account/common-password.test.ts",
          "knows every common password of the installed list that is long enough",
        ),
        ...testsIn("app/api/devices.test.ts", CURRENT),
      ],
    },
    {
      number: "6.2.5",
      asks: "Any characters, and none that must be there.",
      does: "Blanks, control characters, any script.",
      tests: account("a password"),
    },
    {
      number: "6.2.6",
      asks: "The field masks what is typed.",
      does: "`type=password` everywhere.",
      tests: testsIn("app/_ui/password-fields.test.ts", "masks what is typed"),
    },
    {
      number: "6.2.7",
      asks: "Pasting and password managers are let in.",
      does: "Each field says what it is for (`autocomplete`); nothing listens for a paste.",
      tests: testsIn("app/_ui/password-fields.test.ts", "says to password managers", "is pasted into"),
    },
    {
      number: "6.2.8",
      asks: "A password is verified exactly as received.",
      does: "Nothing is cut, trimmed or folded.",
      tests: testsIn(
        "lib/account/password-hash.test.ts",
        "verifies the password it was made of and no other",
        "is the same for a password that another keyboard spells in other bytes",
      ),
      deviation:
        "Unicode is normalised, as NIST SP 800-63B wants: the same character counts as the same, however a keyboard spells it.",
    },
    {
      number: "6.2.9",
      asks: "64 characters or more are permitted.",
      does: "128.",
      tests: account(...LENGTH),
    },
    {
      number: "6.2.10",
      asks: "A password does not expire.",
      does: "Accounts have no end, and nothing asks for a new password.",
      tests: testsIn(
        "lib/account/redis-account-store.test.ts",
        "keeps an account as JSON without a TTL, and finds it by its name",
      ),
    },
    {
      number: "6.2.11",
      asks: "Passwords made of the documented words are refused.",
      does: "Without the site's name and the user's, 8 characters must be left.",
      tests: [
        ...testsIn("lib/account/own-words.test.ts", "is made of the site's name and of Ada's"),
        ...signIn("is refused with a password that is made of the user's name and the site's"),
      ],
    },
    {
      number: "6.2.12",
      asks: "Breached passwords are refused.",
      does: "Those that are common enough to be on the list.",
      tests: signIn("is refused to a taken name, to one in another case, and to a guest's"),
      deviation:
        "A set of breached passwords is a service to ask or gigabytes to keep; the demo needs no account anywhere.",
    },
    {
      number: "6.3.1",
      asks: "What is documented against guessing is there.",
      does: "Two buckets in Redis, for the account and for the address, and one of a session for confirmations; who cannot be counted does not get in.",
      tests: [
        ...limit(
          "is ten at once for an account, from wherever they come",
          "is a hundred at once for an address, whatever names it tries",
          "is told with the time to come back, to the right password and to a registration, too",
          "ten a minute of a session, so that nobody guesses with a stolen one",
        ),
        ...testsIn("packages/session/src/redis/rate-limit.test.ts", "lets nobody on whom it cannot count"),
      ],
    },
    {
      number: "6.3.2",
      asks: "No default accounts.",
      does: "There is no account that nobody registered.",
      tests: signIn("is refused to a taken name, to one in another case, and to a guest's"),
    },
    {
      number: "6.3.3",
      asks: "More than one factor.",
      does: "",
      tests: [],
      deviation:
        "A password alone: the demo is about sessions, and a second factor would need an app or a key to try it. What limits the harm: the limit of sign-ins, short idle times, devices that can be seen and ended, and the password asked for again before what matters.",
    },
    {
      number: "6.3.4",
      asks: "No way around: each way to sign in is as strong.",
      does: "Log in, register and what confirms a password go through one check; each attempt is counted.",
      tests: [
        ...testsIn("lib/account/disable-account.test.ts", "ends every session at once, and nobody signs in"),
        ...limit("ten a minute of a session, so that nobody guesses with a stolen one"),
        ...testsIn(
          "e2e/bypass/bypass.spec.ts",
          "whatever a request says of itself, nobody sees another's session",
        ),
      ],
    },
    {
      number: "6.3.8",
      asks: "Nobody learns which users there are (level 3).",
      does: "A sign-in answers alike, in every byte and in time.",
      tests: signIn(
        "answers an unknown user like a wrong password, in every byte",
        "does the same work for an unknown user as for a wrong password",
      ),
      deviation:
        "Register says that a name is taken: without e-mail there is no other way to inform its would-be owner.",
    },
    {
      number: "6.4.3",
      asks: "A safe way to reset a forgotten password.",
      does: "",
      tests: [],
      deviation:
        "There is none: an account has no e-mail address to send anything to. Whoever forgets it registers anew.",
    },
  ],
  notApplicable: [
    { numbers: ["6.4.1"], reason: "No password or code is made by the system." },
    {
      numbers: ["6.4.2"],
      reason: "There are neither hints nor secret questions: an account is a name and a hash.",
    },
    { numbers: ["6.4.4"], reason: NO_MFA },
    {
      numbers: ["6.5.1", "6.5.2", "6.5.3", "6.5.4", "6.5.5"],
      reason: `${NO_MFA} No codes to look up or to compute.`,
    },
    { numbers: ["6.6.1", "6.6.2", "6.6.3"], reason: `${NO_MFA} Nothing is sent by another channel.` },
    {
      numbers: ["6.8.1", "6.8.2", "6.8.3", "6.8.4"],
      reason: "No identity provider: accounts are the app's own.",
    },
  ],
};
