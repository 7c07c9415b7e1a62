import { listAt, numberAt, oneOfAt, textAt, valueAt } from "../../_session/store/json-field";

export const serverStates = ["starting", "running", "stopping", "stopped", "down"] as const;
export type ServerState = (typeof serverStates)[number];

export interface CloudServer {
  readonly name: string;
  readonly state: ServerState;
  readonly startedAt: string | null;
}

/** The local cloud's parts, from `GET /api/proof/cloud`. */
export interface Cloud {
  readonly servers: readonly CloudServer[];
  /** `null`: another's. */
  readonly gateway: { readonly isRunning: boolean; readonly requests: number } | null;
  readonly redis: {
    readonly isRunning: boolean;
    readonly commands: number | null;
    readonly memoryBytes: number | null;
  } | null;
  readonly action: { readonly name: string; readonly state: "running" | "done" | "failed" } | null;
}

/** `null` for what is no such answer. */
export function readCloud(body: unknown): Cloud | null {
  const servers = listAt(body, "instances").flatMap((each): CloudServer[] => {
    const name = textAt(each, "name");
    const state = oneOfAt(serverStates, each, "state");
    return name !== null && state !== null ? [{ name, state, startedAt: textAt(each, "startedAt") }] : [];
  });
  if (servers.length === 0) return null;
  const gateway = textAt(body, "gateway", "state");
  const redis = textAt(body, "redis", "state");
  const action = textAt(body, "action", "name");
  const actionState = oneOfAt(["running", "done", "failed"], valueAt(body, "action"), "state");
  return {
    servers,
    gateway:
      gateway === null
        ? null
        : { isRunning: gateway === "running", requests: numberAt(body, "gateway", "requests") ?? 0 },
    redis:
      redis === null
        ? null
        : {
            isRunning: redis === "running",
            commands: numberAt(body, "redis", "commands"),
            memoryBytes: numberAt(body, "redis", "memoryBytes"),
          },
    action: action !== null && actionState !== null ? { name: action, state: actionState } : null,
  };
}
