import { exitWith } from "@/local-cloud/cli-options";
import { onStopSignal } from "@/local-cloud/processes/on-stop-signal";
import { openWorkshop, type Workshop } from "./test-harness";

/** A command's whole work in a workshop: ends the process with the code that it returns, and 1 with the message if it throws. */
export async function inWorkshop(work: (workshop: Workshop) => Promise<number>): Promise<void> {
  const workshop = await openWorkshop(console.log).catch((error: Error) => exitWith(error.message));
  const end = (code: number) => workshop.close().finally(() => process.exit(code));
  onStopSignal({
    stop: () => end(130),
    force() {
      workshop.guardian.killAll();
      process.exit(1);
    },
  });
  try {
    await end(await work(workshop));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    await end(1);
  }
}
