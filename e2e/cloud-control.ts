import type { SupervisorStatus } from "@/local-cloud/supervisor-status";

/** The tests' hand on the local cloud: stops and starts its parts, and counts what reaches the REST gateway. */
export interface CloudControl {
  status(): Promise<SupervisorStatus>;
  /** Such as `instances/a/stop`, `redis/pause`, `gateway/start`. */
  ask(action: string): Promise<SupervisorStatus>;
  /** REST requests that reach the gateway during the work. */
  restRequestsOf(work: () => Promise<unknown>): Promise<number>;
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
  const requests = async () => (await send("GET", "status")).gateway?.requests ?? 0;
  return {
    status: () => send("GET", "status"),
    ask: (action) => send("POST", action),
    async restRequestsOf(work) {
      const before = await requests();
      await work();
      return (await requests()) - before;
    },
  };
}
