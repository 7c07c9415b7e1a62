import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "../support/fixtures";

const CLIENT_FOLDERS = [".next/static", "public"];

async function clientFiles(): Promise<[name: string, text: string][]> {
  const entries = await Promise.all(
    CLIENT_FOLDERS.map((folder) => readdir(folder, { recursive: true, withFileTypes: true })),
  );
  const files = entries.flat().filter((each) => each.isFile());
  return Promise.all(
    files.map(async ({ parentPath, name }) => [name, await readFile(join(parentPath, name), "latin1")]),
  );
}

test("what browsers are given has no source map, no secret of this run, and no name of one", async ({
  cloud: _,
}) => {
  const files = await clientFiles();
  expect(files.length).toBeGreaterThan(10);
  expect(files.map(([name]) => name).filter((name) => name.endsWith(".map"))).toEqual([]);
  const env: Record<string, string> = JSON.parse(process.env.E2E_INSTANCE_ENV ?? "{}");
  const values = [env.SESSION_SECRET, env.UPSTASH_REDIS_REST_TOKEN, process.env.E2E_SUPERVISOR_TOKEN];
  const secrets = values.filter((value) => value !== undefined);
  expect(secrets).toHaveLength(3);
  // Code that reads these variables is the server's, and has no business here either.
  const wanted = [...secrets, "SESSION_SECRET", "REDIS_REST_TOKEN", "SUPERVISOR_TOKEN"];
  const holders = files.filter(([, text]) => wanted.some((each) => text.includes(each)));
  expect(holders.map(([name]) => name)).toEqual([]);
});
