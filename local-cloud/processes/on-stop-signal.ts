// npm passes Ctrl-C on to a program that the terminal has sent it to already: two signals, one wish.
const SAME_WISH_MS = 1_000;

/**
 * On Ctrl-C, SIGTERM or the end of the terminal: `stop` is called once, and `force` if the wish is repeated.
 * Both are expected to end the process.
 */
export function onStopSignal({ stop, force }: { stop: () => void; force: () => void }): void {
  let firstAtMs: number | undefined;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (firstAtMs === undefined) {
        firstAtMs = Date.now();
        stop();
      } else if (Date.now() - firstAtMs > SAME_WISH_MS) {
        force();
      }
    });
  }
  // A terminal that has gone takes no more output, and that must not end us before our programs.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
}
