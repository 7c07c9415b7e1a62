import { expect } from "@playwright/test";
import { operatorPages } from "@/lib/admin/operator-pages";
import { session } from "@/lib/session-definition";
import type { Attempt } from "./attempt";
import { readBuiltRoutes } from "./built-routes";
import { actorsFor, type BypassActors } from "./bypass-actors";
import { bypassAttempts } from "./bypass-attempts";
import { type Answer, createSender } from "./send-attempt";
import { FORGED } from "./spoofed-headers";

/** What came of a corpus. */
export interface BypassTally {
  readonly routes: number;
  readonly requests: number;
  /** How many of the owner's own requests showed them what is theirs: that there was something to see. */
  readonly seenByOwner: number;
  /** What a response revealed; none is what we want. */
  readonly hits: readonly string[];
  readonly answers: Readonly<Record<string, number>>;
}

/** What one request may not be answered with. */
type Judge = (attempt: Attempt, answer: Answer, who: string) => string[];

interface Options {
  /** Where the build is. */
  readonly folder: string;
  /** Routes that show nobody's session take one attempt in so many, each route others; 1 for all. */
  readonly openOneIn: number;
  /** Routes to leave out. */
  readonly except?: readonly string[];
}

/** On routes that show a session: so often its owner goes first, in case an answer is kept, and somebody comes after. */
const OWNER_EVERY = 4;

/** Tries the attempts on every route of the build that is served at `origin`: all of them on those that show a session. */
export async function tryBypasses(
  origin: string,
  { folder, openOneIn, except = [] }: Options,
): Promise<BypassTally> {
  const routes = await readBuiltRoutes(folder);
  const actors = await actorsFor(origin);
  const { send, close } = createSender(origin);
  const before = await actors.ownersSession();
  const plain = (path: string, cookie?: string) =>
    send({ name: "plain", method: "GET", path, headers: cookie ? { cookie } : {} });
  const isOwners = ({ text }: Answer) => actors.canaries.some((canary) => text.includes(canary));

  const guardedPaths = [...session.pages.protected, ...operatorPages.pages];
  const showing = new Set<string>();
  for (const path of routes.paths) if (isOwners(await plain(path, actors.owner))) showing.add(path);
  const open = await Promise.all(routes.paths.map(async (path) => (await plain(path)).text));
  const guarded = await Promise.all(guardedPaths.map(async (path) => (await plain(path, actors.owner)).text));
  const judge = judgeBy(actors, uniqueTextsOf(guarded.join(""), open));

  const hits: string[] = [];
  const answers: Record<string, number> = {};
  let requests = 0;
  let seenByOwner = 0;
  const trial = async (route: string, attempt: Attempt, at: number) => {
    const shows = showing.has(route);
    if (except.includes(route)) return;
    if (!shows && !guardedPaths.includes(route) && at % openOneIn > 0) return;
    const isOwnersTurn = shows && at % OWNER_EVERY === 0;
    if (isOwnersTurn && isOwners(await send(withCookie(attempt, actors.owner)))) seenByOwner++;
    const turn = at % 2 === 0 ? "stranger" : "forger";
    for (const [who, cookie] of Object.entries(actors.others)) {
      if (who !== "nobody" && !(isOwnersTurn && who === turn)) continue;
      const ask = () => send(withCookie(attempt, cookie));
      const first = await ask();
      // Redis may be late once on a busy machine. What an attempt brings about, it brings about again.
      const answer = first.status === 503 ? await ask() : first;
      requests++;
      answers[answer.status] = (answers[answer.status] ?? 0) + 1;
      const where = `${who}: ${attempt.method} ${attempt.path} (${attempt.name}), ${answer.status}`;
      hits.push(...judge(attempt, answer, who).map((what) => `${what}: ${where}`));
    }
  };
  const waiting = bypassAttempts(routes);
  let at = 0;
  const lane = async () => {
    for (const { route, attempt } of waiting) await trial(route, attempt, at++);
  };
  await Promise.all(Array.from({ length: 6 }, lane));
  close();
  expect(await actors.ownersSession(), "the owner's session").toEqual(before);
  return { routes: routes.paths.length, requests, seenByOwner, hits, answers };
}

function judgeBy({ canaries }: BypassActors, guardedTexts: readonly string[]): Judge {
  return ({ method, failsInNext }, { status, text }, who) => {
    const shown = (texts: readonly string[]) => texts.filter((each) => text.includes(each));
    const isFresh = method !== "POST" && /"authenticated":true|set-cookie\nsession=./i.test(text);
    return [
      ...shown(canaries).map(() => "showed what is the owner's"),
      ...shown([FORGED]).map(() => "believed a forged session"),
      ...(who !== "stranger" && status < 300 ? shown(guardedTexts) : []).map((each) => `showed "${each}"`),
      ...(who !== "stranger" && isFresh ? ["signed someone in"] : []),
      ...((status >= 500 || status === 0) && !failsInNext ? ["failed"] : []),
    ];
  };
}

/** What stands on the guarded pages and on none that is open to all. */
function uniqueTextsOf(guarded: string, open: readonly string[]): string[] {
  const texts = [...guarded.matchAll(/>([^<>{}]{12,80})</g)].map(([, text = ""]) => text);
  const unique = texts.filter((text) => !open.some((page) => page.includes(text)));
  expect(unique.length, "the guarded pages have texts of their own").toBeGreaterThan(5);
  return [...new Set(unique)];
}

function withCookie(attempt: Attempt, cookie: string | null): Attempt {
  if (cookie === null) return attempt;
  const own = [attempt.headers.cookie ?? []].flat();
  return { ...attempt, headers: { ...attempt.headers, cookie: [...own, cookie].join("; ") } };
}
