import { z } from "zod/mini";
import { IDLE_SECONDS, LIFETIME_SECONDS } from "./timeouts.ts";

/** What the environment says of sessions, parsed. The one reader of `process.env`. */
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
  /** Sessions, and what the app counts with them, that one address may begin in a minute. */
  readonly beginLimit: number;
  /** The site's own origin, such as `https://shop.example`; without it, the forwarded host decides. */
  readonly appOrigin: string | null;
  /** How many proxies before this server write `X-Forwarded-*` that can be believed; 0: none, only the socket is. */
  readonly trustedProxies: number;
  /** Name of the session's cookie; on https `__Host-` stands before it. */
  readonly cookieName: string;
  /** The server's name; without it, one is made up at the start. */
  readonly instanceName: string | null;
}

/** Where Redis is, and for how long one request may take. */
export type RedisAddress = Pick<Env, "redisRestUrl" | "redisRestToken" | "sessionDeadlineMs">;

/** The environment is missing something or says something wrong: `message` names all of it, values never. */
export class EnvError extends Error {
  override readonly name = "EnvError";
  /** @param faults a line for each variable */
  constructor(readonly faults: readonly string[]) {
    super(["The environment is not complete:", ...faults].join("\n"));
  }
}

/** A variable that is an integer within bounds. */
export const integer = (fallback: number, { min, max }: { min: number; max: number }) =>
  z
    ._default(
      z.pipe(
        z.pipe(z.string().check(z.regex(/^\d{1,9}$/)), z.transform(Number)),
        z.int().check(z.minimum(min), z.maximum(max)),
      ),
      fallback,
    )
    .check(z.describe(`an integer from ${min} to ${max}`));

/** Chance gives 32 characters of base64 some 25 different ones, and 32 hex digits some 14. */
const MIN_DIFFERENT = 8;

/** Whether it may be the work of chance: not a few characters, nor one text again and again. */
function isVaried(secret: string): boolean {
  if (new Set(secret).size < MIN_DIFFERENT) return false;
  for (let period = 1; period <= secret.length / 2; period++)
    if (secret.slice(period) === secret.slice(0, -period)) return false;
  return true;
}

const secrets = z
  .pipe(
    z.pipe(
      z.string(),
      z.transform((text) => text.split(",").map((each) => each.trim())),
    ),
    z.array(z.string().check(z.minLength(32), z.refine(isVaried))).check(z.minLength(1)),
  )
  .check(
    z.refine((list) => new Set(list).size === list.length),
    z.describe(
      "one or more different secrets of 32 random characters or more, as `openssl rand -base64 32` prints them, " +
        "comma-separated, newest first",
    ),
  );

export const httpUrl = z.url({ protocol: /^https?$/ }).check(z.describe("an http(s) URL"));
/** An optional text of this pattern. */
export const text = (pattern: RegExp) => z.optional(z.string().check(z.regex(pattern)));

const variables = z.object({
  UPSTASH_REDIS_REST_URL: httpUrl,
  UPSTASH_REDIS_REST_TOKEN: z.string().check(z.trim(), z.minLength(1), z.describe("the REST token")),
  SESSION_SECRET: secrets,
  // With such a name, one app's key could be another's: `limit:` and a session, or no name and a limit.
  SESSION_NAMESPACE: text(/^(?!(session|user-sessions|active-sessions|limit):)[\w.:-]{0,64}$/).check(
    z.describe(
      "up to 64 of letters, digits and . _ : -, not beginning with a kind of key such as `session:`",
    ),
  ),
  SESSION_IDLE_SECONDS: integer(1800, IDLE_SECONDS),
  SESSION_LIFETIME_SECONDS: integer(604_800, LIFETIME_SECONDS),
  SESSION_DEADLINE_MS: integer(1000, { min: 10, max: 60_000 }),
  BEGIN_LIMIT: integer(60, { min: 1, max: 1_000_000 }),
  APP_ORIGIN: z
    .optional(httpUrl.check(z.refine((url) => URL.canParse(url) && new URL(url).origin === url)))
    .check(z.describe("an origin such as https://shop.example, without a path")),
  TRUSTED_PROXIES: integer(1, { min: 0, max: 16 }),
  COOKIE_NAME: text(/^[a-z0-9-]{1,32}$/).check(z.describe("1 to 32 of a-z, 0-9 and -")),
  INSTANCE_NAME: text(/^[a-z0-9-]{1,32}$/).check(z.describe("1 to 32 of a-z, 0-9 and -")),
});

/**
 * Variables by their schemas, each with a description of what it wants. An empty one counts as unset: hosts' forms
 * leave them behind.
 *
 * @throws EnvError naming everything that is missing or wrong
 */
export function parseVariables<S extends z.ZodMiniObject>(
  variables: S,
  source: Readonly<Record<string, string | undefined>>,
): z.output<S> {
  const given = Object.fromEntries(
    Object.entries(source).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = z.safeParse(variables, given);
  if (!parsed.success) throw new EnvError(explain(variables, parsed.error, given));
  return parsed.data;
}

/** @throws EnvError naming everything that is missing or wrong. */
export function parseEnv(source: Readonly<Record<string, string | undefined>>): Env {
  const env = parseVariables(variables, {
    ...source,
    // The marketplaces of the hosts name the same two by their own names.
    UPSTASH_REDIS_REST_URL: source.UPSTASH_REDIS_REST_URL || source.KV_REST_API_URL,
    UPSTASH_REDIS_REST_TOKEN: source.UPSTASH_REDIS_REST_TOKEN || source.KV_REST_API_TOKEN,
  });
  return {
    redisRestUrl: env.UPSTASH_REDIS_REST_URL,
    redisRestToken: env.UPSTASH_REDIS_REST_TOKEN,
    sessionSecrets: env.SESSION_SECRET,
    sessionNamespace: env.SESSION_NAMESPACE ?? "",
    sessionIdleSeconds: env.SESSION_IDLE_SECONDS,
    sessionLifetimeSeconds: env.SESSION_LIFETIME_SECONDS,
    sessionDeadlineMs: env.SESSION_DEADLINE_MS,
    beginLimit: env.BEGIN_LIMIT,
    appOrigin: env.APP_ORIGIN ?? null,
    trustedProxies: env.TRUSTED_PROXIES,
    cookieName: env.COOKIE_NAME ?? "session",
    instanceName: env.INSTANCE_NAME ?? null,
  };
}

/** Whether this code runs in the edge bundle: beside Node, in one process, with a memory of its own. */
export const isEdge = process.env.NEXT_RUNTIME === "edge";

/** Whether this is `next dev`, whose pages need more of the browser than those that were built. */
export const isDevelopment = process.env.NODE_ENV === "development";

/** Next's `basePath`, which the build writes in here; this code supports none. */
const basePath = process.env.__NEXT_ROUTER_BASEPATH ?? "";

let parsed: Env | undefined;

/** The environment of this process, read once. @throws EnvError */
export function readEnv(): Env {
  if (basePath !== "") throw new EnvError([NO_BASE_PATH]);
  parsed ??= parseEnv(process.env);
  return parsed;
}

const NO_BASE_PATH = `\`basePath\` in next.config is not supported: the cookie, the redirects and the forms name paths of this
site. Serve the app under a host of its own, such as shop.example in place of example/shop.`;

function explain(
  { shape }: z.ZodMiniObject,
  error: z.core.$ZodError,
  given: Readonly<Record<string, unknown>>,
): string[] {
  const schemas: ReadonlyMap<string, z.core.$ZodType> = new Map(Object.entries(shape));
  const names = [...new Set(error.issues.map((issue) => String(issue.path[0])))];
  return names.map((name) => {
    const schema = schemas.get(name);
    const wanted = (schema && z.globalRegistry.get(schema)?.description) ?? "another value";
    return `  ${name} is ${given[name] ? "wrong" : "missing"}: it wants ${wanted}.`;
  });
}
