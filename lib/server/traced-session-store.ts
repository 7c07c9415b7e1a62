import { StoreUnavailable } from "@carryover/session";
import type { RedisWithin, SessionStore } from "@carryover/session/redis";
import { SpanStatusCode, trace } from "@opentelemetry/api";

/** On each span: the REST requests that this HTTP request waited for on its behalf. */
export const REST_REQUESTS = "redis.rest_requests";

/** The store with a span around each step of a session's life: `session open`, `session update` ... Nothing of a session is in it. */
export function tracedSessionStore<D>(store: SessionStore<D>, { roundTrips }: RedisWithin): SessionStore<D> {
  const tracer = trace.getTracer("carryover");
  const traced = <T>(step: string, work: () => Promise<T>): Promise<T> =>
    tracer.startActiveSpan(`session ${step}`, async (span) => {
      const before = roundTrips.length;
      try {
        return await work();
      } catch (error) {
        // A refusal by a rule is an answer like any other.
        if (error instanceof StoreUnavailable)
          span.setStatus({ code: SpanStatusCode.ERROR, message: error.reason });
        throw error;
      } finally {
        span.setAttribute(REST_REQUESTS, roundTrips.length - before);
        span.end();
      }
    });
  return {
    ...store,
    get: (id) => traced("get", () => store.get(id)),
    peek: (id) => traced("peek", () => store.peek(id)),
    create: (draft, options) => traced("create", () => store.create(draft, options)),
    update: (id, change, request) => traced("update", () => store.update(id, change, request)),
    rotate: (old, draft, options) => traced("rotate", () => store.rotate(old, draft, options)),
    destroy: (id, why) => traced("destroy", () => store.destroy(id, why)),
  };
}
