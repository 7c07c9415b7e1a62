import { type Ask, ownerOf, type Reply, type SeenSession } from "./soak-protocol";
import type { VerdictSoFar } from "./soak-verdict";

/** What one browser was answered about its session, through all the IDs that it had. */
export interface Ledger {
  id: string;
  /** `in`: acknowledged. `maybe`: sent, and never acknowledged. `out`: refused. */
  readonly markers: Map<string, "in" | "maybe" | "out">;
  /** Of the session with this ID. */
  views: { acknowledged: number; maybe: number };
  /** Why it may have ended although nobody acknowledged an end: a rotation or another end that nobody answered. */
  mayEnd: "no" | "by rotation" | "otherwise";
}

export interface Owner {
  readonly name: string;
  /** IDs of sessions whose end was acknowledged. */
  readonly dead: Set<string>;
  /** Requests to end the other sessions of an owner's browser: how many began, and how many are under way. */
  readonly endings: { begun: number; underWay: number };
}

export interface Exchange {
  readonly ask: Ask;
  readonly reply: Reply;
}

/** @param mayHaveMet a request of another browser that ends the others: what has just begun may have ended with them */
export function openLedger({ id, markers }: SeenSession, mayHaveMet: boolean): Ledger {
  return {
    id,
    markers: new Map(markers.map(([marker]) => [marker, "in"])),
    views: { acknowledged: 0, maybe: 0 },
    mayEnd: mayHaveMet ? "otherwise" : "no",
  };
}

/** Whether, since it was asked for the first time, another browser of the owner was about to end the others. */
export function watchEndings({ endings }: Owner): (own: number) => boolean {
  const { begun, underWay } = endings;
  return (own) => underWay > 0 || endings.begun - begun > own;
}

/** Whatever is seen of a session is its owner's, once, and with all that was acknowledged before. */
export function judgeSeen(
  seen: SeenSession,
  { owner, ledger, verdict }: { owner: Owner; ledger: Ledger | null; verdict: VerdictSoFar },
) {
  const isOwn =
    seen.name === owner.name &&
    (seen.userId ?? owner.name) === owner.name &&
    seen.markers.every(([marker]) => ownerOf(marker) === owner.name);
  if (!isOwn) verdict.add("crossed", `${owner.name} saw the session of ${seen.name}`);
  const quantities = new Map(seen.markers);
  for (const [marker, quantity] of quantities) if (quantity > 1) verdict.add("doubled", marker);
  for (const [marker, state] of ledger?.markers ?? []) {
    if (state === "in" && !quantities.has(marker)) verdict.add("lost", marker);
    if (state === "out" && quantities.has(marker)) verdict.add("doubled", `${marker}, which was refused`);
  }
  if (ledger && seen.id === ledger.id && seen.views < ledger.views.acknowledged)
    verdict.add("lost", `a view of ${owner.name}`);
}

/** Writes down what became of the changes that were asked for together; one that was sent twice is one change. */
export function noteChanges(ledger: Ledger, exchanges: readonly Exchange[]): void {
  const sent = new Map(exchanges.map(({ ask }) => [ask.marker, ask.what]));
  for (const [marker, what] of sent) {
    const answers = exchanges.filter(({ ask }) => ask.marker === marker).map(({ reply }) => reply);
    // A change may be made and its reply be lost, and its session end before it is asked again.
    const state = answers.some(({ is }) => is === "live")
      ? "in"
      : answers.every(({ is }) => is === "busy")
        ? "out"
        : "maybe";
    if (what === "add") ledger.markers.set(marker, state);
    if (what === "view" && state === "in") ledger.views.acknowledged++;
    if (what === "view" && state === "maybe") ledger.views.maybe++;
  }
}

export const acknowledgedOf = ({ markers }: Ledger) =>
  [...markers].flatMap(([marker, state]) => (state === "in" ? [marker] : []));
