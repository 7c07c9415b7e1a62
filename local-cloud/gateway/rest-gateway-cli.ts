import { exitWith, readInteger, readOptions } from "../cli-options";
import { onStopSignal } from "../processes/on-stop-signal";
import { startRestGateway } from "./rest-gateway";

const USAGE = `The Upstash Redis REST protocol before any Redis.

  npm run gateway -- --port 8079 --token TOKEN --redis-url redis://127.0.0.1:6379

  --token TOKEN     what clients must send as "Authorization: Bearer TOKEN" (required)
  --redis-url URL   redis://host:port (default redis://127.0.0.1:6379), or
                    redis://host:port,host:port           a primary and its replicas, whichever is which
                    redis+cluster://host:port,host:port   some servers of a Redis Cluster
                    with user:password@ before the first host; rediss instead of redis for TLS
  --port PORT       default 8079
  --host HOST       default 127.0.0.1, which only this machine can reach`;

const DEFAULTS = { port: "8079", host: "127.0.0.1", token: "", "redis-url": "redis://127.0.0.1:6379" };

const { port: portText, host, token, "redis-url": redisUrl } = readOptions(DEFAULTS, USAGE);
const port = readInteger("port", portText, { min: 0, max: 65_535 });
if (!token) exitWith(`--token is missing.\n\n${USAGE}`);

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
