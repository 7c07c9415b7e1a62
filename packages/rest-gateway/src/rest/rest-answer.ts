import type { IncomingHttpHeaders } from "node:http";
import { ErrorReply } from "redis";
import { type RedisOutcome, RedisUnreachable } from "../redis/redis-connection.ts";
import { encodeResp2 } from "./resp2-reply.ts";
import { RestProblem } from "./rest-problem.ts";
import { encodeReply } from "./rest-reply.ts";

/** JSON with its strings as text or in base64, or the bytes of Redis' own protocol. */
export type RestFormat = "utf8" | "base64" | "resp2";

export type RestAnswer = { status: number; contentType: string; body: string | Buffer };

/** What the request's headers ask for. A format that does not exist, or two at once, is a RestProblem 400. */
export function readFormat(headers: IncomingHttpHeaders): RestFormat {
  const form = headers["upstash-encoding"] === "base64" ? "base64" : "utf8";
  const format = headers["upstash-response-format"] ?? "json";
  if (format === "json") return form;
  if (format !== "resp2") throw new RestProblem(400, "ERR Upstash-Response-Format must be json or resp2");
  if (form === "base64") throw new RestProblem(400, "ERR the resp2 format has no base64 encoding");
  return "resp2";
}

/** A command's answer: 200, or 400 with Redis' error. Without Redis there is none: that is thrown. */
export function answerOutcome(outcome: RedisOutcome, format: RestFormat): RestAnswer {
  if (outcome instanceof RedisUnreachable) throw outcome;
  const status = outcome instanceof ErrorReply ? 400 : 200;
  return format === "resp2" ? resp2(status, [outcome]) : json(status, encodeOutcome(outcome, format));
}

/** The answer for a list of commands: 200, with errors in their places. */
export function answerOutcomes(outcomes: readonly RedisOutcome[], format: RestFormat): RestAnswer {
  if (format === "resp2") return resp2(200, outcomes);
  return json(200, `[${outcomes.map((outcome) => encodeOutcome(outcome, format)).join(",")}]`);
}

export function answerError(status: number, message: string): RestAnswer {
  return json(status, JSON.stringify({ error: message }));
}

function encodeOutcome(outcome: RedisOutcome, form: "utf8" | "base64"): string {
  if (outcome instanceof Error) return JSON.stringify({ error: outcome.message });
  return `{"result":${encodeReply(outcome, form)}}`;
}

function json(status: number, body: string): RestAnswer {
  return { status, contentType: "application/json", body };
}

function resp2(status: number, outcomes: readonly RedisOutcome[]): RestAnswer {
  const body = Buffer.concat(outcomes.map(encodeResp2));
  return { status, contentType: "application/octet-stream", body };
}
