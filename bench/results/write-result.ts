import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Puts what a part of a full run found beside this file, with the day. */
export function writeResult(part: string, figures: object): void {
  const date = new Date().toISOString().slice(0, 10);
  writeText(`${part}.json`, `${JSON.stringify({ date, ...figures }, null, 2)}\n`);
}

export function writeText(name: string, text: string): void {
  writeFileSync(join(import.meta.dirname, name), text);
}
