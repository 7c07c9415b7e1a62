import type { RequestContext, SessionContext } from "../request-context.ts";
import { refererPath, signInPath } from "./origin.ts";
import { type Problem, problemResponse } from "./problem.ts";
import { unavailableResponse } from "./unavailable-page.ts";

// Of a URL only path and query are sent back: the host that a request claims may be none at all.
const BASE = "http://same-site.invalid";

interface Success {
  /** What the handler answers. */
  readonly answer: { readonly more: { readonly successPage?: string } };
  /** The page that the form names to go to. */
  readonly next: string | null;
  readonly successPage?: string | undefined;
}

/** A form that did what it should goes on to a page (303), so that going back does not send it again. */
export function formSucceeded(
  { headers, site }: RequestContext,
  { answer, next, successPage }: Success,
): Response {
  const from = refererPath(headers, site);
  const to = next ?? answer.more.successPage ?? successPage ?? (from && withoutError(from)) ?? "/";
  return seeOther(to);
}

interface Refusal {
  readonly problem: Problem;
  readonly next: string | null;
  /** The page with the form, for a browser that does not say where it came from. */
  readonly formPage: string;
  /** The page that the browser came from is no page with a form: another site led it here. */
  readonly ignoresReferer?: boolean;
  /** A refusal as `busy` is said on the form's page like any other. */
  readonly returnsToFormWhenBusy?: boolean;
}

/** A refused form goes back to its page, which says why beside the field. No value travels in the address. */
export function formRefused<D>(context: SessionContext<D>, refusal: Refusal): Response {
  const { headers, site, pages, setup } = context;
  const { problem, next, formPage, ignoresReferer = false, returnsToFormWhenBusy = false } = refusal;
  const { code, status, field, reason } = problem;
  if (status === 503 && !(code === "busy" && returnsToFormWhenBusy))
    return unavailableResponse(setup.unavailablePage, problem.retryAfterSeconds);
  if (status === 403 || status === 413 || status === 415) return problemResponse(problem);
  if (code === "session-changed") return seeOther(next ?? formPage);
  const from = ignoresReferer ? null : refererPath(headers, site);
  if (code === "sign-in") return seeOther(signInPath(pages, from ?? formPage));
  const page = new URL(from ?? formPage, BASE);
  page.searchParams.set("error", code);
  for (const [name, value] of Object.entries({ field, reason })) {
    if (value) page.searchParams.set(name, value);
    else page.searchParams.delete(name);
  }
  if (next && !page.searchParams.has("next") && !from) page.searchParams.set("next", next);
  return seeOther(page.pathname + page.search);
}

function withoutError(path: string): string {
  const url = new URL(path, BASE);
  for (const name of ["error", "field", "reason"]) url.searchParams.delete(name);
  return url.pathname + url.search;
}

function seeOther(location: string): Response {
  return new Response(null, { status: 303, headers: { location } });
}
