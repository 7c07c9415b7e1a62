import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Page } from "@playwright/test";
import { z } from "zod";
import { expect, freshUserName, signInBy } from "./fixtures";

const run = promisify(execFile);
const variables = z.record(z.string(), z.string());

/** Of the worker's local cloud: a deployed site gives no role to a test. */
function environment(): Record<string, string> {
  return variables.parse(JSON.parse(process.env.E2E_INSTANCE_ENV ?? ""));
}

/** Gives an account the role, or takes it away, as its operator does: by the command. */
export async function setRole(username: string, role: "operator" | "none"): Promise<void> {
  const args = ["--import", "tsx", "scripts/account.ts", "role", username, role];
  await run(process.execPath, args, { env: { ...process.env, ...environment() } });
}

/** Signs an operator in. @returns the user name */
export async function signInAsOperator(page: Page): Promise<string> {
  const username = freshUserName();
  await signInBy(page, "/register", username);
  await expect(page).toHaveURL("/profile");
  await setRole(username, "operator");
  return username;
}

/** Makes the sign-ins of all sessions older than five minutes, as only Redis can. */
export async function ageSignIns(): Promise<void> {
  const { UPSTASH_REDIS_REST_URL: url = "", UPSTASH_REDIS_REST_TOKEN: token } = environment();
  const ask = async (...command: string[]): Promise<unknown> => {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(command) });
    return z.object({ result: z.unknown() }).parse(await response.json()).result;
  };
  for (const key of z.array(z.string()).parse(await ask("KEYS", "session:*"))) {
    const text = z.nullable(z.string()).parse(await ask("GET", key));
    const older = text?.replace(/"createdAt":(\d+)/, (_, at) => `"createdAt":${Number(at) - 301_000}`);
    if (older && older !== text) await ask("SET", key, older, "KEEPTTL", "XX");
  }
}
