/** For how long something is under way, however many at once: overlapping times count once. */
export type BusyTime = {
  begin(): void;
  /** Once for each `begin`. */
  end(): void;
  /** How many are under way now. */
  readonly underWay: number;
  /** With at least one under way, up to now. */
  readonly totalMs: number;
};

/** @param nowMs a clock that never goes back */
export function createBusyTime(nowMs: () => number = () => performance.now()): BusyTime {
  let underWay = 0;
  let sinceMs = 0;
  let endedMs = 0;
  return {
    begin() {
      if (underWay === 0) sinceMs = nowMs();
      underWay++;
    },
    end() {
      underWay--;
      if (underWay === 0) endedMs += nowMs() - sinceMs;
    },
    get underWay() {
      return underWay;
    },
    get totalMs() {
      return underWay > 0 ? endedMs + nowMs() - sinceMs : endedMs;
    },
  };
}
