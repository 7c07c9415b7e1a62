import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { TestEnv } from "@carryover/session/internal/testing/test-env";
import { startTestServer } from "@carryover/session/internal/testing/test-server";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { plantAccount } from "@/lib/account/test-account";

const run = promisify(execFile);
let test: TestEnv;

beforeAll(async () => {
  test = await startTestServer();
});
beforeEach(async () => {
  await test.direct.flushAll();
  await plantAccount(test, "ada");
});
afterAll(() => test?.stop());

/** The last line that the command prints, and whether it succeeded. */
async function account(...words: string[]): Promise<[isDone: boolean, line: string]> {
  const command = ["--import", "tsx", "scripts/account.ts", ...words];
  try {
    const { stdout } = await run(process.execPath, command);
    return [true, stdout.trim().split("\n").at(-1) ?? ""];
  } catch (error) {
    if (!(error instanceof Error) || !("stderr" in error)) throw error;
    return [false, String(error.stderr).split("\n")[0] ?? ""];
  }
}
const kept = async () => JSON.parse((await test.direct.get("account:ada")) ?? "");

it("makes an operator of an account's owner, and takes that away", async () => {
  expect(await account("role", "Ada", "operator")).toEqual([true, "ada has the role operator."]);
  expect(await kept()).toMatchObject({ role: "operator" });
  expect(await account("role", "ada", "none")).toEqual([true, "ada has no role."]);
  expect(await kept()).not.toHaveProperty("role");
});

it.each([
  [["role", "nobody", "operator"], "There is no account nobody."],
  [["role", "ada", "emperor"], "That is no role."],
  [["role", "ada", "constructor"], "That is no role."],
  [["role", "a*", "operator"], "That is no user name."],
  [["role", "guest-12345678", "operator"], "There is no account guest-12345678."],
  [["role", "ada"], "Shuts the owner of an account out, lets them in again, or makes an operator of them."],
  [["disable", "ada", "operator"], "Shuts the owner"],
  [["toString", "ada"], "Shuts the owner"],
])("says what is wrong, and changes nothing: %j", async (words, message) => {
  const before = await kept();
  expect(await account(...words)).toEqual([false, expect.stringContaining(message)]);
  expect(await kept()).toEqual(before);
});
