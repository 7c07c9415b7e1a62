import type { SessionInit } from "../define-session.ts";
import { instanceName } from "./instance.ts";
import type { SessionVisit } from "./visit.ts";

/** What a session of this visit begins with. */
export function beginningOf<D>(
  { env, headers, setup }: SessionVisit<D>,
  idleSeconds = env.sessionIdleSeconds,
): SessionInit {
  return { idleSeconds, servedBy: instanceName(), device: setup.describeDevice(headers) };
}
