/** What a soak found wrong. All of it should stay 0. */
export interface Verdict {
  /** Changes, or whole sessions, that were acknowledged and are not there. */
  lost: number;
  /** Changes that are there twice. */
  doubled: number;
  /** Sessions that live after their end. */
  resurrected: number;
  /** Sessions in which somebody else's things were seen. */
  crossed: number;
  keysWithoutTtl: number;
  /** Sessions of a user that live and are not in the user's list. */
  unlisted: number;
  /** Errors that are neither an outage nor a refusal. */
  bugs: number;
}

export type Fault = keyof Verdict;

/** Counts what is wrong, and keeps the first of it in words. */
export function createVerdict() {
  const counts: Verdict = {
    lost: 0,
    doubled: 0,
    resurrected: 0,
    crossed: 0,
    keysWithoutTtl: 0,
    unlisted: 0,
    bugs: 0,
  };
  const notes: string[] = [];
  return {
    counts,
    notes,
    add(fault: Fault, note: string) {
      counts[fault]++;
      if (notes.length < 20) notes.push(`${fault}: ${note}`);
    },
  };
}

export type VerdictSoFar = ReturnType<typeof createVerdict>;
