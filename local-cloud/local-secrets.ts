import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What the local cloud and its instances share: kept, so that cookies still open after a restart. */
export type LocalSecrets = { restToken: string; sessionSecret: string };

/** Reads them from the folder, or makes them up and keeps them there, for this user's eyes only. */
export function loadLocalSecrets(folder: string): LocalSecrets {
  const file = join(folder, "secrets.json");
  const kept = parse(file);
  if (kept) return kept;
  const secrets = { restToken: randomText(), sessionSecret: randomText() };
  writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 });
  return secrets;
}

function parse(file: string): LocalSecrets | undefined {
  try {
    const { restToken, sessionSecret }: Record<string, unknown> = JSON.parse(readFileSync(file, "utf8"));
    if (typeof restToken !== "string" || typeof sessionSecret !== "string") return undefined;
    return { restToken, sessionSecret };
  } catch {
    return undefined;
  }
}

function randomText(): string {
  return randomBytes(32).toString("base64url");
}
