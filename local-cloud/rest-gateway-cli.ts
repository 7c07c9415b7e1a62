import { parseArgs } from "node:util";
import { startRestGateway } from "./rest-gateway";

const USAGE = `The Upstash Redis REST protocol before any Redis.

  npm run gateway -- --port 8079 --token TOKEN --redis-url redis://127.0.0.1:6379

  --token TOKEN     what clients must send as "Authorization: Bearer TOKEN" (required)
  --redis-url URL   redis:// or rediss:// (default redis://127.0.0.1:6379)
  --port PORT       default 8079
  --host HOST       default 127.0.0.1, which only this machine can reach`;

function fail(message: string): never {
  console.error(`${message}\n\n${USAGE}`);
  process.exit(1);
}

function readOptions() {
  const options = {
    port: { type: "string", default: "8079" },
    host: { type: "string", default: "127.0.0.1" },
    token: { type: "string" },
    "redis-url": { type: "string", default: "redis://127.0.0.1:6379" },
    help: { type: "boolean", default: false },
  } as const;
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

const { port: portText, host, token, "redis-url": redisUrl, help } = readOptions();
if (help) {
  console.log(USAGE);
  process.exit(0);
}
const port = Number(portText);
if (!Number.isInteger(port) || port < 0 || port > 65_535) fail(`--port: ${portText} is not a port number`);
if (!token) fail("--token is missing");
if (!/^rediss?:\/\//.test(redisUrl)) fail("--redis-url must begin with redis:// or rediss://");

try {
  const gateway = await startRestGateway({ port, host, token, redisUrl, say: console.log });
  console.log(`REST gateway on ${gateway.url}. Ctrl-C ends it.`);
  let closing = false;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, async () => {
      if (closing) return;
      closing = true;
      await gateway.close();
      process.exit(0);
    });
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
