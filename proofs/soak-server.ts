import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { type Ask, fromServer, type Told } from "./soak-protocol";

/** A server of the soak as a browser reaches it. */
export interface SoakServer {
  ask(ask: Ask): Promise<Told>;
  stop(): Promise<void>;
}

export async function startSoakServer(variables: Readonly<Record<string, string>>): Promise<SoakServer> {
  const path = `${import.meta.dirname}/soak-worker.ts`;
  const child: ChildProcess = fork(path, {
    execArgv: ["--import", "tsx"],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const waiting = new Map<number, (told: Told) => void>();
  const exited = once(child, "exit");
  const ready = new Promise<void>((resolve, reject) => {
    child.on("message", (message) => {
      const said = fromServer.parse(message);
      if (said.kind === "ready") return resolve();
      waiting.get(said.number)?.(said.told);
      waiting.delete(said.number);
    });
    child.on("exit", () => {
      reject(new Error("A server of the soak has died."));
      for (const tell of waiting.values()) tell({ is: "bug", text: "the server has died" });
      waiting.clear();
    });
  });
  child.send({ kind: "start", variables });
  await ready;
  return {
    ask: (ask) =>
      new Promise((resolve) => {
        waiting.set(ask.number, resolve);
        child.send({ kind: "ask", ask });
      }),
    async stop() {
      child.disconnect();
      await exited;
    },
  };
}
