import type { AddsResult, EndsResult } from "./race";
import { RACERS } from "./race";

/** What others keep, or revive: measured in November 2026, see docs/session-store.md. */
export interface FieldFigure {
  readonly who: string;
  readonly finding: string;
  /** From 0 to 1, of all. */
  readonly share: number;
}

export const fieldKeeps: readonly FieldFigure[] = [
  { who: "express-session 1.19 with connect-redis 10", finding: "1 to 6 of 50", share: 0.12 },
  { who: "Redis’ session-store guide for Node.js", finding: "1 of 100", share: 0.01 },
];

export const fieldRevives: readonly FieldFigure[] = [
  { who: "express-session 1.19 with connect-redis 10", finding: "20 of 20", share: 1 },
  { who: "Redis’ session-store guide for Node.js", finding: "2000 of 2000", share: 1 },
];

/** The figure that stands large, and the sentence under it. */
export interface Verdict {
  readonly figure: string;
  readonly sentence: string;
  readonly isGood: boolean;
}

export function verdictOfAdds({ confirmed, kept, servers, tookMs }: AddsResult): Verdict {
  if (kept === null)
    return { figure: "–", sentence: "The cart could not be read afterwards.", isGood: false };
  const isGood = kept >= confirmed;
  const refused = confirmed === RACERS ? "" : `${RACERS - confirmed} were refused, and said so. `;
  return {
    figure: `${kept} of ${RACERS} kept`,
    sentence: isGood
      ? `${refused}In ${(tookMs / 1000).toFixed(1)} s, by ${listed(servers)}.`
      : `${refused}${confirmed - kept} were confirmed and are not there.`,
    isGood,
  };
}

export function verdictOfEnds({ trials, revived, addedFirst, unknown, servers }: EndsResult): Verdict {
  const late = trials - revived - addedFirst - unknown;
  const lost = unknown > 0 ? ` ${unknown} could not be read.` : "";
  const short = trials < RACERS ? " Then the store could not be reached." : "";
  return {
    figure: `${revived} of ${trials} revived`,
    sentence: `${addedFirst} adds came before the end, ${late} after it and were refused, by ${listed(servers)}.${lost}${short}`,
    isGood: revived === 0 && unknown === 0 && trials === RACERS,
  };
}

function listed(servers: readonly string[]): string {
  const [last, ...others] = [...servers].reverse();
  if (last === undefined) return "no server";
  return others.length === 0 ? `server ${last}` : `servers ${others.reverse().join(", ")} and ${last}`;
}
