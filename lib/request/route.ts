import { z } from "zod/mini";
import { IdempotencyKeyReused } from "@/lib/session/request-digest";
import { SessionTooLarge } from "@/lib/session/session-codec";
import { SessionBusy, StoreUnavailable } from "@/lib/session/session-store";
import type { Answer } from "./answer";
import { dataPolicy } from "./content-policy";
import { isSameSiteChange } from "./cross-site";
import { formRefused, formSucceeded } from "./form-answer";
import { IDEMPOTENCY_FIELD, idempotencyKeyOf, requestDigest } from "./idempotency";
import { logOutage } from "./log-outage";
import { isProblemReason, Problem, problemResponse } from "./problem";
import { type BodyKind, bodyKindOf, readFields } from "./read-fields";
import { parseSameSitePath } from "./same-site-path";
import { tellBrowser } from "./tell-browser";
import { tellServer } from "./tell-server";
import { sessionIdOf, type Visit, visitOf } from "./visit";

/** A GET route whose answer depends on the session. */
export function readRoute(read: (visit: Visit, url: URL) => Promise<Answer>) {
  return async (request: Request): Promise<Response> => {
    const visit = visitOf(request.headers);
    try {
      const answer = await read(visit, new URL(request.url));
      return marked(jsonAnswer(answer), visit);
    } catch (error) {
      return marked(problemResponse(problemOf(visit, error)), visit);
    }
  };
}

interface ChangeOptions<S extends z.core.$ZodType> {
  /** The page with the form: where a refused form goes back to when the browser does not say where it came from. */
  readonly formPage: string;
  /** Where a form goes that succeeded and names no `next`; else the page that it came from. */
  readonly thenPage?: string;
  /** Whether the field `next` is the page to go to; not where it is a field of the change itself. Default: it is. */
  readonly nextIsPage?: boolean;
  /** A form refused as `busy` goes back to its page: not the session is busy, and the page works. Default: 503. */
  readonly busyGoesBack?: boolean;
  readonly fields: S;
  readonly change: (visit: Visit, fields: z.output<S>) => Promise<Answer>;
}

/** A POST route: from this site's pages only, JSON or form, fields parsed, then one call into lib, then the answer. */
export function changeRoute<S extends z.core.$ZodType>(options: ChangeOptions<S>) {
  const { formPage, thenPage, nextIsPage = true, busyGoesBack = false, fields, change } = options;
  return async (request: Request): Promise<Response> => {
    let kind: BodyKind = "json";
    let next: string | null = null;
    const visit = visitOf(request.headers);
    try {
      requireSameSite(request, visit);
      kind = bodyKindOf(request.headers);
      const sent = await readFields(request, kind);
      if (nextIsPage) next = parseSameSitePath(sent.next);
      const answer = await change(
        await identified(visit, request, { kind, sent }),
        parseFields(fields, sent),
      );
      const response =
        kind === "json" ? jsonAnswer(answer) : formSucceeded(visit, { answer, next, thenPage });
      return marked(response, visit);
    } catch (error) {
      const problem = problemOf(visit, error);
      const response =
        kind === "json"
          ? problemResponse(problem)
          : formRefused(visit, { problem, next, formPage, busyGoesBack });
      return marked(response, visit);
    }
  };
}

/** The visit with the digest of its request, where that brought an idempotency key. */
async function identified(
  visit: Visit,
  { url }: Request,
  { kind, sent }: { readonly kind: BodyKind; readonly sent: Record<string, unknown> },
): Promise<Visit> {
  const key = idempotencyKeyOf(visit.headers, kind, sent);
  if (key === null) return visit;
  const carried = await sessionIdOf(visit);
  const keyed = { key, path: new URL(url).pathname, sent };
  return {
    ...visit,
    request: await requestDigest({ ...keyed, carried }),
    unboundRequest: () => requestDigest({ ...keyed, carried: null }),
  };
}

function requireSameSite({ headers, url }: Request, { site, audit }: Visit): void {
  if (isSameSiteChange(headers, site)) return;
  // Nobody to hash: it is written at once.
  void audit.tell("cross-site-refused", { path: new URL(url).pathname });
  throw new Problem("cross-site");
}

function jsonAnswer({ body, status = 200, setCookie }: Answer): Response {
  return Response.json(body, { status, headers: setCookie ? { "set-cookie": setCookie } : {} });
}

/** Names the server, and keeps every cache away from what depends on the session, and browsers from taking it for a page. */
function marked(response: Response, visit: Visit): Response {
  tellServer(response.headers, visit);
  tellBrowser(response.headers, visit, dataPolicy);
  response.headers.set("cache-control", "no-store");
  return response;
}

function parseFields<S extends z.core.$ZodType>(schema: S, sent: Record<string, unknown>): z.output<S> {
  const parsed = z.safeParse(schema, sent);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path[0];
  const reason: unknown = issue?.code === "custom" ? issue.params?.reason : undefined;
  throw new Problem("invalid", {
    field: typeof field === "string" ? field : undefined,
    reason: isProblemReason(reason) ? reason : undefined,
  });
}

/** What a client is told of an error. What is no refusal and no outage is a bug, and goes on up. */
function problemOf(visit: Visit, error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof SessionTooLarge) return new Problem("invalid", { detail: error.message });
  if (error instanceof IdempotencyKeyReused)
    return new Problem("invalid", { status: 422, detail: error.message, field: IDEMPOTENCY_FIELD });
  if (error instanceof SessionBusy) return new Problem("busy");
  if (error instanceof StoreUnavailable) {
    logOutage(visit, error);
    return new Problem("unavailable");
  }
  throw error;
}
