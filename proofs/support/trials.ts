import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    isLongRun: boolean;
  }
}

/** How often each scenario is tried: `[in npm test, in npm run proofs]`. */
const counts = {
  /** Of each operation, with each way to end a session. */
  endings: [200, 2000],
  /** 100 adds and 100 views each. */
  contention: [20, 20],
  /** Of each kind of write. */
  lostReplies: [200, 1000],
  signIns: [200, 500],
  /** Two tabs that sign in together. */
  tabs: [50, 500],
  /** 30 sign-ins of one user each. */
  caps: [20, 100],
  /** 10 sign-ins of one user each, while the others are ended. */
  revocations: [20, 100],
  /** Of an account, while four sign in to it and two other devices are used. */
  deletions: [20, 100],
  ttlChanges: [200, 2000],
  /** Of each point at which a server dies, and each rotation. */
  deaths: [1, 5],
  /** Writes by two builds in turn, and as many by both at once. */
  schemaWrites: [200, 200],
  /** To each route handler. */
  hostileRequests: [200, 10_000],
  /** Page views and changes of each of 200 users in each phase of a rotation. */
  browsing: [2, 10],
  /** Sessions that an operator ends by one filter. */
  revokedWhere: [500, 10_000],
} as const;

export function trialsOf(scenario: keyof typeof counts): number {
  return counts[scenario][isLongRun() ? 1 : 0];
}

export function isLongRun(): boolean {
  return inject("isLongRun");
}

/** Makes a trial so many times, `atOnce` of them at a time. */
export function repeat<T>(
  { trials, atOnce }: { readonly trials: number; readonly atOnce: number },
  trial: (at: number) => Promise<T>,
): Promise<T[]> {
  return forEach([...Array(trials).keys()], atOnce, trial);
}

/** Does some work for each of these, `atOnce` of them at a time; the results come in no order. */
export async function forEach<E, T>(
  these: readonly E[],
  atOnce: number,
  work: (each: E) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  const waiting = these.values();
  const lane = async () => {
    for (const each of waiting) results.push(await work(each));
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return results;
}

/** How many of the results are so. */
export function countOf<T>(results: readonly T[], isSo: (result: T) => boolean): number {
  return results.filter(isSo).length;
}
