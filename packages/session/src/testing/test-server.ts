import { vi } from "vitest";
import { startTestEnv, type TestEnv } from "./test-env.ts";

/**
 * For tests: makes this process a server of the app, in an environment on a real Redis. Its audit log is kept off the
 * screen.
 */
export async function startTestServer(more: Readonly<Record<string, string>> = {}): Promise<TestEnv> {
  vi.spyOn(console, "info").mockImplementation(() => {});
  const test = await startTestEnv(more);
  for (const [name, value] of Object.entries(test.variables)) vi.stubEnv(name, value);
  return test;
}

/** REST requests that reach Redis during the work. */
export async function countRequests({ cloud }: TestEnv, work: () => Promise<unknown>): Promise<number> {
  const before = cloud.gateway.requests;
  await work();
  return cloud.gateway.requests - before;
}
