/**
 * What may happen to one request between a client and the gateway. "sent" means that the gateway has the request and
 * carries it out, whatever the client hears of it.
 */
export type Fault =
  /** Not sent, and never answered. */
  | "hang"
  /** Sent, and its answer is never passed on. */
  | "hang-after-send"
  /** Not sent; the client's connection is reset. */
  | "reset-before-send"
  /** Sent; the client's connection is reset while the gateway is at work. */
  | "reset-after-send"
  /** Sent and answered; the client's connection is reset instead of the answer. */
  | "reply-lost"
  /** Sent; 200 with a body that is no JSON, as a proxy's error page is. */
  | "invalid-json"
  /** Sent; 200 with half of the body, then the connection is closed. */
  | "truncated"
  /** Not sent; this status with `{"error"}`. */
  | { readonly status: number; readonly error?: string }
  /** Not sent; Redis' own error (`OOM …`, `READONLY …`): in a pipeline each command's, else the request's, with 400. */
  | { readonly redisError: string }
  /** Sent this much later. */
  | { readonly delayMs: number };

/** One word for a fault, for counts and messages: `hang`, `status 503`, `redis-error OOM`, `delay`. */
export function nameFault(fault: Fault): string {
  if (typeof fault === "string") return fault;
  if ("status" in fault) return `status ${fault.status}`;
  if ("redisError" in fault) return `redis-error ${fault.redisError.split(" ")[0]}`;
  return "delay";
}
