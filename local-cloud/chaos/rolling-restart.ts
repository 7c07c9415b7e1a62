import { setTimeout as pause } from "node:timers/promises";
import type { NextInstance } from "../instances/next-instance";
import type { NextInstances } from "../instances/next-instances";
import { interrupt } from "./interrupt";

// Kubernetes calls it minReadySeconds: a server that has just started is slow with its first requests, and should meet them
// while another one still shares them.
const WARM_UP_MS = 1_500;

/**
 * Restarts every server that is meant to run, one after the other, as a deploy does: out of the balancer, its requests
 * answered, ended, started again, ready, warm, and only then the next. A server that is alone gets a spare beside it for
 * that time, so that no request fails.
 */
export async function rollingRestart(instances: NextInstances, signal: AbortSignal): Promise<void> {
  const members = instances.all.filter(({ status }) => !["stopped", "stopping"].includes(status.state));
  // One that has just crashed is no stand-in for another yet.
  await Promise.all(members.map((member) => member.start()));
  const spare = members.length === 1 ? await startSpare(instances) : undefined;
  for (const [each, member] of members.entries()) {
    signal.throwIfAborted();
    if (each > 0 || spare) await pause(WARM_UP_MS, undefined, { signal });
    await interrupt(member, { forMs: 0, signal });
  }
  if (!spare) return;
  await pause(WARM_UP_MS, undefined, { signal });
  await spare.stop();
}

async function startSpare(instances: NextInstances): Promise<NextInstance> {
  const stopped = instances.all.find(({ status }) => status.state === "stopped");
  if (!stopped) return instances.add();
  await stopped.start();
  return stopped;
}
