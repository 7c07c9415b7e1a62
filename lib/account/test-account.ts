import { randomBytes, scryptSync } from "node:crypto";
import type { TestEnv } from "@carryover/session/internal/testing/test-env";
import { createUserId } from "@/lib/account/account";

const password = "correct horse battery";

// A hash that costs next to nothing, where the password is not the point.
const COST = { N: 16, r: 8, p: 1 };

export function cheapHash(text: string): string {
  const salt = randomBytes(16);
  const key = scryptSync(text, salt, 32, COST);
  return ["scrypt", COST.N, COST.r, COST.p, salt.toString("base64url"), key.toString("base64url")].join("$");
}

/** For tests: puts an account at Redis; what its owner signs in with. */
export async function plantAccount({ direct }: TestEnv, username: string) {
  const id = createUserId();
  const account = { id, name: username, passwordHash: cheapHash(password), createdAt: Date.now() };
  await direct.set(`account:${username}`, JSON.stringify(account));
  return { username, password, id };
}
