import { exitWith } from "@/local-cloud/cli-options";
import { onStopSignal } from "@/local-cloud/processes/on-stop-signal";
import { openTestHarness, type TestHarness } from "./test-harness";

/** A command's whole work in a harness: ends the process with the code that it returns, and 1 with the message if it throws. */
export async function withTestHarness(work: (harness: TestHarness) => Promise<number>): Promise<void> {
  const harness = await openTestHarness(console.log).catch((error: Error) => exitWith(error.message));
  const end = (code: number) => harness.close().finally(() => process.exit(code));
  onStopSignal({
    stop: () => end(130),
    force() {
      harness.reaper.killAll();
      process.exit(1);
    },
  });
  try {
    await end(await work(harness));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    await end(1);
  }
}
