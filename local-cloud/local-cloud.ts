import { join } from "node:path";
import { env as environment } from "node:process";
import { type Balancer, startBalancer } from "./balancer/balancer";
import { type Chaos, createChaos } from "./chaos/chaos";
import { buildIfStale } from "./instances/next-build";
import {
  createNextInstances,
  type NextInstances,
  type NextInstancesOptions,
} from "./instances/next-instances";
import { loadLocalSecrets } from "./local-secrets";
import { startProcessReaper } from "./processes/process-reaper";
import { type RedisService, startRedisService } from "./redis/redis-service";
import { type Supervisor, startSupervisor } from "./supervisor";

export type LocalCloudOptions = {
  /** How many servers of the app, at least one. */
  instances: number;
  /** The balancer's, on 127.0.0.1; 0: the system's choice. */
  port: number;
  /** Data, secrets and logs; one local cloud at a time. */
  dataDir: string;
  /** Build the app first if its build is missing or older than the sources. Default: there is a build. */
  build?: boolean;
  /** The first server's port for Prometheus, each further one has the next; 0: the system's choice. Default: none. */
  metricsPort?: number | undefined;
  /** For the instances, above all else. */
  env?: Record<string, string>;
  say?: (line: string) => void;
  /** Gives up a start that is under way; after it, call `stop`. */
  signal?: AbortSignal;
  /** For tests: how long a chaos action that stops Redis or the gateway lasts. Default: 10 s. */
  outageMs?: number;
  /** For tests: another program than Next's server. */
  command?: NextInstancesOptions["command"];
  /** For tests: another environment than ours to decide where Redis comes from. */
  environment?: Readonly<Record<string, string | undefined>>;
};

export type LocalCloud = {
  readonly url: string;
  readonly balancer: Balancer;
  readonly instances: NextInstances;
  readonly service: RedisService;
  readonly supervisor: Supervisor;
  readonly chaos: Chaos;
  /** Ends everything in order, instances first and Redis last, and leaves no process. */
  stop(): Promise<void>;
  /** For the impatient: kills every program at once. */
  killAll(): void;
};

// Shared by all data folders of this checkout: what is built there is built once.
const TOOLS_DIR = ".demo/tools";
const OUTAGE_MS = 10_000;

/**
 * One machine as a serverless host with its Redis service: Redis, the REST gateway, N servers of one build, and a
 * balancer before them. Resolves when every instance takes requests. Whatever fails on the way, nothing is left running.
 * Throws FolderInUse where `dataDir` has a local cloud already, PortTaken, or what its parts throw.
 */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const { dataDir, say = () => {}, signal } = options;
  const closers: (() => Promise<void>)[] = [];
  let stopping = Promise.resolve();
  const stop = () => {
    stopping = stopping.then(async () => {
      for (let close = closers.pop(); close; close = closers.pop()) await close().catch(() => {});
    });
    return stopping;
  };
  signal?.addEventListener("abort", stop);

  try {
    const reaper = await startProcessReaper(dataDir);
    closers.push(() => reaper.close());
    // First of all, so that a taken port is known before the build. Until there are instances it answers 503.
    const balancer = await startBalancer({ port: options.port });
    closers.push(() => balancer.close());
    signal?.throwIfAborted();
    if (options.build) await buildIfStale(reaper.spawn, say);
    signal?.throwIfAborted();

    const secrets = loadLocalSecrets(dataDir);
    const service = await startRedisService({
      dataDir,
      toolsDir: TOOLS_DIR,
      restToken: secrets.restToken,
      environment: options.environment ?? environment,
      spawn: reaper.spawn,
      say,
    });
    closers.push(() => service.stop());
    signal?.throwIfAborted();

    const supervisor = await startSupervisor(() => ({ ...parts, chaos }));
    closers.push(() => supervisor.close());
    const instances = createNextInstances({
      pool: balancer.pool,
      spawn: reaper.spawn,
      logsDir: join(dataDir, "logs"),
      metricsPort: options.metricsPort,
      say,
      ...(options.command && { command: options.command }),
      env: {
        SESSION_SECRET: environment.SESSION_SECRET || secrets.sessionSecret,
        // Said here, so that a .env file meant for another place cannot say it: empty counts as unset.
        APP_ORIGIN: environment.APP_ORIGIN ?? "",
        SUPERVISOR_URL: supervisor.url,
        SUPERVISOR_TOKEN: supervisor.token,
        ...service.env,
        ...options.env,
      },
    });
    closers.push(() => instances.stopAll());
    const parts = { instances, gateway: service.gateway, redis: service.redis };
    const chaos = createChaos({ ...parts, outageMs: options.outageMs ?? OUTAGE_MS, say });
    closers.push(async () => chaos.close());
    await Promise.all(Array.from({ length: options.instances }, () => instances.add()));
    signal?.throwIfAborted();

    const url = `http://localhost:${balancer.port}`;
    return { url, balancer, instances, service, supervisor, chaos, stop, killAll: () => reaper.killAll() };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}
