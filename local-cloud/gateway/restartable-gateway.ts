import { type RestGateway, type RestGatewayOptions, startRestGateway } from "@carryover/rest-gateway";

export type GatewayStatus = {
  state: "running" | "stopped";
  url: string;
  /** Over all its lives: authenticated requests, and commands sent to Redis. */
  requests: number;
  commands: number;
};

/** A gateway that can be stopped and started again on its port, to show what an outage of the service does. */
export type RestartableGateway = {
  readonly status: GatewayStatus;
  start(): Promise<void>;
  stop(): Promise<void>;
};

export async function startRestartableGateway(options: RestGatewayOptions): Promise<RestartableGateway> {
  let current: RestGateway | undefined = await startRestGateway(options);
  const { url, port } = current;
  const lives = [current];
  let lastTurn: Promise<unknown> = Promise.resolve();
  // A stop during a start waits for it, and ends it: otherwise it would be left over. The port is free when a start begins.
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = lastTurn.then(work);
    lastTurn = done.catch(() => {});
    return done;
  };
  const total = (what: "requests" | "commands") => lives.reduce((sum, life) => sum + life[what], 0);
  return {
    get status(): GatewayStatus {
      return {
        state: current ? "running" : "stopped",
        url,
        requests: total("requests"),
        commands: total("commands"),
      };
    },
    start: () =>
      inTurn(async () => {
        if (current) return;
        current = await startRestGateway({ ...options, port });
        lives.push(current);
      }),
    stop: () =>
      inTurn(async () => {
        const ending = current;
        current = undefined;
        await ending?.close();
      }),
  };
}
