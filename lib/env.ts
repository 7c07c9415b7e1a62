import { z } from "zod";
import { IDLE_SECONDS, LIFETIME_SECONDS } from "@/lib/session/session-head";

/** What the environment says, parsed. The one reader of `process.env` (docs: README, "Environment"). */
export interface Env {
  readonly redisRestUrl: string;
  readonly redisRestToken: string;
  /** Newest first. New seals use the first, old seals open with any. */
  readonly sessionSecrets: readonly string[];
  /** Prefix of every key in Redis, empty by default. */
  readonly sessionNamespace: string;
  /** Idle timeout of a session that names none. */
  readonly sessionIdleSeconds: number;
  /** Absolute lifetime of every session. */
  readonly sessionLifetimeSeconds: number;
  /** What one HTTP request may spend on all its requests to Redis together. */
  readonly sessionDeadlineMs: number;
  /** Attempts a minute to sign in to one account; ten times that from one address. */
  readonly signInLimit: number;
  /** The site's own origin, such as `https://shop.example`; without it, the forwarded host decides. */
  readonly appOrigin: string | null;
  /** The server's name; without it, one is made up at the start. */
  readonly instanceName: string | null;
  /** Where the server runs, as far as it is known: for people to read. */
  readonly host: { readonly platform: string | null; readonly region: string | null };
  /** Who stops and starts the parts of the local cloud that this server runs on; `null` anywhere else. */
  readonly supervisor: { readonly url: string; readonly token: string } | null;
}

/** The environment is missing something or says something wrong: `message` names all of it, values never. */
export class EnvError extends Error {
  override readonly name = "EnvError";
}

const integer = (fallback: number, { min, max }: { min: number; max: number }) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.int().min(min).max(max))
    .optional()
    .transform((value) => value ?? fallback)
    .describe(`an integer from ${min} to ${max}`);

const secrets = z
  .string()
  .transform((text) => text.split(",").map((each) => each.trim()))
  .pipe(z.array(z.string().min(32)).min(1))
  .refine((list) => new Set(list).size === list.length)
  .describe("one or more different secrets of at least 32 characters, comma-separated, newest first");

const httpUrl = z.url({ protocol: /^https?$/ }).describe("an http(s) URL");

const variables = z.object({
  UPSTASH_REDIS_REST_URL: httpUrl,
  UPSTASH_REDIS_REST_TOKEN: z.string().trim().min(1).describe("the REST token"),
  SESSION_SECRET: secrets,
  SESSION_NAMESPACE: z
    .string()
    .regex(/^[\w.:-]{0,64}$/)
    .optional()
    .describe("up to 64 of letters, digits and . _ : -"),
  SESSION_IDLE_SECONDS: integer(1800, IDLE_SECONDS),
  SESSION_LIFETIME_SECONDS: integer(604_800, LIFETIME_SECONDS),
  SESSION_DEADLINE_MS: integer(1000, { min: 10, max: 60_000 }),
  SIGN_IN_LIMIT: integer(10, { min: 1, max: 1_000_000 }),
  APP_ORIGIN: httpUrl
    .refine((text) => URL.canParse(text) && new URL(text).origin === text)
    .optional()
    .describe("an origin such as https://shop.example, without a path"),
  PLATFORM: z
    .string()
    .regex(/^[\w .()-]{1,40}$/)
    .optional()
    .describe("the host's name in up to 40 characters"),
  INSTANCE_NAME: z
    .string()
    .regex(/^[a-z0-9-]{1,32}$/)
    .optional()
    .describe("1 to 32 of a-z, 0-9 and -"),
  SUPERVISOR_URL: z
    .url({ protocol: /^http$/, hostname: /^(localhost|127\.0\.0\.1|\[::1\])$/ })
    .optional()
    .describe("an http URL on this machine, set together with SUPERVISOR_TOKEN by the local cloud alone"),
  SUPERVISOR_TOKEN: z
    .string()
    .regex(/^[\w-]{16,128}$/)
    .optional()
    .describe("a token, set together with SUPERVISOR_URL by the local cloud alone"),
});
const withSupervisor = variables.required({ SUPERVISOR_URL: true, SUPERVISOR_TOKEN: true });

/** @throws EnvError naming everything that is missing or wrong. */
export function parseEnv(source: Readonly<Record<string, string | undefined>>): Env {
  const given: Readonly<Record<string, string | undefined>> = {
    // An empty variable is an unset one: hosts' forms leave them behind.
    ...Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== "")),
    // The marketplaces of the hosts name the same two by their own names.
    UPSTASH_REDIS_REST_URL: source.UPSTASH_REDIS_REST_URL || source.KV_REST_API_URL,
    UPSTASH_REDIS_REST_TOKEN: source.UPSTASH_REDIS_REST_TOKEN || source.KV_REST_API_TOKEN,
  };
  const hasSupervisor = given.SUPERVISOR_URL !== undefined || given.SUPERVISOR_TOKEN !== undefined;
  const parsed = (hasSupervisor ? withSupervisor : variables).safeParse(given);
  if (!parsed.success) throw new EnvError(explain(parsed.error, given));
  const env = parsed.data;
  return {
    redisRestUrl: env.UPSTASH_REDIS_REST_URL,
    redisRestToken: env.UPSTASH_REDIS_REST_TOKEN,
    sessionSecrets: env.SESSION_SECRET,
    sessionNamespace: env.SESSION_NAMESPACE ?? "",
    sessionIdleSeconds: env.SESSION_IDLE_SECONDS,
    sessionLifetimeSeconds: env.SESSION_LIFETIME_SECONDS,
    sessionDeadlineMs: env.SESSION_DEADLINE_MS,
    signInLimit: env.SIGN_IN_LIMIT,
    appOrigin: env.APP_ORIGIN ?? null,
    instanceName: env.INSTANCE_NAME ?? null,
    host: hostOf(given),
    supervisor:
      env.SUPERVISOR_URL && env.SUPERVISOR_TOKEN
        ? { url: new URL(env.SUPERVISOR_URL).origin, token: env.SUPERVISOR_TOKEN }
        : null,
  };
}

/** What each host calls itself in the environment, and where it says its region. */
const hosts = [
  { mark: "VERCEL", platform: "Vercel", region: "VERCEL_REGION" },
  { mark: "NETLIFY", platform: "Netlify", region: "AWS_REGION" },
  { mark: "AWS_LAMBDA_FUNCTION_NAME", platform: "AWS Lambda", region: "AWS_REGION" },
  { mark: "FLY_APP_NAME", platform: "Fly.io", region: "FLY_REGION" },
  { mark: "RENDER", platform: "Render", region: "RENDER_REGION" },
] as const;

/** `PLATFORM` names a host that does not name itself. */
function hostOf(given: Readonly<Record<string, string | undefined>>): Env["host"] {
  const host = hosts.find(({ mark }) => given[mark]);
  const platform = given.PLATFORM ?? host?.platform ?? null;
  return { platform, region: (host && given[host.region]) ?? null };
}

/** Whether this code runs in the edge bundle: beside Node, in one process, with a memory of its own. */
export const isEdge = process.env.NEXT_RUNTIME === "edge";

let parsed: Env | undefined;

/** The environment of this process, read once. @throws EnvError */
export function readEnv(): Env {
  parsed ??= parseEnv(process.env);
  return parsed;
}

function explain(error: z.ZodError, given: Readonly<Record<string, string | undefined>>): string {
  const names = [...new Set(error.issues.map((issue) => String(issue.path[0])))];
  const lines = names.map((name) => {
    const wanted = variables.shape[name as keyof typeof variables.shape]?.description ?? "another value";
    return `  ${name} is ${given[name] ? "wrong" : "missing"}: it wants ${wanted}.`;
  });
  return ["The environment is not complete (see .env.example):", ...lines].join("\n");
}
