import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { type ProcessReaper, startProcessReaper } from "@/local-cloud/processes/process-reaper";
import { type RedisService, startRedisService } from "@/local-cloud/redis/redis-service";
import { WORK_FOLDER } from "./build-host";

/** What all hosts share on this machine: one Redis and one gateway, and someone who ends whatever was started. */
export type TestHarness = {
  readonly reaper: ProcessReaper;
  readonly service: RedisService;
  /** For the app on every host: one Redis, one secret. */
  readonly env: Readonly<Record<string, string>>;
  /** REST requests that reached the gateway during the work. */
  requestsOf(work: () => Promise<unknown>): Promise<number>;
  close(): Promise<void>;
};

export async function openTestHarness(say: (line: string) => void): Promise<TestHarness> {
  const reaper = await startProcessReaper(WORK_FOLDER);
  try {
    const service = await startRedisService({
      dataDir: join(WORK_FOLDER, "cloud"),
      toolsDir: ".demo/tools",
      restToken: randomBytes(24).toString("hex"),
      // Always one of our own: what is done here is nobody's data.
      environment: {},
      spawn: reaper.spawn,
      say,
    });
    const secret = randomBytes(32).toString("hex");
    const requests = () => service.gateway?.status.requests ?? 0;
    return {
      reaper,
      service,
      env: {
        ...service.env,
        SESSION_SECRET: secret,
        SIGN_IN_LIMIT: "100000",
        BEGIN_LIMIT: "100000",
        SESSION_DEADLINE_MS: "3000",
      },
      async requestsOf(work) {
        const before = requests();
        await work();
        return requests() - before;
      },
      async close() {
        await service.stop();
        await reaper.close();
      },
    };
  } catch (error) {
    await reaper.close();
    throw error;
  }
}
