import type { Audit } from "../audit/audit.ts";
import { SessionTooLarge } from "../codec.ts";
import { type CookieToSet, setCookieLine } from "../cookie/cookie.ts";
import { openSeal, sealSessionId } from "../cookie/seal.ts";
import type { StandardSchema } from "../define-session.ts";
import { IdempotencyKeyReused, idempotencyKey, type RequestDigest, requestDigest } from "../idempotency.ts";
import { processState } from "../process-state.ts";
import type { RedisKeys } from "../redis/keys.ts";
import type { RedisWithin } from "../redis/transport/deadline.ts";
import type { SessionId } from "../session-id.ts";
import { SessionBusy, type SessionStore, StoreUnavailable } from "../store.ts";
import { withinBeginLimit } from "./begin-limit.ts";
import { type BodyKind, bodyKindOf, idempotencyKeyOf, readFields } from "./http/body.ts";
import { formRefused, formSucceeded } from "./http/form-response.ts";
import { clientAddress, isSameSiteChange, parseSameSitePath, type Site } from "./http/origin.ts";
import { Problem, problemResponse } from "./http/problem.ts";
import { dataPolicy, setResponseHeaders } from "./http/response-headers.ts";
import type { ContextOf, RequestContext, SessionContext } from "./request-context.ts";
import { type LazySession, OpenedSession, type RequestSession } from "./request-session.ts";

interface AnswerOptions {
  /** Of the JSON answer. Default: 200. */
  readonly status?: number;
  /** Where a form goes that names no `next`. */
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

/** What a route handler may know and use of its request, besides the session. */
export interface HandlerContext<D> {
  readonly headers: Headers;
  readonly url: URL;
  readonly site: Site;
  /** The client's address, as the outermost trusted proxy wrote it; of IPv6 the network (a `/64`). */
  readonly clientAddress: string;
  /** The way to Redis for data of the app's own: with the session's requests, within the same deadline. */
  readonly redis: RedisWithin;
  readonly keys: RedisKeys;
  /** The store, for sessions other than the request's own. */
  readonly sessions: SessionStore<D>;
  /**
   * Seals the ID of a session other than the request's own, as a value for a cookie of the app's. It opens for this
   * purpose alone.
   */
  sealId(id: SessionId, options: { readonly purpose: string; readonly ttlSeconds: number }): Promise<string>;
  /** The ID in such a seal, `null` for anything else. */
  openSealedId(seal: string, options: { readonly purpose: string }): Promise<SessionId | null>;
  /** The audit log. */
  readonly audit: Pick<Audit, "record">;
  /** Of a change that brought an idempotency key. */
  readonly request: RequestDigest | undefined;
  /**
   * Counts that this request begins something (`BEGIN_LIMIT`) while `work` asks Redis for something else: both travel
   * together. A request counts once, whatever begins with it.
   *
   * @param undo what `work` did where it was one too many
   * @throws Problem `slow-down`; whatever `work` throws
   */
  withinBeginLimit<T>(work: () => Promise<T>, undo?: (done: T) => Promise<unknown>): Promise<T>;
}

function handlerContext<D>(context: SessionContext<D>, request: Request): HandlerContext<D> {
  const { headers, site, audit, env } = context;
  const secrets = env.sessionSecrets;
  return {
    headers,
    url: new URL(request.url),
    site,
    clientAddress: clientAddress(headers, env),
    get redis() {
      return context.redis;
    },
    get keys() {
      return context.keys;
    },
    get sessions() {
      return context.sessions;
    },
    sealId: (id, options) => sealSessionId(id, { ...options, secrets }),
    openSealedId: (seal, { purpose }) => openSeal(seal, purpose, secrets),
    audit,
    request: context.request,
    withinBeginLimit: (work, undo) => withinBeginLimit(context, work, undo),
  };
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
      await identify(context, request, { kind, sent });
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
  { kind, sent }: { readonly kind: BodyKind; readonly sent: Record<string, unknown> },
): Promise<void> {
  const key = idempotencyKeyOf(context.headers, kind, sent);
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
