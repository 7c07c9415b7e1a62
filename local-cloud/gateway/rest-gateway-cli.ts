import { env as environment } from "node:process";
import { exitWith, readInteger, readOptions } from "../cli-options";
import { onStopSignal } from "../processes/on-stop-signal";
import { startRestGateway } from "./rest-gateway";

const USAGE = `The Upstash Redis REST protocol before any Redis.

  GATEWAY_TOKEN=TOKEN npm run gateway -- --port 8079 --redis-url redis://127.0.0.1:6379

  GATEWAY_TOKEN     what clients must send as "Authorization: Bearer TOKEN" (required); else
                    UPSTASH_REDIS_REST_TOKEN, which the clients themselves read.
                    --token TOKEN does, too, but everybody on this machine can read it in the list of processes.
  --redis-url URL   redis://host:port (default: REDIS_URL, else redis://127.0.0.1:6379), or
                    redis://host:port,host:port           a primary and its replicas, whichever is which
                    redis+cluster://host:port,host:port   some servers of a Redis Cluster
                    with user:password@ before the first host; rediss instead of redis for TLS
  --port PORT       default 8079
  --host HOST       default 127.0.0.1, which only this machine can reach`;

const DEFAULTS = { port: "8079", host: "127.0.0.1", token: "", "redis-url": "" };

const options = readOptions(DEFAULTS, USAGE);
const { host } = options;
const port = readInteger("port", options.port, { min: 0, max: 65_535 });
const redisUrl = options["redis-url"] || environment.REDIS_URL || "redis://127.0.0.1:6379";
const token = options.token || environment.GATEWAY_TOKEN || environment.UPSTASH_REDIS_REST_TOKEN;
if (!token) exitWith(`GATEWAY_TOKEN is not set.\n\n${USAGE}`);
if (options.token) {
  console.error("--token can be read in the list of processes. Set GATEWAY_TOKEN instead.");
}

try {
  const gateway = await startRestGateway({ port, host, token, redisUrl, say: console.log });
  console.log(`REST gateway on ${gateway.url}. Ctrl-C ends it.`);
  onStopSignal({
    stop: () => gateway.close().finally(() => process.exit(0)),
    force: () => process.exit(1),
  });
} catch (error) {
  exitWith(error instanceof Error ? error.message : String(error));
}
