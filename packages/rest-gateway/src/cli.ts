#!/usr/bin/env node
import { env as environment } from "node:process";
import { parseArgs } from "node:util";
import { type PrivateRedis, startPrivateRedis } from "./private-redis.ts";
import { type RestGateway, startRestGateway } from "./rest-gateway.ts";

const USAGE = `The Upstash Redis REST protocol before any Redis.

  GATEWAY_TOKEN=TOKEN rest-gateway --port 8079 --redis-url redis://127.0.0.1:6379

  GATEWAY_TOKEN     what clients must send as "Authorization: Bearer TOKEN" (required); else
                    UPSTASH_REDIS_REST_TOKEN, which the clients themselves read.
                    --token TOKEN works, too, but everybody on this machine can read it in the list of processes.
  --redis-url URL   redis://host:port (default: REDIS_URL, else redis://127.0.0.1:6379), or
                    redis://host:port,host:port           a primary and its replicas, whichever is which
                    redis+cluster://host:port,host:port   some servers of a Redis Cluster
                    with user:password@ before the first host; rediss instead of redis for TLS
  --start-redis     instead: an empty Redis of its own, which ends with the gateway. It needs redis-server or
                    valkey-server on the PATH.
  --port PORT       default 8079; 0: a free one
  --host HOST       default 127.0.0.1, which only this machine can reach`;

type Options = { port: number; host: string; token: string; redisUrl: string; startsRedis: boolean };

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "8079" },
      host: { type: "string", default: "127.0.0.1" },
      token: { type: "string" },
      "redis-url": { type: "string" },
      "start-redis": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535) {
    throw new Error(`--port must be a whole number from 0 to 65535, not "${values.port}".`);
  }
  if (values["start-redis"] && values["redis-url"]) {
    throw new Error("--start-redis and --redis-url exclude each other.");
  }
  if (values.token) {
    console.error("--token can be read in the list of processes. Set GATEWAY_TOKEN instead.");
  }
  const token = values.token || environment.GATEWAY_TOKEN || environment.UPSTASH_REDIS_REST_TOKEN;
  if (!token) throw new Error("GATEWAY_TOKEN is not set.");
  return {
    port,
    host: values.host,
    token,
    redisUrl: values["redis-url"] || environment.REDIS_URL || "redis://127.0.0.1:6379",
    startsRedis: values["start-redis"],
  };
}

function exitWith(error: unknown, more = ""): never {
  console.error(`${error instanceof Error ? error.message : error}${more}`);
  process.exit(1);
}

function readOptionsOrExit(): Options {
  try {
    return readOptions();
  } catch (error) {
    return exitWith(error, `\n\n${USAGE}`);
  }
}

// npm passes Ctrl-C on to a program that the terminal has sent it to already: two signals, one wish.
const SAME_WISH_MS = 1_000;

function stopOnSignal(stop: () => Promise<void>): void {
  let firstAtMs: number | undefined;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (firstAtMs === undefined) {
        firstAtMs = Date.now();
        void stop().finally(() => process.exit(0));
      } else if (Date.now() - firstAtMs > SAME_WISH_MS) {
        process.exit(1);
      }
    });
  }
  // A terminal that has gone takes no more output.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
}

const { port, host, token, redisUrl, startsRedis } = readOptionsOrExit();
let redis: PrivateRedis | undefined;
let gateway: RestGateway | undefined;
let isStopping = false;
stopOnSignal(async () => {
  isStopping = true;
  await gateway?.close();
  await redis?.stop();
});
try {
  redis = startsRedis ? await startPrivateRedis() : undefined;
  void redis?.died.then((printed) => {
    if (!isStopping) exitWith(`Redis has ended:\n${printed}`);
  });
  gateway = await startRestGateway({ port, host, token, redisUrl: redis?.url ?? redisUrl, say: console.log });
  console.log(`REST gateway on ${gateway.url}. Ctrl-C ends it.`);
} catch (error) {
  exitWith(error);
}
