import type { ChaosActionName } from "@/lib/proof/local-cloud";

interface Messages {
  /** While it happens, and when it is over. */
  readonly running: string;
  readonly done: string;
}

const messages: Readonly<Record<ChaosActionName, (server: string) => Messages>> = {
  "stop-server": (server) => ({
    running: `${server} takes no new requests, answers what it has, and ends.`,
    done: `${server} is gone. The others answer, and nobody had to log in again.`,
  }),
  "start-server": (server) => ({
    running: `${server} is starting. It has never heard of you.`,
    done: `${server} is back as a new process, and knows you at its first request.`,
  }),
  "kill-server": (server) => ({
    running: `${server} was killed without a warning. It comes back by itself.`,
    done: `${server} is back with an empty memory, and your session is where it was.`,
  }),
  "add-server": () => ({
    running: "A new server is starting. It has never heard of you.",
    done: "The new server has joined, and answers for the same session.",
  }),
  "rolling-restart": () => ({
    running: "Each server is replaced in its turn, as in a deploy.",
    done: "Every server is a new process now. The session is the old one.",
  }),
  "restart-redis": () => ({
    running: "Redis is restarting. It has written everything down.",
    done: "Redis is back, and so is all that it held.",
  }),
  "stop-redis": () => ({
    running: "Redis is away for ten seconds. Your browser keeps its key, and this page waits.",
    done: "Redis is back, and your session with it.",
  }),
  "lose-gateway": () => ({
    running: "Nobody reaches Redis for ten seconds. Your browser keeps its key, and this page waits.",
    done: "The gateway is back, and your session was never gone.",
  }),
};

/** A chaos action that this page, or another one, has begun. */
export interface ChaosRun {
  readonly name: string;
  /** The server it is done to; `null` where it is done to none, or another page knows. */
  readonly server: string | null;
  readonly state: "running" | "done" | "failed";
}

/** What happens, or has happened, in a sentence. */
export function chaosMessage({ name, server, state }: ChaosRun): string {
  if (state === "failed") return "That did not work. The local cloud says why in its terminal.";
  const found = Object.entries(messages).find(([each]) => each === name)?.[1];
  return found ? found(server === null ? "That server" : `Server ${server}`)[state] : "";
}

/** What came of it, in numbers. */
export function sinceThen({
  requests,
  failed,
  lost,
}: Record<"requests" | "failed" | "lost", number>): string {
  if (requests === 0) return "";
  const times = lost === 1 ? "once" : `${lost} times`;
  return `Since then ${requests} ${requests === 1 ? "request" : "requests"}, ${failed} failed, the session lost ${times}.`;
}
