import { randomBytes } from "node:crypto";
import { type Env, EnvError, parseEnv } from "@carryover/session/internal/env";
import { redisKeys } from "@carryover/session/internal/redis/keys";
import { redisSessionStore } from "@carryover/session/internal/redis/redis-session-store";
import { redisWithin } from "@carryover/session/internal/redis/transport/client";
import { StoreUnavailable } from "@carryover/session/internal/session-store";
import { userName } from "@/lib/account/account";
import { disableAccount } from "@/lib/account/disable-account";
import { redisAccountStore } from "@/lib/redis/redis-account-store";
import { sessionCodec } from "@/lib/session-definition";
import { exitWith } from "@/local-cloud/cli-options";
import { readServiceAddress } from "@/local-cloud/redis/service-address";

const USAGE = `Shuts the owner of an account out, or lets them in again.

  npm run account -- disable NAME    ends all their sessions; from then on nobody signs in
  npm run account -- enable NAME     they may sign in again, at the latest a minute after they were shut out

On the Redis that UPSTASH_REDIS_REST_URL and UPSTASH_REDIS_REST_TOKEN name (and SESSION_NAMESPACE), else on that of
"npm run demo" or "npm run dev" in this folder.`;

const DEADLINE_MS = 10_000;

/** The environment of the app; a secret is not needed, since no cookie is opened here. */
function readTarget(): Env {
  const { UPSTASH_REDIS_REST_URL, KV_REST_API_URL } = process.env;
  const isNamed = UPSTASH_REDIS_REST_URL || KV_REST_API_URL;
  const running = isNamed ? {} : (readServiceAddress(".demo") ?? readServiceAddress(".demo/dev"));
  if (!running) exitWith(`No Redis is named, and no demo runs in this folder.\n\n${USAGE}`);
  return parseEnv({ SESSION_SECRET: randomBytes(32).toString("hex"), ...process.env, ...running });
}

function storesOf(env: Env) {
  const keys = redisKeys(env.sessionNamespace);
  const redis = redisWithin(env, DEADLINE_MS);
  return {
    accounts: redisAccountStore({ redis, keys }),
    sessions: redisSessionStore({
      redis,
      keys,
      codec: sessionCodec,
      lifetimeSeconds: env.sessionLifetimeSeconds,
    }),
  };
}

async function run(command: string, name: string): Promise<string | null> {
  const { accounts, sessions } = storesOf(readTarget());
  if (command === "enable") return (await accounts.setDisabled(name, null)) && `${name} may sign in again.`;
  const ended = await disableAccount({ accounts, sessions }, { name, nowMs: Date.now() });
  return ended === null
    ? null
    : `${name} is shut out, and nobody signs in to the account. Sessions ended: ${ended}.`;
}

const [command = "", given = "", ...more] = process.argv.slice(2);
if (!["disable", "enable"].includes(command) || more.length > 0) exitWith(USAGE);
const name = userName.safeParse(given);
if (!name.success) exitWith(`That is no user name.\n\n${USAGE}`);
try {
  console.log((await run(command, name.data)) ?? exitWith(`There is no account ${name.data}.`));
} catch (error) {
  if (error instanceof EnvError || error instanceof StoreUnavailable) exitWith(error.message);
  throw error;
}
