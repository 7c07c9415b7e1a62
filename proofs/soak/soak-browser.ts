import {
  type Exchange,
  judgeSeen,
  type Ledger,
  noteChanges,
  type Owner,
  openLedger,
  watchEndings,
} from "./soak-ledger";
import type { Ask, Reply, What } from "./soak-protocol";
import type { VerdictSoFar } from "./soak-verdict";

/** The most things that a browser puts into one session. */
const MAX_MARKERS = 40;
/** What a proxy or a browser sends again: some of it at once, some where it waited for an answer in vain. */
const REPEATABLE: readonly What[] = ["add", "view", "idle", "sign in", "end"];
const REPEATED_SHARE = 0.25;
/** A session remembers a key for ten seconds: what comes later than that is a request of its own. */
const REPEATED_WITHIN_MS = 5000;

interface Options {
  readonly owner: Owner;
  readonly verdict: VerdictSoFar;
  /** Asks one of the servers. */
  readonly ask: (ask: Omit<Ask, "number">) => Promise<Exchange>;
  /** Whether Redis holds a live session of the owner with all that this ledger says. */
  readonly isElsewhere: (owner: Owner, ledger: Ledger) => Promise<boolean>;
}

const chance = (share: number) => Math.random() < share;
const anyOf = <T>(several: readonly [T, ...T[]]): T =>
  several[Math.floor(Math.random() * several.length)] ?? several[0];
let markers = 0;

/** A browser with one cookie. Each reply is checked against the replies before. */
export function createSoakBrowser({ owner, verdict, ask, isElsewhere }: Options) {
  let ledger: Ledger | null = null;
  const siblings: { mayEnd(): void }[] = [];

  const send = (what: What, id: string, key: string | null = null) =>
    ask({ owner: owner.name, id, marker: `${owner.name}/${++markers}`, key, what });

  /** Sends a request, or one to three of it with one key, and once more where the answer was lost. */
  async function sendOrRepeat(what: What, id: string): Promise<readonly Exchange[]> {
    if (!REPEATABLE.includes(what) || !chance(REPEATED_SHARE)) return [await send(what, id)];
    const startedMs = performance.now();
    const sent = { owner: owner.name, id, marker: `${owner.name}/${++markers}`, what };
    const request = { ...sent, key: crypto.randomUUID() };
    const copies = 1 + Math.floor(Math.random() * 3);
    const exchanges = await Promise.all(Array.from({ length: copies }, () => ask(request)));
    const isLost = chance(0.5) || exchanges.every(({ reply }) => reply.is === "unavailable");
    if (!isLost || performance.now() - startedMs > REPEATED_WITHIN_MS) return exchanges;
    return [...exchanges, await ask(request)];
  }

  async function begin(): Promise<void> {
    const mayHaveMet = watchEndings(owner);
    const { reply } = await send(anyOf(["begin", "begin signed in"]), "");
    judgeBug(reply);
    if (reply.is !== "live") return;
    judgeSeen(reply, { owner, ledger, verdict });
    ledger = openLedger(reply, mayHaveMet(0));
  }

  function judgeBug(reply: Reply) {
    if (reply.is === "bug") verdict.add("bugs", reply.text);
  }

  /** What is over stays over, whatever is asked of it. */
  async function disturbTheDead(): Promise<void> {
    const id = [...owner.dead].at(-1 - Math.floor(Math.random() * 5));
    if (!id) return;
    const what = anyOf<What>(["open", "peek", "add", "view", "idle", "sign in", "end"]);
    // An old cookie may come with a key, but not with that of the request that made the new session.
    const { ask, reply } = await send(what, id, chance(0.5) ? crypto.randomUUID() : null);
    judgeBug(reply);
    if (reply.is === "live") verdict.add("resurrected", `${ask.what} on an ended session of ${owner.name}`);
    if (reply.is === "end" && reply.endedNow)
      verdict.add("resurrected", `two ends of a session of ${owner.name}`);
  }

  /** Several requests at once, as pages make them, with at most one that ends something. */
  function nextOf({ markers }: Ledger): readonly What[] {
    if (markers.size >= MAX_MARKERS) return ["end"];
    const changes = Array.from({ length: 1 + Math.floor(Math.random() * 3) }, () =>
      anyOf<What>(["add", "add", "view", "view", "open", "peek", "idle"]),
    );
    if (chance(0.12)) changes.push("sign in");
    else if (chance(0.06)) changes.push("end");
    else if (chance(0.04)) changes.push("end others");
    return changes.sort(() => Math.random() - 0.5);
  }

  function mayEndOthers(current: Ledger): void {
    for (const sibling of siblings) sibling.mayEnd();
    if (current.mayEnd === "by rotation") current.mayEnd = "otherwise";
  }

  async function burst(current: Ledger): Promise<void> {
    const asked = nextOf(current);
    const own = asked.filter((what) => what === "end others").length;
    const mayHaveMet = watchEndings(owner);
    if (own > 0) mayEndOthers(current);
    owner.endings.begun += own;
    owner.endings.underWay += own;
    const before = structuredClone(current);
    const exchanges = (await Promise.all(asked.map((what) => sendOrRepeat(what, current.id)))).flat();
    owner.endings.underWay -= own;
    if (own > 0) mayEndOthers(current);
    noteChanges(current, exchanges);
    for (const { ask, reply } of exchanges) {
      judgeBug(reply);
      if (reply.is === "live")
        judgeSeen(reply, { owner, ledger: ask.what === "sign in" ? current : before, verdict });
      if (reply.is === "end others") for (const id of reply.ids) owner.dead.add(id);
    }
    await settle(current, { exchanges, mayHaveMet: mayHaveMet(own) });
  }

  /** Whether the session goes on, under which ID, and whether somebody has acknowledged its end. */
  async function settle(
    current: Ledger,
    { exchanges, mayHaveMet }: { exchanges: readonly Exchange[]; mayHaveMet: boolean },
  ): Promise<void> {
    const answersTo = (what: What) =>
      exchanges.flatMap(({ ask, reply }) => (ask.what === what ? [reply] : []));
    const [signIns, ends] = [answersTo("sign in"), answersTo("end")];
    const [signIn, ...again] = signIns.flatMap((reply) => (reply.is === "live" ? [reply] : []));
    if (signIn) {
      if (again.some(({ id }) => id !== signIn.id)) verdict.add("doubled", `a sign-in of ${owner.name}`);
      const isForgotten = signIns.some(({ is }) => is === "lost" || is === "ended" || is === "absent");
      if (isForgotten && !mayHaveMet) verdict.add("lost", `a sign-in of ${owner.name} that came again`);
      owner.dead.add(current.id);
      current.id = signIn.id;
      current.views = { acknowledged: 0, maybe: 0 };
      current.mayEnd = mayHaveMet ? "otherwise" : "no";
      return;
    }
    const made = ends.filter((reply) => reply.is === "end" && reply.endedNow);
    if (made.length > 1) verdict.add("doubled", `the end of a session of ${owner.name}`);
    if (made.length > 0) {
      owner.dead.add(current.id);
      ledger = null;
      return;
    }
    // What a rotation without an answer left behind may have been ended among the others.
    if (signIns.some(({ is }) => is === "unavailable") && current.mayEnd === "no")
      current.mayEnd = mayHaveMet ? "otherwise" : "by rotation";
    if (ends.some(({ is }) => is === "unavailable")) current.mayEnd = "otherwise";
    const isOver = exchanges.some(
      ({ reply }) => reply.is === "ended" || reply.is === "absent" || reply.is === "end",
    );
    if (!isOver) return;
    owner.dead.add(current.id);
    const isCarried = await isElsewhere(owner, current);
    if (current.mayEnd === "no") verdict.add("lost", `a session of ${owner.name} that nobody ended`);
    if (current.mayEnd === "by rotation" && !isCarried)
      verdict.add("lost", `what ${owner.name} had before a rotation`);
    ledger = null;
  }

  return {
    owner,
    siblings,
    get ledger() {
      return ledger;
    },
    mayEnd() {
      if (ledger) ledger.mayEnd = "otherwise";
    },
    async act(): Promise<void> {
      await Promise.all([ledger ? burst(ledger) : begin(), chance(0.1) && disturbTheDead()]);
    },
  };
}

export type SoakBrowser = ReturnType<typeof createSoakBrowser>;
