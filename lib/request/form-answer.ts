import type { Answer } from "./answer";
import { type Problem, problemResponse, retryAfter } from "./problem";
import { refererPath } from "./site";
import { unavailablePage } from "./unavailable-page";
import type { Visit } from "./visit";

// Of a URL only path and query are sent back: the host that a request claims may be none at all.
const BASE = "http://same-site.invalid";

interface Success {
  readonly answer: Answer;
  /** The page that the form names to go to. */
  readonly next: string | null;
  readonly thenPage?: string | undefined;
}

/** A form that did what it should goes on to a page (303), so that going back does not send it again. */
export function formSucceeded({ headers, site }: Visit, { answer, next, thenPage }: Success): Response {
  const from = refererPath(headers, site);
  const to = next ?? answer.thenPage ?? thenPage ?? (from && withoutError(from)) ?? "/";
  return seeOther(to, answer.setCookie);
}

interface Refusal {
  readonly problem: Problem;
  readonly next: string | null;
  /** The page with the form, for a browser that does not say where it came from. */
  readonly formPage: string;
  /** A refusal as `busy` is said on the form's page like any other. */
  readonly busyGoesBack?: boolean;
}

/** A refused form goes back to its page, which says why beside the field. No value travels in the address. */
export function formRefused({ headers, site }: Visit, refusal: Refusal): Response {
  const { problem, next, formPage, busyGoesBack = false } = refusal;
  const { code, status, field, reason } = problem;
  if (status === 503 && !(code === "busy" && busyGoesBack)) return unavailablePage(retryAfter(problem));
  if (status === 403 || status === 413 || status === 415) return problemResponse(problem);
  if (code === "session-changed") return seeOther(next ?? formPage);
  const from = refererPath(headers, site);
  if (code === "sign-in") return seeOther(`/login?next=${encodeURIComponent(from ?? formPage)}`);
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

function seeOther(location: string, setCookie?: string): Response {
  return new Response(null, {
    status: 303,
    headers: { location, ...(setCookie && { "set-cookie": setCookie }) },
  });
}
