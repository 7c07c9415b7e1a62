import { createHash, randomUUID } from "node:crypto";
import type { User } from "@carryover/session";
import type { RedisKeys, RedisWithin } from "@carryover/session/redis";
import type { Identity } from "./openid";

/** What a handler's context gives to ask Redis with. */
interface Users {
  readonly redis: RedisWithin;
  readonly keys: RedisKeys;
}

/**
 * This app's user for somebody at a provider; a new one at the first sign-in. One request to Redis.
 *
 * Issuer and subject together say who it is, and nothing else does: a name or an e-mail address may change hands, and not
 * every provider has checked it (OpenID Connect Core, 5.7). An app with a database keeps the link there.
 *
 * @throws StoreUnavailable
 */
export async function userOf({ issuer, subject, name }: Identity, { redis, keys }: Users): Promise<User> {
  const identity = createHash("sha256")
    .update(JSON.stringify([issuer, subject]))
    .digest("base64url");
  const fresh = `user-${randomUUID()}`;
  // One step: two first sign-ins at once lead to one user, and so does one that is sent again.
  const known: unknown = await redis.run("link user", (client) =>
    client.set(keys.own("openid-user", identity), fresh, { nx: true, get: true }),
  );
  return { id: typeof known === "string" ? known : fresh, name: shortened(name) || shortened(subject) };
}

/** What a session takes as a name: 64 UTF-16 code units at most, and no half characters. */
function shortened(name: string): string {
  return [...name.trim()].slice(0, 32).join("");
}
