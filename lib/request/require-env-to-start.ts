import { type Env, EnvError, readEnv } from "@/lib/env";

/** Ends the process with one message when the environment is not complete: an error alone would leave it up, answering 500. */
export function requireEnvToStart(): Env {
  try {
    return readEnv();
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}
