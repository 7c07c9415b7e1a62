import { median } from "@/deploy/median";
import type { Spawn } from "@/local-cloud/processes/owned-process";
import { type Burst, burst } from "./burst";
import type { Case } from "./cases";

/** What came of a case in all its rounds. */
export interface Cost {
  readonly case: Case;
  readonly perSecond: number;
  readonly cpuMicros: number;
  /** Requests a second, divided by those of what it is compared with in the same round: the median, the lowest, the highest. */
  readonly ratio: { readonly median: number; readonly low: number; readonly high: number } | null;
  /** CPU of the server over that of what it is compared with: the median of the rounds, in µs a request. */
  readonly addedMicros: number | null;
}

const WARM_UP_SECONDS = 3;

interface Options {
  readonly spawn: Spawn;
  readonly rounds: number;
  readonly seconds: number;
  readonly say: (line: string) => void;
}

/**
 * Measures all cases in turn, round after round. What a case is compared with is measured right before it, so that a machine which
 * is slow for a while is slow for both.
 */
export async function measureCosts(cases: readonly Case[], options: Options): Promise<Cost[]> {
  const { spawn, rounds, seconds, say } = options;
  for (const { target } of cases) await burst(spawn, target, WARM_UP_SECONDS);
  const pairs = new Map<Case, { own: Burst; base: Burst | null }[]>(cases.map((each) => [each, []]));
  for (let round = 1; round <= rounds; round++) {
    say(`Round ${round} of ${rounds} ...`);
    for (const each of cases) {
      const other = cases.find(({ group, name }) => group === each.group && name === each.against);
      const base = other ? await burst(spawn, other.target, seconds) : null;
      pairs.get(each)?.push({ own: await burst(spawn, each.target, seconds), base });
    }
  }
  return cases.map((each) => {
    const measured = pairs.get(each) ?? [];
    const compared = measured.flatMap(({ own, base }) => (base ? [{ own, base }] : []));
    const ratios = compared.map(({ own, base }) => own.perSecond / base.perSecond);
    const isCompared = compared.length > 0;
    return {
      case: each,
      perSecond: median(measured.map(({ own }) => own.perSecond)),
      cpuMicros: median(measured.map(({ own }) => own.cpuMicros)),
      ratio: isCompared
        ? { median: median(ratios), low: Math.min(...ratios), high: Math.max(...ratios) }
        : null,
      addedMicros: isCompared
        ? median(compared.map(({ own, base }) => own.cpuMicros - base.cpuMicros))
        : null,
    };
  });
}
