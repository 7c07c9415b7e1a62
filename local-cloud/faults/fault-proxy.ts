import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { listen } from "../processes/listen";
import { type BusyTime, createBusyTime } from "./busy-time";
import { type Fault, nameFault } from "./fault";
import { createForward, passOn } from "./fault-forward";
import { injectFault, reset } from "./fault-injection";
import { createFaultPlan, type RandomFaults } from "./fault-plan";

export type FaultProxy = {
  readonly url: string;
  /** The next requests, before anything else that is planned; null: they pass. Calls add up in their order. */
  next(fault: Fault | null, count?: number): void;
  /** Every request from now on, until another `always` or `random`; null: they pass. */
  always(fault: Fault | null): void;
  /** A share of the requests from now on, drawn from the seed. */
  random(faults: RandomFaults): void;
  /** Connections are refused, and open ones reset, until `accept`. */
  refuse(): Promise<void>;
  accept(): Promise<void>;
  /** Requests that were answered as the gateway answered them. */
  readonly passed: number;
  /** Requests that met a fault. */
  readonly injected: number;
  /** The same, by nameFault. */
  readonly injectedByName: ReadonlyMap<string, number>;
  /** From the arrival of a request to the end of its answer, or of its connection. */
  readonly busy: Pick<BusyTime, "underWay" | "totalMs">;
  close(): Promise<void>;
};

export type FaultProxyOptions = {
  /** The gateway's URL. */
  target: string;
  /** For `random`. Default 1. */
  seed?: number;
  /** Which requests the plan is for; the others pass. Default: all. */
  affects?: (request: { path: string; body: string }) => boolean;
};

/** For tests: a server between REST clients and the gateway, which does to their requests what networks do. */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const { target, seed = 1, affects = () => true } = options;
  const plan = createFaultPlan(seed);
  const injectedByName = new Map<string, number>();
  const busy = createBusyTime();
  let passed = 0;
  const forward = createForward(target);

  const server = createServer(async (request, response) => {
    busy.begin();
    response.on("close", busy.end);
    response.on("error", () => {}); // The client is gone.
    try {
      const body = await buffer(request);
      const fault = affects({ path: request.url ?? "", body: body.toString() }) ? plan.take() : null;
      if (fault) {
        const name = nameFault(fault);
        injectedByName.set(name, (injectedByName.get(name) ?? 0) + 1);
        await injectFault(fault, { request, body, response, forward });
      } else {
        await passOn(await forward(request, body), response);
        passed++;
      }
    } catch {
      // The gateway is away, or went away while it answered: so does the client's connection.
      reset(response);
    }
  });
  server.keepAliveTimeout = 120_000;
  const port = await listen(server, 0);
  const stopListening = async () => {
    if (!server.listening) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };

  return {
    url: `http://127.0.0.1:${port}`,
    next: plan.next,
    always: plan.always,
    random: plan.random,
    refuse: stopListening,
    async accept() {
      if (!server.listening) await listen(server, port);
    },
    get passed() {
      return passed;
    },
    get injected() {
      return [...injectedByName.values()].reduce((sum, count) => sum + count, 0);
    },
    injectedByName,
    busy,
    async close() {
      await stopListening();
      forward.close();
    },
  };
}
