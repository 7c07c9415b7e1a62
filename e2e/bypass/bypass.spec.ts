import { mkdir, writeFile } from "node:fs/promises";
import { expect, test } from "../support/fixtures";
import { tryBypasses } from "./try-bypasses";

// `WHOLE_CORPUS=1`: every attempt on every route, which takes some minutes.
const openOneIn = process.env.WHOLE_CORPUS ? 1 : 16;

test("whatever a request says of itself, nobody sees another's session, and no server falls", async ({
  baseURL,
  cloud,
}) => {
  test.setTimeout(600_000);
  const processes = async () => (await cloud.status()).instances.map(({ name, pid }) => [name, pid]);
  const before = await processes();
  const { hits, ...numbers } = await tryBypasses(baseURL ?? "", { folder: ".", openOneIn });
  await mkdir("test-results", { recursive: true });
  await writeFile(
    "test-results/bypass.json",
    `${JSON.stringify({ ...numbers, hits: hits.length }, null, 2)}\n`,
  );
  console.log(`bypass corpus: ${numbers.requests} requests to ${numbers.routes} routes, ${hits.length} hits`);
  expect(hits).toEqual([]);
  expect(numbers.seenByOwner, "the owner sees what is theirs").toBeGreaterThan(100);
  expect(await processes(), "the servers that are up").toEqual(before);
});
