import { readEnv } from "@/lib/env";

export { version } from "@/package.json";

/** When this process began to serve, ISO 8601 UTC. */
export const startedAt = new Date().toISOString();

let name: string | undefined;

/** The name of the server that answers: `INSTANCE_NAME`, else one made up for the life of this process. */
export function instanceName(): string {
  // Not at module level: some hosts allow no random numbers before the first request.
  name ??= readEnv().instanceName ?? `server-${crypto.randomUUID().slice(0, 4)}`;
  return name;
}
