import type { TestEnv } from "@carryover/session/internal/testing/test-env";
import { sessionCodec } from "@/lib/test-session";
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
    const isListed = !seen.userId || (await direct.zScore(`user-sessions:${seen.userId}`, id)) !== null;
    if (!isListed) verdict.add("unlisted", `a session of ${owner.name}`);
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
