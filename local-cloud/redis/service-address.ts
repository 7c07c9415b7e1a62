import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Where the instances find their Redis service: what to set in a program's environment. */
type ServiceAddress = Readonly<Record<string, string>>;

/**
 * Keeps the address in the folder while the service runs, for this user's eyes only: a command beside the demo finds the
 * same Redis. Returns how to take it away.
 */
export function keepServiceAddress(dataDir: string, env: ServiceAddress): () => void {
  writeFileSync(fileIn(dataDir), JSON.stringify(env), { mode: 0o600 });
  return () => rmSync(fileIn(dataDir), { force: true });
}

/** The address of what runs on this folder, `null` where nothing does. What was killed may have left one that is dead. */
export function readServiceAddress(dataDir: string): ServiceAddress | null {
  try {
    const kept: Record<string, unknown> = JSON.parse(readFileSync(fileIn(dataDir), "utf8"));
    return Object.fromEntries(Object.entries(kept).map(([name, value]) => [name, String(value)]));
  } catch {
    return null;
  }
}

function fileIn(dataDir: string): string {
  return join(dataDir, "service.json");
}
