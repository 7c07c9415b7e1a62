import type { Fault } from "@/local-cloud/faults/fault";

/** What may become of a request to Redis. */
export interface Trouble {
  readonly name: string;
  readonly fault: Fault;
  /** The gateway carries it out all the same. */
  readonly isSent?: true;
  /** The answer is lost, which is no refusal: a step asks for it again. */
  readonly isAskedAgain?: true;
}

const oom = "OOM command not allowed when used memory > 'maxmemory'.";
const readonly = "READONLY You can't write against a read only replica.";
const loading = "LOADING Redis is loading the dataset in memory";
const quota = "ERR max requests limit exceeded";
const wrongToken = "WRONGPASS invalid or missing auth token";

export const troubles: readonly Trouble[] = [
  { name: "hang", fault: "hang" },
  { name: "hang after it was sent", fault: "hang-after-send", isSent: true },
  { name: "reset before it was sent", fault: "reset-before-send", isAskedAgain: true },
  { name: "reset after it was sent", fault: "reset-after-send", isSent: true, isAskedAgain: true },
  { name: "reply lost", fault: "reply-lost", isSent: true, isAskedAgain: true },
  { name: "invalid JSON", fault: "invalid-json", isSent: true, isAskedAgain: true },
  { name: "truncated body", fault: "truncated", isSent: true, isAskedAgain: true },
  { name: "500", fault: { status: 500 } },
  { name: "429", fault: { status: 429, error: quota } },
  { name: "503", fault: { status: 503 } },
  { name: "wrong token", fault: { status: 401, error: wrongToken } },
  { name: "out of memory", fault: { redisError: oom } },
  { name: "READONLY replica", fault: { redisError: readonly } },
  { name: "LOADING", fault: { redisError: loading } },
];
