import type { SupervisorStatus } from "@/local-cloud/supervisor-status";

/** The tests' hand on the local cloud: stops and starts its parts, and counts what reaches the REST gateway. */
export interface CloudControl {
  status(): Promise<SupervisorStatus>;
  /** Such as `instances/a/stop`, `redis/pause`, `gateway/start`. */
  ask(action: string): Promise<SupervisorStatus>;
  /** What the gateway is asked during the work. */
  redisCostOf(work: () => Promise<unknown>): Promise<RedisCost>;
  restRequestsOf(work: () => Promise<unknown>): Promise<number>;
}

export interface RedisCost {
  /** REST requests that reach the gateway. */
  readonly requests: number;
  /** Commands in them: a pipeline is one request of several. */
  readonly commands: number;
}

/** `null` where the tests run against a deployed site. */
export function findCloudControl(): CloudControl | null {
  const { E2E_SUPERVISOR_URL: url, E2E_SUPERVISOR_TOKEN: token } = process.env;
  return url && token ? cloudControl(url, token) : null;
}

function cloudControl(url: string, token: string): CloudControl {
  async function send(method: string, path: string): Promise<SupervisorStatus> {
    const response = await fetch(`${url}/${path}`, { method, headers: { authorization: `Bearer ${token}` } });
    if (!response.ok) throw new Error(`The supervisor answered ${response.status} to ${path}.`);
    return response.json();
  }
  const asked = async () => (await send("GET", "status")).gateway ?? { requests: 0, commands: 0 };
  async function redisCostOf(work: () => Promise<unknown>): Promise<RedisCost> {
    const before = await asked();
    await work();
    const after = await asked();
    return { requests: after.requests - before.requests, commands: after.commands - before.commands };
  }
  return {
    redisCostOf,
    restRequestsOf: async (work) => (await redisCostOf(work)).requests,
    status: () => send("GET", "status"),
    ask: (action) => send("POST", action),
  };
}
