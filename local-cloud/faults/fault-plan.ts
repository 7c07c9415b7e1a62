import type { Fault } from "./fault";

export type RandomFaults = {
  /** Of all requests, 0 to 1. */
  rate: number;
  /** One of these, each as likely as the next; name one twice to make it twice as likely. */
  faults: readonly Fault[];
};

/** Decides what happens to each request: first what is due next, then what holds for all. */
export type FaultPlan = {
  next(fault: Fault | null, count?: number): void;
  always(fault: Fault | null): void;
  random(faults: RandomFaults): void;
  /** For the request that has come. */
  take(): Fault | null;
};

/** The same seed and the same calls give the same faults. */
export function createFaultPlan(seed: number): FaultPlan {
  const draw = seededRandom(seed);
  const due: (Fault | null)[] = [];
  let otherwise: () => Fault | null = () => null;
  return {
    next(fault, count = 1) {
      for (let i = 0; i < count; i++) due.push(fault);
    },
    always(fault) {
      otherwise = () => fault;
    },
    random({ rate, faults }) {
      otherwise = () => (draw() < rate ? (faults[Math.floor(draw() * faults.length)] ?? null) : null);
    },
    take() {
      // A null in turn is a request that passes, not an empty list.
      const turn = due.shift();
      return turn === undefined ? otherwise() : turn;
    },
  };
}

/** Numbers from 0 up to 1 by mulberry32: plenty for tests, and nothing else. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
