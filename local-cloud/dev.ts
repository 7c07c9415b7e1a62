import { env as environment } from "node:process";
import { readInteger, readOptions } from "./cli-options";
import { loadLocalSecrets } from "./local-secrets";
import { FolderInUse } from "./processes/folder-lock";
import { onStopSignal } from "./processes/on-stop-signal";
import type { OwnedProcess } from "./processes/owned-process";
import { type ProcessReaper, startProcessReaper } from "./processes/process-reaper";
import { type RedisService, startRedisService } from "./redis/redis-service";

const USAGE = `Next's dev server, on a Redis and a gateway of its own.

  npm run dev -- --port 3000`;
const DATA_DIR = ".demo/dev";
const FORCE_AFTER_MS = 5_000;

const port = readInteger("port", readOptions({ port: "3000" }, USAGE).port, { min: 1, max: 65_535 });

let reaper: ProcessReaper | undefined;
let service: RedisService | undefined;
let server: OwnedProcess | undefined;
let ending: Promise<never> | undefined;

/** The first one's status counts: a server that ends because we stopped it has not failed. */
function end(status: 0 | 1): Promise<never> {
  ending ??= (async () => {
    await server?.end(FORCE_AFTER_MS);
    await service?.stop();
    await reaper?.close();
    process.exit(status);
  })();
  return ending;
}

onStopSignal({
  stop: () => end(0),
  force() {
    reaper?.killAll();
    process.exit(1);
  },
});

try {
  reaper = await startProcessReaper(DATA_DIR);
  const secrets = loadLocalSecrets(DATA_DIR);
  service = await startRedisService({
    dataDir: DATA_DIR,
    toolsDir: ".demo/tools",
    restToken: secrets.restToken,
    environment,
    spawn: reaper.spawn,
    say: console.log,
  });
  console.log(`Sessions are in ${service.description}.`);
  const nextDev = ["node_modules/next/dist/bin/next", "dev", "-p", `${port}`, "-H", "localhost"];
  server = reaper.spawn([process.execPath, ...nextDev], {
    inherit: true,
    env: {
      SESSION_SECRET: environment.SESSION_SECRET || secrets.sessionSecret,
      // Said here, so that a .env file meant for another place cannot say it: empty counts as unset.
      APP_ORIGIN: environment.APP_ORIGIN ?? "",
      NEXT_TELEMETRY_DISABLED: "1",
      INSTANCE_NAME: environment.INSTANCE_NAME || "dev",
      ...service.env,
    },
  });
  await server.exited;
} catch (error) {
  const isSecond = error instanceof FolderInUse;
  if (isSecond)
    console.error(`A dev server is already running in this folder (process ${error.pid}). End it first.`);
  else if (!ending) console.error(error instanceof Error ? error.message : error);
}
await end(1);
