import { Redis } from "@upstash/redis";
import type { Env } from "@/lib/env";
import { StoreUnavailable } from "@/lib/session/session-store";

/**
 * A way to Redis for one HTTP request: every command of that request shares one deadline.
 * An answer that came back carries on; whatever else happens is {@link StoreUnavailable}.
 */
export interface RedisWithin {
  /**
   * Runs one or more commands; those issued in one tick travel in one REST request.
   *
   * @param operation what is being done, for the operator's log
   * @throws StoreUnavailable
   */
  run<T>(operation: string, commands: (redis: Redis) => Promise<T>): Promise<T>;
}

/** @param deadlineMs what all the runs together may take */
export function redisWithin(env: Env, deadlineMs = env.sessionDeadlineMs): RedisWithin {
  let leftMs = deadlineMs;
  return {
    async run(operation, commands) {
      const startedMs = performance.now();
      try {
        // Once nobody waits for it, nothing more is asked.
        if (leftMs < 1) throw new DeadlineExceeded();
        return await before(leftMs, commands(sharedClient(env)));
      } catch (error) {
        throw new StoreUnavailable(operation, reasonOf(error));
      } finally {
        leftMs -= performance.now() - startedMs;
      }
    },
  };
}

// One client for the process: commands of concurrent requests that fall into one tick share one REST request.
let shared: { env: Env; client: Redis } | undefined;

function sharedClient(env: Env): Redis {
  if (shared?.env !== env) shared = { env, client: createClient(env) };
  return shared.client;
}

function createClient(env: Env): Redis {
  return new Redis({
    url: env.redisRestUrl,
    token: env.redisRestToken,
    // `retry: false` would still try twice.
    retry: { retries: 0 },
    // The client would turn "123" into a number and "null" into absence: values are parsed by their owners.
    automaticDeserialization: false,
    enableTelemetry: false,
    // A function: with a plain signal a read that timed out would resolve as if there were no value.
    signal: () => AbortSignal.timeout(env.sessionDeadlineMs),
  });
}

class DeadlineExceeded extends Error {
  override readonly name = "TimeoutError";
}

async function before<T>(leftMs: number, answer: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DeadlineExceeded()), leftMs);
  });
  try {
    return await Promise.race([answer, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

// Redis' own code words are upper case at the beginning of its text; the client wraps them in sentences of its own
// that end with the whole command, session ID and data and all. Nothing else of the text may get out.
const REDIS_CODE =
  /(?:^|: )(OOM|READONLY|LOADING|WRONGTYPE|NOSCRIPT|NOAUTH|WRONGPASS|NOPERM|MASTERDOWN|CLUSTERDOWN|MISCONF|BUSY|TRYAGAIN|ERR|UNAVAILABLE)\b/;

/** A class of failure in a word, never the vendor's text. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  if (error.name === "TimeoutError" || error.name === "AbortError") return "timeout";
  const code: unknown = error.cause instanceof Error && "code" in error.cause ? error.cause.code : undefined;
  if (typeof code === "string" && /^[A-Z_]{3,40}$/.test(code)) return code;
  return REDIS_CODE.exec(error.message)?.[1] ?? error.name.replaceAll(/[^A-Za-z]/g, "").slice(0, 40);
}
