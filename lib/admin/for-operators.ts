import { Problem } from "@carryover/session";
import { notFound } from "@/lib/not-found";
import { get } from "@/lib/session";
import { operates } from "./operates";

type RouteHandler = typeof notFound;

/**
 * A handler that is there for operators alone: anybody else gets the very answer of a path without a handler, before anything
 * else of the request is looked at. So does everybody in an outage, when nobody knows who is an operator. Two requests to Redis,
 * for a guest one, before those of the handler; the idle timeout is left alone.
 */
export function forOperators(handler: RouteHandler): RouteHandler {
  return async (request) => {
    const isAllowed = (await asOperator(request)).ok;
    return (isAllowed ? handler : notFound)(request);
  };
}

const asOperator = get({
  lazy: true,
  async handler(session, context) {
    const { user } = await session.read({ renew: false });
    if (!user || !(await operates(context, user))) throw new Problem({ code: "not-found" });
    return null;
  },
});
