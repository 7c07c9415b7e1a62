import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { filesBelow } from "@/deploy/hosts/file-sizes";

/** The files among what is shipped that hold one of these values, or that are `.env` files. */
export function findSecrets(shipped: readonly string[], values: readonly string[]): string[] {
  const files = new Set(shipped.flatMap((path) => filesBelow(path)));
  return [...files].filter((file) => {
    if (/^\.env($|\.)|^\.dev\.vars/.test(basename(file))) return true;
    const content = readFileSync(file);
    return values.some((value) => content.includes(value));
  });
}
