import { rmSync, writeFileSync } from "node:fs";
import { findOnPath } from "./find-on-path";
import { runBounded } from "./run-bounded";

const POLICY_FILE = "/usr/sbin/policy-rc.d";
// A mirror out of reach must cost seconds, not minutes; another apt at work is waited for.
const APT_OPTIONS = [
  ["-o", "Acquire::Retries=1"],
  ["-o", "Acquire::http::Timeout=15"],
  ["-o", "Acquire::https::Timeout=15"],
  ["-o", "DPkg::Lock::Timeout=60"],
].flat();

/**
 * Installs a Debian or Ubuntu package without a question and without starting its service.
 * False where that is not ours to do (another system, not root) or where it fails.
 */
export async function aptInstall(packageName: string, say: (line: string) => void): Promise<boolean> {
  if (process.getuid?.() !== 0 || !findOnPath(["apt-get"])) return false;
  say(`Installing the system's package ${packageName} with apt-get (once) ...`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const removePolicy = forbidServiceStart();
  try {
    // A stale list may still do, so a failed update alone does not end the attempt.
    await runBounded(["apt-get", ...APT_OPTIONS, "update"], { limitMs: 90_000, env });
    const install = await runBounded(
      ["apt-get", ...APT_OPTIONS, "install", "-y", "--no-install-recommends", packageName],
      { limitMs: 300_000, env },
    );
    if (!install.ok) say(`apt-get could not install ${packageName}: ${lastLine(install.output)}`);
    return install.ok;
  } finally {
    removePolicy();
  }
}

// Debian's packages start their service when installed, and ours must be the only Redis we start.
// invoke-rc.d asks this file first; exit code 101 means "not allowed": man invoke-rc.d.
function forbidServiceStart(): () => void {
  try {
    writeFileSync(POLICY_FILE, "#!/bin/sh\nexit 101\n", { flag: "wx", mode: 0o755 });
    return () => rmSync(POLICY_FILE, { force: true });
  } catch {
    return () => {}; // The system has a policy of its own.
  }
}

function lastLine(output: string): string {
  return output.trim().split("\n").at(-1) ?? "";
}
