import { readEnv } from "../env.ts";
import { processState } from "../process-state.ts";

/** When this process began, ISO 8601 UTC; where the host does not tell, when its first request came. */
export function startedAt(): string {
  // Not at module level: on Cloudflare Workers the time origin is 0, and so is the clock before the first request.
  const state = processState();
  state.startedAt ??= new Date(performance.timeOrigin || Date.now()).toISOString();
  return state.startedAt;
}

/** The name of the server that answers: `INSTANCE_NAME`, else one made up for the life of this process. */
export function instanceName(): string {
  // Not at module level: some hosts allow no random numbers before the first request.
  const state = processState();
  state.instanceName ??= readEnv().instanceName ?? `server-${crypto.randomUUID().slice(0, 4)}`;
  return state.instanceName;
}
