import { type RestGateway, type RestGatewayOptions, startRestGateway } from "./rest-gateway";

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
    async start() {
      if (current) return;
      current = await startRestGateway({ ...options, port });
      lives.push(current);
    },
    async stop() {
      const ending = current;
      current = undefined;
      await ending?.close();
    },
  };
}
