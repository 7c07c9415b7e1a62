import { type Found, outcome, type Scenario } from "./scenario";

const onceEach = (name: string) => (found: Found) => {
  const { trials, lost, doubled } = found(name);
  return `${lost} lost, ${doubled} doubled, in ${trials} trials`;
};

/** What nobody measured elsewhere. */
export const ownScenarios: readonly Scenario[] = [
  {
    scenario: "an operation concurrent with a revoke",
    field: "–",
    ours: outcome("revoke--*"),
    by: "proofs/concurrency/endings.proof.ts",
  },
  {
    scenario: "an operation concurrent with a rotation",
    field: "–",
    ours: (found) =>
      `${outcome("rotation--*")(found)}; ${found("rotation--*").lost} acknowledged changes of the cart lost`,
    by: "proofs/concurrency/endings.proof.ts",
  },
  {
    scenario: "the answer to a change / a begin / an end is lost after the write",
    field: "–",
    ours: (found) =>
      ["lost-update", "lost-begin", "lost-end"].map((name) => onceEach(name)(found)).join(" / "),
    by: "proofs/outage/lost-replies.proof.ts",
  },
  {
    scenario: "a sign-in with six other requests of the same browser under way",
    field: "–",
    ours: (found) => {
      const { trials, loggedOut, cartWrong, strayCookies } = found("sign-in");
      return `${loggedOut} logged out, ${cartWrong} carts not carried exactly once, ${strayCookies} stray cookies, in ${trials} trials`;
    },
    by: "proofs/concurrency/sign-in.proof.ts",
  },
  {
    scenario: "two tabs sign in together",
    field: "–",
    ours: (found) => {
      const { trials, signedIn, cartOnce, strayCookies } = found("two-tabs");
      return `signed in in ${signedIn}, the cart carried once in ${cartOnce} of ${trials}, ${strayCookies} stray cookies`;
    },
    by: "proofs/concurrency/sign-in.proof.ts",
  },
  {
    scenario: "a sign-in arrives twice at once, at two servers",
    field: "–",
    ours: (found) => {
      const { trials, oneSession } = found("sent-twice");
      return `both answers hold one session in ${oneSession} of ${trials}`;
    },
    by: "proofs/concurrency/sign-in.proof.ts",
  },
  {
    scenario: "30 sign-ins of one user at once, at most 25 sessions",
    field: "–",
    ours: (found) => {
      const { trials, exactly25, listIsTruth } = found("cap");
      return `exactly 25 live in ${exactly25}, the list is the truth in ${listIsTruth} of ${trials} runs`;
    },
    by: "proofs/concurrency/user-sessions.proof.ts",
  },
  {
    scenario: "an account is deleted while four sign in to it and two other devices are used",
    field: "–",
    ours: (found) => {
      const { trials, sessionsLeft, accountsLeft, signedInUnderWay } = found("account-deletion");
      return `${sessionsLeft} sessions left, ${accountsLeft} accounts left, ${signedInUnderWay} sign-ins overtaken and refused, in ${trials} trials`;
    },
    by: "proofs/concurrency/account-deletion.proof.ts",
  },
  {
    scenario: "the server dies between any two steps of a rotation, for 5 kinds of rotation",
    field: "–",
    ours: (found) => {
      const { trials, heldByTheBrowser, onlyListed, inNone, heldTwice } = found("death-*");
      return `of ${trials}: ${heldByTheBrowser} carts held by the browser, ${onlyListed} claimed with the answer lost and listed, ${inNone} in no session, ${heldTwice} held twice`;
    },
    by: "proofs/outage/death.proof.ts",
  },
  {
    scenario:
      "the commands of each request of a sign-in and a password change in any order, any one of them failing, and sent again / with the account disabled in between / a change of what a server has seen",
    field: "–",
    ours: (found) => {
      const { trials, signedOut, cartsLost } = found("scattered-a-*");
      const { trials: disabled, left } = found("scattered-disabled-*");
      const { trials: changes, wrong } = found("scattered-change-*");
      return `${signedOut} signed out, ${cartsLost} carts lost or doubled, in ${trials} / ${left} sessions left in ${disabled} / ${wrong} changes lost or doubled in ${changes}`;
    },
    by: "proofs/outage/scattered.proof.ts",
  },
  {
    scenario: "two builds with different schemas write to one session, in turn / at once",
    field: "–",
    ours: (found) =>
      [found("schema"), found("schema-at-once")]
        .map(({ writes, kept }) => `${kept} of ${writes} kept`)
        .join(" / "),
    by: "proofs/rollout/schema.proof.ts",
  },
  {
    scenario: "two rotations of the secret while 200 users browse",
    field: "–",
    ours: (found) => {
      const { requests, signedOut, sealedWithOldest, endedWithIt, othersEnded } = found("secrets");
      return `${signedOut} of ${requests} requests signed out; dropping the oldest ended ${endedWithIt} of its ${sealedWithOldest} and ${othersEnded} others`;
    },
    by: "proofs/rollout/secrets.proof.ts",
  },
  {
    scenario: "random histories against a pure model, one client after the other / many at once",
    field: "–",
    ours: (found) => {
      const [model, concurrent] = [found("model"), found("concurrent-model")];
      return `${model.differences} differences in ${model.histories} histories / ${concurrent.violations} broken promises in ${concurrent.histories}`;
    },
    by: "proofs/model/model.proof.ts",
  },
  {
    scenario:
      "a soak: many users with two browsers each; three servers, one an hour ahead and one an hour behind; one request to Redis in twenty in trouble, and Redis full now and then; one change in four sent again with its key",
    field: "–",
    ours: (found) => {
      const numbers = found("soak");
      const { seconds, users, requests, repeated, faults, timesFull } = numbers;
      const { lost, doubled, resurrected, crossed, unlisted } = numbers;
      return `${users} users for ${seconds} s, ${requests} requests, ${repeated} of them sent again, ${faults} faults, Redis full ${timesFull} times: ${lost} acknowledged changes lost, ${doubled} doubled, ${resurrected} sessions resurrected, ${crossed} crossed, ${unlisted} unlisted`;
    },
    by: "proofs/soak/soak.proof.ts",
  },
  {
    scenario: "sessions that are not in the index of active sessions: servers that die, requests in trouble",
    field: "–",
    ours: (found) => {
      const { begun, faults, missing } = found("active-index");
      return `${missing} of ${begun} begun, ${faults} faults`;
    },
    by: "proofs/outage/active-index.proof.ts",
  },
  {
    scenario: "an operator ends all sessions that meet a filter, while others begin",
    field: "–",
    ours: (found) => {
      const { trials, left, served } = found("revoke-where");
      return `${left} of ${trials} left alive, ${served} requests served meanwhile`;
    },
    by: "proofs/concurrency/revoke-where.proof.ts",
  },
  {
    scenario: "keys without a TTL after all of it, accounts apart",
    field: "–",
    ours: (found) => `${found("kept-*").withoutTtl} of ${found("kept-*").keys}`,
    by: "proofs/support/kept-keys.ts",
  },
  {
    scenario: "hostile bodies, forms and headers at every handler",
    field: "–",
    ours: (found) => {
      const { requests, routes, serverErrors, refused } = found("fuzz");
      return `${serverErrors} answered with a server error, ${refused} refused, of ${requests} to ${routes} handlers`;
    },
    by: "proofs/input/fuzz.proof.ts",
  },
];
