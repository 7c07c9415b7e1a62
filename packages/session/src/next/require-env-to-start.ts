import { EnvError } from "../env.ts";

/**
 * Ends the process with one message when the environment is not complete: an error alone would leave it up, answering 500.
 *
 * @param readers read the environment; what they refuse is named together
 */
export function requireEnvToStart(readers: readonly (() => unknown)[]): void {
  const faults = readers.flatMap(faultsOf);
  if (faults.length === 0) return;
  console.error(new EnvError(faults).message);
  process.exit(1);
}

function faultsOf(read: () => unknown): readonly string[] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof EnvError) return error.faults;
    throw error;
  }
}
