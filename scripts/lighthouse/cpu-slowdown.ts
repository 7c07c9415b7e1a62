/** How many times slower the mobile profile makes the CPU, unless told otherwise. */
export const USUAL_SLOWDOWN = 4;
/** The BenchmarkIndex of the machines that this is meant for. */
const USUAL_INDEX = 1750;

/**
 * How many times slower than this machine the phone is. Four times is meant for a high-end desktop (a BenchmarkIndex of
 * 1500 to 2000); a weaker machine is as slow as that phone with less: https://github.com/GoogleChrome/lighthouse/blob/main/docs/throttling.md
 */
export function cpuSlowdown(benchmarkIndex: number): number {
  const slowdown = (USUAL_SLOWDOWN * benchmarkIndex) / USUAL_INDEX;
  return Math.round(Math.min(USUAL_SLOWDOWN, Math.max(1, slowdown)) * 10) / 10;
}
