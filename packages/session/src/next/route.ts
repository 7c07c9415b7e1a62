import { SessionTooLarge } from "../codec.ts";
import { type CookieToSet, setCookieLine } from "../cookie/cookie.ts";
import type { StandardSchema } from "../define-session.ts";
import { IdempotencyKeyReused, idempotencyKey, requestDigest } from "../idempotency.ts";
import { processState } from "../process-state.ts";
import { SessionBusy, StoreUnavailable } from "../store.ts";
import { type HandlerContext, handlerContext } from "./handler-context.ts";
import { type BodyKind, bodyKindOf, idempotencyKeyOf, readFields, readQuery } from "./http/body.ts";
import { formRefused, formSucceeded } from "./http/form-response.ts";
import { isSameSiteChange, parseSameSitePath } from "./http/origin.ts";
import { Problem, problemResponse } from "./http/problem.ts";
import { dataPolicy, setResponseHeaders } from "./http/response-headers.ts";
import { type ContextOf, isPrefetch, type RequestContext, type SessionContext } from "./request-context.ts";
import { type LazySession, OpenedSession, type RequestSession } from "./request-session.ts";

interface AnswerOptions {
  /** Of the JSON answer. Default: 200. */
  readonly status?: number;
  /** Where a form goes that names no `next`, and a callback: a page of this site, or another site's address. */
  readonly successPage?: string;
  /** Of what does not depend on the session. Default: `no-store`. */
  readonly cacheControl?: string;
  /** Cookies of the app's own. */
  readonly cookies?: readonly CookieToSet[];
}

/** What a handler returns where its body alone does not say all. */
export class Answer {
  constructor(
    readonly body: unknown,
    readonly more: AnswerOptions = {},
  ) {}
}

type RouteHandler = (request: Request) => Promise<Response>;
/** Returns the body of the JSON answer, or an {@link Answer}. */
type Read<S, D> = (session: S, context: HandlerContext<D>) => unknown;

interface ChangeOptions {
  /** The page with the form: where a refused form goes back to when the browser does not say where it came from. */
  readonly formPage: string;
  /** Where a form goes that succeeded and names no `next`. Default: the page that it came from. */
  readonly successPage?: string;
  /** Whether the field `next` is the page to go to; not where it is a field of the change itself. Default: it is. */
  readonly nextIsPage?: boolean;
  /** A form refused as `busy` goes back to its page: not the session is busy, and the page works. Default: 503. */
  readonly returnsToFormWhenBusy?: boolean;
}

interface ChangeWith<S, F, D> extends ChangeOptions {
  /** What the body must hold; of any library that follows Standard Schema. */
  readonly fields: StandardSchema<F>;
  readonly handler: (session: S, fields: F, context: HandlerContext<D>) => unknown;
}

interface CallbackOptions<F, D> {
  /** What the query must hold; of any library that follows Standard Schema. */
  readonly fields: StandardSchema<F>;
  /** Where the browser goes afterwards, unless the handler's {@link Answer} says so. */
  readonly successPage: string;
  /** Where it goes that is refused, with `?error=CODE`. */
  readonly errorPage: string;
  /**
   * What makes this address work once, such as the code of an identity provider: a secret that only this browser has
   * got. A callback that is loaded again, because its answer was lost, is known by it (`session.wasDone()`). Never
   * something that the client chose itself, such as `state`: whoever plants a session cookie knows that, too.
   */
  readonly idempotencyKey?: (fields: F) => string | undefined;
  readonly handler: (session: RequestSession<D>, fields: F, context: HandlerContext<D>) => unknown;
}

/** The routes of an app, bound to what its sessions are. */
export interface Routes<D> {
  /** A GET route whose answer depends on the session, which is read first. */
  get(handler: Read<RequestSession<D>, D>): RouteHandler;
  /** The same; the session is read when the handler asks for it. */
  get(options: { readonly lazy: true; readonly handler: Read<LazySession<D>, D> }): RouteHandler;
  /**
   * A POST route, for JSON and forms alike: from this site's own pages only, of 16 KiB at most, its fields parsed,
   * repeated requests known by their idempotency key. The session is read first; with `lazy`, when the handler asks for
   * it, so that what else the handler asks of Redis can travel with it.
   */
  post<F>(options: ChangeWith<LazySession<D>, F, D> & { readonly lazy: true }): RouteHandler;
  post<F>(options: ChangeWith<RequestSession<D>, F, D> & { readonly lazy?: false }): RouteHandler;
  /**
   * A GET route that changes the session: another site, or a mail, sends the browser to it. The callback of an identity
   * provider, a link that signs in. It answers as a form does, by going on to a page (303). What the query brings must
   * prove that this browser has asked for it: nothing else keeps another site from sending browsers here. HEAD and
   * prefetches, which no person has asked for, are 405.
   */
  callback<F>(options: CallbackOptions<F, D>): RouteHandler;
}

export function createRoutes<D>(contextOf: ContextOf<D>): Routes<D> {
  return {
    get: (given: Read<RequestSession<D>, D> | { lazy: true; handler: Read<LazySession<D>, D> }) =>
      typeof given === "function"
        ? readRoute(contextOf, async (session, context) => given(await session.read(), context))
        : readRoute(contextOf, given.handler),
    post: <F>(
      given:
        | (ChangeWith<LazySession<D>, F, D> & { readonly lazy: true })
        | (ChangeWith<RequestSession<D>, F, D> & { readonly lazy?: false }),
    ) =>
      given.lazy
        ? changeRoute(contextOf, given)
        : changeRoute(contextOf, {
            ...given,
            handler: async (session, fields, context) => given.handler(await session.read(), fields, context),
          }),
    callback: (given) => callbackRoute(contextOf, given),
  };
}

function readRoute<D>(contextOf: ContextOf<D>, read: Read<LazySession<D>, D>): RouteHandler {
  return async (request) => {
    const context = contextOf(request.headers);
    const { session, finish } = opened(context);
    try {
      const answer = answerOf(await read(session, handlerContext(context, request)));
      return finish(jsonAnswer(answer), answer);
    } catch (error) {
      return finish(problemResponse(problemOf(context, error)));
    }
  };
}

function changeRoute<D, F>(contextOf: ContextOf<D>, options: ChangeWith<LazySession<D>, F, D>): RouteHandler {
  const {
    formPage,
    successPage,
    nextIsPage = true,
    returnsToFormWhenBusy = false,
    fields,
    handler,
  } = options;
  return async (request) => {
    let kind: BodyKind = "json";
    let next: string | null = null;
    const context = contextOf(request.headers);
    const { session, finish } = opened(context);
    try {
      requireSameSite(request, context);
      kind = bodyKindOf(request.headers);
      const sent = await readFields(request, kind);
      if (nextIsPage) next = parseSameSitePath(sent.next);
      await identify(context, request, { key: idempotencyKeyOf(context.headers, kind, sent), sent });
      const parsed = await parseFields(fields, sent);
      // Known before the handler asks for anything, so that what it asks for in one tick travels together.
      await context.sessionId();
      const answer = answerOf(await handler(session, parsed, handlerContext(context, request)));
      const response =
        kind === "json" ? jsonAnswer(answer) : formSucceeded(context, { answer, next, successPage });
      return finish(response, answer);
    } catch (error) {
      const problem = problemOf(context, error);
      return finish(
        kind === "json"
          ? problemResponse(problem)
          : formRefused(context, { problem, next, formPage, returnsToFormWhenBusy }),
      );
    }
  };
}

function callbackRoute<D, F>(contextOf: ContextOf<D>, options: CallbackOptions<F, D>): RouteHandler {
  const { fields, successPage, errorPage, idempotencyKey: keyOf, handler } = options;
  return async (request) => {
    const context = contextOf(request.headers);
    const { session, finish } = opened(context);
    // Next answers HEAD by the handler of GET.
    if (request.method !== "GET" || isPrefetch(request.headers))
      return finish(new Response(null, { status: 405, headers: { allow: "GET" } }));
    try {
      const sent = readQuery(request.url);
      const parsed = await parseFields(fields, sent);
      await identify(context, request, { key: keyOf?.(parsed) ?? null, sent });
      const answer = answerOf(await handler(await session.read(), parsed, handlerContext(context, request)));
      return finish(formSucceeded(context, { answer, next: null, successPage }), answer);
    } catch (error) {
      const problem = problemOf(context, error);
      return finish(formRefused(context, { problem, next: null, formPage: errorPage, ignoresReferer: true }));
    }
  };
}

/**
 * The session of a request, and what its answer says of it: the cookie where the ID has changed, and that no cache
 * keeps it.
 */
function opened<D>(context: SessionContext<D>) {
  let line: string | undefined;
  const session = new OpenedSession(context, (cookie) => {
    line = setCookieLine(cookie);
  });
  return {
    session,
    finish(response: Response, answer?: Answer): Response {
      for (const cookie of answer?.more.cookies ?? [])
        response.headers.append("set-cookie", setCookieLine(cookie));
      if (line) response.headers.append("set-cookie", line);
      setResponseHeaders(response.headers, context, dataPolicy);
      if (!response.headers.has("cache-control")) response.headers.set("cache-control", "no-store");
      return response;
    },
  };
}

/** Gives the context the digest of its request, where that brought an idempotency key. */
async function identify<D>(
  context: SessionContext<D>,
  { url }: Request,
  { key, sent }: { readonly key: string | null; readonly sent: Record<string, unknown> },
): Promise<void> {
  if (key === null) return;
  const keyed = { key, path: new URL(url).pathname, sent };
  context.request = await requestDigest({ ...keyed, carried: await context.sessionId() });
  context.unboundRequest = () => requestDigest({ ...keyed, carried: null });
}

function requireSameSite({ headers, url }: Request, { site, audit }: RequestContext): void {
  if (isSameSiteChange(headers, site)) return;
  // No session to hash: it is written at once.
  void audit.record("cross-site-refused", { path: new URL(url).pathname });
  throw new Problem({ code: "cross-site" });
}

function answerOf(result: unknown): Answer {
  return result instanceof Answer ? result : new Answer(result);
}

function jsonAnswer({ body, more }: Answer): Response {
  const { status = 200, cacheControl } = more;
  const response = Response.json(body ?? null, { status });
  if (cacheControl) response.headers.set("cache-control", cacheControl);
  return response;
}

async function parseFields<F>(schema: StandardSchema<F>, sent: Record<string, unknown>): Promise<F> {
  const parsed = await schema["~standard"].validate(sent);
  if (!parsed.issues) return parsed.value;
  const [issue] = parsed.issues;
  const [first] = issue?.path ?? [];
  const field = typeof first === "object" ? first.key : first;
  const reason = reasonOf(issue);
  throw new Problem({
    code: "invalid",
    field: typeof field === "string" ? field : undefined,
    ...(issue && reason !== undefined && { reason, detail: issue.message }),
  });
}

/** Zod's `params: { reason }` of a check: a word for programs, with the check's message for people. */
function reasonOf(issue: object | undefined): string | undefined {
  if (!issue || !("params" in issue)) return undefined;
  const { params } = issue;
  if (typeof params !== "object" || params === null || !("reason" in params)) return undefined;
  return typeof params.reason === "string" ? params.reason : undefined;
}

/** The problem that answers an error. @throws what {@link asProblem} does */
function problemOf(context: RequestContext, error: unknown): Problem {
  const problem = asProblem(context, error);
  processState().observer?.refused(problem.code);
  return problem;
}

/** The answer to an error. An error that is neither a refusal nor an outage is a bug, and is thrown on. */
function asProblem({ audit }: RequestContext, error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof SessionTooLarge) return new Problem({ code: "invalid", detail: error.message });
  if (error instanceof IdempotencyKeyReused)
    return new Problem({ code: "invalid", status: 422, detail: error.message, field: idempotencyKey.field });
  if (error instanceof SessionBusy) return new Problem({ code: "busy" });
  if (error instanceof StoreUnavailable) {
    audit.outage(error);
    return new Problem({ code: "unavailable" });
  }
  throw error;
}
