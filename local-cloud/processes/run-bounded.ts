import { spawn } from "node:child_process";
import { env } from "node:process";

export type BoundedRun = { ok: boolean; output: string };

/**
 * Runs a program to its end, quietly and for `limitMs` at most.
 * Never throws: a program that is missing, fails or takes too long is `ok: false`, with what it printed.
 */
export function runBounded(
  command: readonly [string, ...string[]],
  options: { limitMs: number; env?: Record<string, string> },
): Promise<BoundedRun> {
  const [program, ...args] = command;
  return new Promise((resolve) => {
    let output = "";
    const child = spawn(program, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...env, ...options.env },
      timeout: options.limitMs,
      killSignal: "SIGKILL",
    });
    const keep = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", (error) => resolve({ ok: false, output: error.message }));
    // "exit", not "close": a grandchild that keeps the pipe open must not keep us waiting.
    child.on("exit", (code) => resolve({ ok: code === 0, output }));
  });
}
