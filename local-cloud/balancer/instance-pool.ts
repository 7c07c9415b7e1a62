import { poll } from "../processes/poll";
import { probeHealth } from "./probe-health";

/**
 * One server behind the balancer. `ready`: it answered its last health check; `silent`: it was ready, and did not answer
 * in time; `inFlight`: requests it has now.
 */
export type PooledInstance = {
  readonly name: string;
  readonly port: number;
  ready: boolean;
  silent: boolean;
  inFlight: number;
};

/** `page`: what a browser loads as its next page. */
export type RequestKind = "page" | "read" | "change";

export type InstancePool = {
  /** Watches an instance from now on; it takes its turn as soon as GET /api/health answers 200. */
  add(name: string, port: number): void;
  /** Gives it no more requests, and resolves when it has none left or after `limitMs`. */
  withdraw(name: string, limitMs: number): Promise<void>;
  /**
   * The next ready instance in turn that is not among `tried`; where there is none, a silent one: on a busy machine a
   * server that is late is better than none. Further tries of a request do not use up a turn. Each kind
   * of request has a turn of its own: a form is a POST and then a GET, a page comes with its scripts, and with one turn for
   * all, one of two servers could get all the pages.
   */
  next(kind: RequestKind, tried: ReadonlySet<PooledInstance>): PooledInstance | undefined;
  readonly instances: readonly PooledInstance[];
  close(): void;
};

const CHECK_READY_EVERY_MS = 1_000;
const CHECK_ABSENT_EVERY_MS = 100;

/** The instances of the app in round robin, those that answer their health checks. */
export function createInstancePool(): InstancePool {
  let instances: PooledInstance[] = [];
  const turns = { page: 0, read: 0, change: 0 };

  const watch = async (instance: PooledInstance) => {
    const health = await probeHealth(instance.port);
    if (!instances.includes(instance)) return;
    instance.silent = health === "silent" && (instance.ready || instance.silent);
    instance.ready = health === "well";
    setTimeout(() => watch(instance), instance.ready ? CHECK_READY_EVERY_MS : CHECK_ABSENT_EVERY_MS).unref();
  };

  return {
    add(name, port) {
      const instance = { name, port, ready: false, silent: false, inFlight: 0 };
      instances = [...instances.filter((other) => other.name !== name), instance];
      void watch(instance);
    },
    async withdraw(name, limitMs) {
      const instance = instances.find((other) => other.name === name);
      if (!instance) return;
      instances = instances.filter((other) => other !== instance);
      await poll(`${name} to finish its requests`, () => instance.inFlight === 0, { limitMs }).catch(
        () => {},
      );
    },
    next(kind, tried) {
      const untried = instances.filter((instance) => !tried.has(instance));
      const ready = untried.filter((instance) => instance.ready);
      const candidates = ready.length > 0 ? ready : untried.filter((instance) => instance.silent);
      if (tried.size === 0) turns[kind]++;
      return candidates[turns[kind] % candidates.length];
    },
    get instances() {
      return instances;
    },
    close() {
      instances = [];
    },
  };
}
