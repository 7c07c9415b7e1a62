import { randomBytes } from "node:crypto";
import { StoreUnavailable } from "@carryover/session";
import { type Role, roles, userName } from "@/lib/account/account";
import { disableAccount } from "@/lib/account/disable-account";
import { accountsOf } from "@/lib/account/redis-account-store";
import { admin } from "@/lib/session";
import { exitWith } from "@/local-cloud/cli-options";
import { loadLocalSecrets } from "@/local-cloud/local-secrets";
import { readServiceAddress } from "@/local-cloud/redis/service-address";

const USAGE = `Shuts the owner of an account out, lets them in again, or makes an operator of them.

  npm run account -- disable NAME         ends all their sessions; from then on nobody signs in
  npm run account -- enable NAME          they may sign in again, at the latest a minute after they were shut out
  npm run account -- role NAME operator   they see who is signed in, and end sessions, at /admin (docs/admin.md)
  npm run account -- role NAME none       takes that away, from their next request on

On the Redis that UPSTASH_REDIS_REST_URL and UPSTASH_REDIS_REST_TOKEN name (and SESSION_NAMESPACE), else on that of
"npm run demo" or "npm run dev" in this folder. Prints what it did as audit lines (docs/audit-events.md), too; they name people
by the same hashes as the servers' lines where SESSION_SECRET is the servers' own.`;

/** The environment of the app; any secret will do, since no cookie is opened here. */
function setTarget(): void {
  const { UPSTASH_REDIS_REST_URL, KV_REST_API_URL } = process.env;
  const isNamed = UPSTASH_REDIS_REST_URL || KV_REST_API_URL;
  const running = isNamed ? {} : localService();
  if (!running) exitWith(`No Redis is named, and no demo runs in this folder.\n\n${USAGE}`);
  const secret = { SESSION_SECRET: randomBytes(32).toString("hex") };
  const fixed = { INSTANCE_NAME: "operator", SESSION_DEADLINE_MS: "10000" };
  Object.assign(process.env, { ...secret, ...process.env, ...running, ...fixed });
}

/** What runs in this folder, with the secret of its servers. */
function localService(): Readonly<Record<string, string>> | null {
  for (const folder of [".demo", ".demo/dev"]) {
    const address = readServiceAddress(folder);
    if (address) return { ...address, SESSION_SECRET: loadLocalSecrets(folder).sessionSecret };
  }
  return null;
}

function open() {
  setTarget();
  const { sessions, audit, ...context } = admin.open({ by: "operator" });
  return { sessions, audit, accounts: accountsOf(context) };
}

async function enable(name: string): Promise<string | null> {
  const { accounts, audit } = open();
  if (!(await accounts.setDisabled(name, null))) return null;
  await audit.record("account-enabled", {}, { userName: name });
  return `${name} may sign in again.`;
}

async function disable(name: string): Promise<string | null> {
  const { accounts, sessions, audit } = open();
  const ended = await disableAccount({ accounts, sessions }, { name, nowMs: Date.now() });
  if (ended === null) return null;
  await audit.record("account-disabled", {}, { userName: name });
  return `${name} is shut out, and nobody signs in to the account. Sessions ended: ${ended}.`;
}

async function setRole(name: string, role: Role | null): Promise<string | null> {
  const { accounts, audit } = open();
  if (!(await accounts.setRole(name, role))) return null;
  await audit.record("account-role", { role: role ?? "none" }, { userName: name });
  return role === null ? `${name} has no role.` : `${name} has the role ${role}.`;
}

function parseRole(text: string): Role | null {
  if (text === "none") return null;
  return roles.find((role) => role === text) ?? exitWith(`That is no role.\n\n${USAGE}`);
}

const [command = "", given = "", ...more] = process.argv.slice(2);
/** Each with the number of words that it takes after the name. */
const commands: Readonly<Record<string, readonly [number, (name: string) => Promise<string | null>]>> = {
  disable: [0, disable],
  enable: [0, enable],
  role: [1, (name) => setRole(name, parseRole(more[0] ?? ""))],
};
const [words, run] = (Object.hasOwn(commands, command) && commands[command]) || [];
if (!run || more.length !== words) exitWith(USAGE);
const name = userName.safeParse(given);
if (!name.success) exitWith(`That is no user name.\n\n${USAGE}`);
try {
  console.log((await run(name.data)) ?? exitWith(`There is no account ${name.data}.`));
} catch (error) {
  if (error instanceof StoreUnavailable || (error instanceof Error && error.name === "EnvError"))
    exitWith(error.message);
  throw error;
}
