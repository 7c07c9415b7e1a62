import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { type Guardian, startGuardian } from "@/local-cloud/processes/process-reaper";
import { type RedisService, startRedisService } from "@/local-cloud/redis/redis-service";
import { WORK_FOLDER } from "./build-host";

/** What all hosts share on this machine: one Redis and one gateway, and someone who ends whatever was started. */
export type Workshop = {
  readonly guardian: Guardian;
  readonly service: RedisService;
  /** For the app on every host: one Redis, one secret. */
  readonly env: Readonly<Record<string, string>>;
  /** REST requests that reached the gateway during the work. */
  requestsOf(work: () => Promise<unknown>): Promise<number>;
  close(): Promise<void>;
};

export async function openWorkshop(say: (line: string) => void): Promise<Workshop> {
  const guardian = await startGuardian(WORK_FOLDER);
  try {
    const service = await startRedisService({
      dataDir: join(WORK_FOLDER, "cloud"),
      toolsDir: ".demo/tools",
      restToken: randomBytes(24).toString("hex"),
      // Always one of our own: what is done here is nobody's data.
      environment: {},
      spawn: guardian.spawn,
      say,
    });
    const secret = randomBytes(32).toString("hex");
    const requests = () => service.gateway?.status.requests ?? 0;
    return {
      guardian,
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
        await guardian.close();
      },
    };
  } catch (error) {
    await guardian.close();
    throw error;
  }
}
