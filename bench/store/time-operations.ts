import { median } from "@/deploy/median";

export interface Timed {
  /** One at a time: the median, in µs. */
  readonly alone: number;
  /** 32 at a time: operations a second. */
  readonly perSecond: number;
}

const ROUNDS = 5;
const ALONE = 300;
const TOGETHER = { atOnce: 32, operations: 3_000 };

/** Times operations in turn, round after round; of the rounds the median. */
export async function timeOperations(
  operations: Readonly<Record<string, () => Promise<unknown>>>,
): Promise<Record<string, Timed>> {
  const rounds = new Map<string, { alone: number[]; perSecond: number[] }>();
  for (const name of Object.keys(operations)) rounds.set(name, { alone: [], perSecond: [] });
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, run] of Object.entries(operations)) {
      const alone = await timeAlone(run);
      const perSecond = await countTogether(run);
      if (round === 0) continue; // To warm up.
      rounds.get(name)?.alone.push(alone);
      rounds.get(name)?.perSecond.push(perSecond);
    }
  }
  return Object.fromEntries(
    Array.from(rounds, ([name, { alone, perSecond }]) => [
      name,
      { alone: median(alone), perSecond: median(perSecond) },
    ]),
  );
}

async function timeAlone(run: () => Promise<unknown>): Promise<number> {
  const took: number[] = [];
  for (let time = 0; time < ALONE; time++) {
    const startedMs = performance.now();
    await run();
    took.push((performance.now() - startedMs) * 1_000);
  }
  return median(took);
}

async function countTogether(run: () => Promise<unknown>): Promise<number> {
  const { atOnce, operations } = TOGETHER;
  let begun = 0;
  const startedMs = performance.now();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (begun++ < operations) await run();
    }),
  );
  return operations / ((performance.now() - startedMs) / 1_000);
}
