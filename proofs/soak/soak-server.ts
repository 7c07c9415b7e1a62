import { fork } from "node:child_process";
import { once } from "node:events";
import { env } from "node:process";
import type { Command } from "@/local-cloud/processes/owned-process";
import { type Skew, skewEnv, withSkew } from "../support/skewed-clock";
import { type Ask, fromServer, type Reply } from "./soak-protocol";

/** A server of the soak as a browser reaches it. */
export interface SoakServer {
  ask(ask: Ask): Promise<Reply>;
  stop(): Promise<void>;
}

/** How much is kept of the last output of a server that dies. */
const LAST_OUTPUT_CHARACTERS = 2000;

/** A server whose clock is off, or right where this system cannot have one that is. */
export async function startSoakServer(
  variables: Readonly<Record<string, string>>,
  skew: Skew,
): Promise<SoakServer> {
  const path = `${import.meta.dirname}/soak-worker.ts`;
  const node: Command = [process.execPath, "--import", "tsx"];
  const [execPath, ...execArgv] = (await withSkew(skew, node)) ?? node;
  const child = fork(path, {
    execPath,
    execArgv,
    env: { ...env, ...skewEnv },
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  const waiting = new Map<number, (reply: Reply) => void>();
  const exited = once(child, "exit");
  let output = "";
  let death: Reply | undefined;
  child.stderr?.on("data", (chunk) => {
    output = (output + chunk).slice(-LAST_OUTPUT_CHARACTERS);
  });
  const ready = new Promise<void>((resolve, reject) => {
    child.on("message", (message) => {
      const said = fromServer.parse(message);
      if (said.kind === "ready") return resolve();
      waiting.get(said.number)?.(said.reply);
      waiting.delete(said.number);
    });
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      death = { is: "bug", text: `A server has died (${signal ?? code}): ${output}` };
      reject(new Error(death.text));
      for (const resolve of waiting.values()) resolve(death);
      waiting.clear();
    });
  });
  child.send({ kind: "start", variables });
  await ready;
  return {
    ask: (ask) =>
      new Promise((resolve) => {
        if (death) return resolve(death);
        waiting.set(ask.number, resolve);
        // Where it cannot be sent, its server has died or is about to: that is reported there.
        child.send({ kind: "ask", ask }, () => {});
      }),
    async stop() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
