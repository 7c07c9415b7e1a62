import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { z } from "zod";

/** The folder of what the proofs found. */
export const RECORDS = "test-results/proofs";

export type Numbers = Readonly<Record<string, number>>;

const numbersSchema = z.record(z.string(), z.number());

/** Keeps what a proof found, for the table in docs/session-store.md. */
export async function record(name: string, numbers: Numbers): Promise<void> {
  await mkdir(RECORDS, { recursive: true });
  await writeFile(`${RECORDS}/${name}.json`, `${JSON.stringify(numbers, null, 2)}\n`);
}

/** What the proofs found, by their names. */
export async function readRecords(): Promise<ReadonlyMap<string, Numbers>> {
  const files = (await readdir(RECORDS)).filter((file) => file.endsWith(".json"));
  const entries = files.map(async (file) => {
    const text = await readFile(`${RECORDS}/${file}`, "utf8");
    return [file.slice(0, -".json".length), numbersSchema.parse(JSON.parse(text))] as const;
  });
  return new Map(await Promise.all(entries));
}
