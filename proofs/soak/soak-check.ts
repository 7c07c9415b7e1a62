import type { TestEnv } from "@carryover/session/internal/testing/test-env";
import { sessionCodec } from "@/lib/test-session";
import { poll } from "@/local-cloud/processes/poll";
import { keysOf } from "../support/kept-keys";
import type { SoakBrowser } from "./soak-browser";
import { acknowledgedOf, judgeSeen, type Ledger, type Owner } from "./soak-ledger";
import { type SeenSession, seenOf } from "./soak-protocol";
import type { VerdictSoFar } from "./soak-verdict";

type Direct = TestEnv["direct"];

/** A live session as Redis holds it. */
async function readSession(direct: Direct, id: string): Promise<SeenSession | null> {
  const session = sessionCodec.decode((await direct.get(`session:${id}`)) ?? "")?.session;
  return session ? seenOf(id, session) : null;
}

/** Whether a listed session of the owner lives with all that was acknowledged. */
export async function isElsewhere(direct: Direct, owner: Owner, ledger: Ledger): Promise<boolean> {
  const ids = await direct.zRange(`user-sessions:${owner.name}`, 0, -1);
  const sessions = await Promise.all(ids.map((id) => readSession(direct, id)));
  return sessions.some((seen) => {
    const kept = new Set(seen?.markers.map(([marker]) => marker));
    return seen !== null && acknowledgedOf(ledger).every((marker) => kept.has(marker));
  });
}

/**
 * Whether the user's list has it, or it has ended: one that could not be listed is ended again by its server, which pauses for
 * up to four seconds where Redis is out of reach.
 */
async function isListedSoon(direct: Direct, userId: string, id: string): Promise<boolean> {
  const isTidy = async () =>
    (await direct.zScore(`user-sessions:${userId}`, id)) !== null || !(await readSession(direct, id));
  return poll("the session to be listed or ended", isTidy).then(
    () => true,
    () => false,
  );
}

/** Reads all of Redis, past every server, and says what is wrong. The number of live sessions. */
export async function checkKept(direct: Direct, browsers: readonly SoakBrowser[], verdict: VerdictSoFar) {
  const owners = new Map(browsers.map(({ owner }) => [owner.name, owner]));
  const live = new Map<string, SeenSession>();
  for (const key of await keysOf(direct)) {
    if ((await direct.pTTL(key)) === -1) verdict.add("keysWithoutTtl", key.split(":")[0] ?? "");
    const [kind, id = ""] = key.split(":");
    const seen = kind === "session" ? await readSession(direct, id) : null;
    if (seen) live.set(id, seen);
  }
  for (const [id, seen] of live) {
    const owner = owners.get(seen.name);
    if (!owner) {
      verdict.add("crossed", "a session of nobody");
      continue;
    }
    judgeSeen(seen, { owner, ledger: null, verdict });
    if (owner.dead.has(id)) verdict.add("resurrected", `a session of ${owner.name}`);
    if (seen.userId && !(await isListedSoon(direct, seen.userId, id)))
      verdict.add("unlisted", `a session of ${owner.name}`);
  }
  for (const { owner, ledger } of browsers) {
    if (!ledger) continue;
    const seen = live.get(ledger.id);
    if (seen) judgeSeen(seen, { owner, ledger, verdict });
    else if (ledger.mayEnd === "no") verdict.add("lost", `the session of ${owner.name}`);
    const { acknowledged, maybe } = ledger.views;
    if (seen && seen.views > acknowledged + maybe) verdict.add("doubled", `a view of ${owner.name}`);
  }
  return live.size;
}
