import type { NextInstance } from "../instances/next-instance";
import type { NextInstances } from "../instances/next-instances";
import { interrupt } from "./interrupt";

/**
 * Restarts every server that is meant to run, one after the other, as a deploy does: out of the balancer, its requests
 * answered, ended, started again, ready, and only then the next. A server that is alone gets a spare beside it for
 * that time, so that no request fails.
 */
export async function rollingRestart(instances: NextInstances, signal: AbortSignal): Promise<void> {
  const members = instances.all.filter(({ status }) => !["stopped", "stopping"].includes(status.state));
  // One that has just crashed is no stand-in for another yet.
  await Promise.all(members.map((member) => member.start()));
  const spare = members.length === 1 ? await startSpare(instances) : undefined;
  for (const member of members) {
    signal.throwIfAborted();
    await interrupt(member, { forMs: 0, signal });
  }
  signal.throwIfAborted();
  await spare?.stop();
}

async function startSpare(instances: NextInstances): Promise<NextInstance> {
  const stopped = instances.all.find(({ status }) => status.state === "stopped");
  if (!stopped) return instances.add();
  await stopped.start();
  return stopped;
}
