import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import type { Fault } from "./fault";
import { type Forward, passOn } from "./fault-forward";

type Exchange = { request: IncomingMessage; body: Buffer; response: ServerResponse; forward: Forward };

/** Lets one request meet its fault. */
export async function injectFault(
  fault: Fault,
  { request, body, response, forward }: Exchange,
): Promise<void> {
  if (typeof fault === "object") {
    if ("delayMs" in fault) await pause(fault.delayMs);
    else if ("status" in fault) return answer(response, fault.status, errorBody(fault.error ?? "injected"));
    else return answerRedisError(fault.redisError, { request, body, response });
    return passOn(await forward(request, body), response);
  }
  if (fault === "hang") return;
  if (fault === "reset-before-send") return reset(response);
  const answered = forward(request, body);
  if (fault === "reset-after-send") reset(response);
  const whole = await buffer(await answered);
  if (fault === "reply-lost") reset(response);
  if (fault === "invalid-json") answer(response, 200, "<html>Bad gateway</html>");
  if (fault === "truncated") {
    response.writeHead(200, { "Content-Type": "application/json", "Content-Length": whole.length });
    response.write(whole.subarray(0, Math.floor(whole.length / 2)), () => response.destroy());
  }
}

function answerRedisError(
  error: string,
  { request, body, response }: Pick<Exchange, "request" | "body" | "response">,
): void {
  const commands: unknown = request.url === "/pipeline" ? JSON.parse(body.toString()) : undefined;
  if (Array.isArray(commands)) answer(response, 200, `[${commands.map(() => errorBody(error)).join(",")}]`);
  else answer(response, 400, errorBody(error));
}

export function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}

function answer(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(body);
}

function errorBody(error: string): string {
  return JSON.stringify({ error });
}
