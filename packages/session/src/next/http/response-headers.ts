import { isDevelopment } from "../../env.ts";
import { instanceName, startedAt } from "../../process-state.ts";
import type { RedisWithin } from "../../redis/transport/deadline.ts";
import { randomTexts } from "../../web-crypto.ts";
import { isLoopback, type Site } from "./origin.ts";

export const CONTENT_POLICY = "content-security-policy";
// Two years, in seconds. Subdomains, too: one that is asked over plain http could otherwise speak for this site.
const HTTPS_ONLY = "max-age=63072000; includeSubDomains";

/** What the headers say of a request. */
interface AnsweredRequest {
  readonly startedMs: number;
  readonly roundTrips: RedisWithin["roundTrips"];
  readonly audit: { readonly requestId: string | null };
  readonly site: Site;
}

/**
 * What every answer says that depends on the request: the server that gave it, since when it runs, and how long it
 * took, with
 * one `redis` entry for each REST request that it waited for (https://www.w3.org/TR/server-timing/); the name of the request
 * where it left a line in the audit log; what the browser may load and run, unless the answer says so itself; and to
 * come by https only, where it came by https (RFC 6797, 7.2).
 *
 * @param policy `null`: the app decides what may be loaded
 */
export function setResponseHeaders(headers: Headers, context: AnsweredRequest, policy: string | null): void {
  const { startedMs, audit, site } = context;
  headers.set("x-served-by", instanceName());
  headers.set("x-served-since", startedAt());
  if (audit.requestId) headers.set("x-request-id", audit.requestId);
  const roundTrips = context.roundTrips.map(
    ({ operations, ms }) => `redis;desc="${wordsOf(operations)}";dur=${tenths(ms)}`,
  );
  headers.set(
    "server-timing",
    [`total;dur=${tenths(performance.now() - startedMs)}`, ...roundTrips].join(", "),
  );
  if (policy !== null && !headers.has(CONTENT_POLICY)) headers.set(CONTENT_POLICY, policy);
  // On this machine it would hold for every other server under the name, on every port.
  if (site.secure && !isLoopback(site.origin)) headers.set("strict-transport-security", HTTPS_ONLY);
}

/** `peek x3`, `open, list session`. */
function wordsOf(operations: readonly string[]): string {
  const words = [...new Set(operations)].map((operation) => {
    const count = operations.filter((each) => each === operation).length;
    return count > 1 ? `${operation} x${count}` : operation;
  });
  return words.join(", ");
}

const tenths = (ms: number) => ms.toFixed(1);

// What a browser may load and run for an answer of ours, by kind of answer: https://www.w3.org/TR/CSP3/. The part that
// needs no nonce is said for every path by next.config.mjs, too, so that it holds where none of this code runs.
const SHUT = "default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/** Data: whatever it holds, a browser that is led to it as to a page runs and loads nothing. */
export const dataPolicy = `${SHUT}; form-action 'none'`;

/** Sources to add to the directives of the page's policy, such as `fontSrc: ["https://fonts.example"]`. */
export type PolicySources = Readonly<
  Partial<
    Record<
      | "connectSrc"
      | "fontSrc"
      | "formAction"
      | "frameSrc"
      | "imgSrc"
      | "manifestSrc"
      | "mediaSrc"
      | "scriptSrc"
      | "styleSrc"
      | "workerSrc",
      readonly string[]
    >
  >
>;

/**
 * A page of the app. Next writes the nonce into its scripts when it finds this policy in the request's headers; what
 * they load by themselves is let in by `strict-dynamic`, and nothing else runs.
 */
export function pagePolicy(more: PolicySources = NO_SOURCES): string {
  const [before, after] = policies.get(more) ?? policyAround(more);
  return `${before}${newNonce()}${after}`;
}

const NO_SOURCES: PolicySources = {};
// The same for every page but for the nonce.
const policies = new WeakMap<PolicySources, readonly [string, string]>();

/** What stands before the nonce, and after it. */
function policyAround(more: PolicySources): readonly [string, string] {
  const directives: [string, readonly string[], readonly string[] | undefined][] = [
    // In development React reads the stacks of errors with eval, and Next's own panel brings its styles along.
    [
      "script-src",
      [`'nonce-${NONCE}'`, "'strict-dynamic'", ...(isDevelopment ? ["'unsafe-eval'"] : [])],
      more.scriptSrc,
    ],
    ["style-src", ["'self'", ...(isDevelopment ? ["'unsafe-inline'"] : [])], more.styleSrc],
    // React writes a `style` that is computed (a server's colour, the length of a bar) as an attribute into the HTML.
    // It can run nothing, has no selectors to spy with, and loads no more than the lines below allow.
    ["style-src-attr", ["'unsafe-inline'"], undefined],
    ["font-src", ["'self'"], more.fontSrc],
    ["img-src", ["'self'"], more.imgSrc],
    ["connect-src", ["'self'"], more.connectSrc],
    ["manifest-src", ["'self'"], more.manifestSrc],
    ["media-src", [], more.mediaSrc],
    ["worker-src", [], more.workerSrc],
    ["frame-src", [], more.frameSrc],
    // Chrome holds a form to it through all its redirects; ours lead to paths of this site.
    ["form-action", ["'self'"], more.formAction],
  ];
  const lines = directives.map(([name, own, added = []]) => [name, ...own, ...added]);
  const policy = [SHUT, ...lines.filter(({ length }) => length > 1).map((line) => line.join(" "))].join("; ");
  const [before = "", after = ""] = policy.split(NONCE);
  policies.set(more, [before, after]);
  return [before, after];
}

/** Takes the place of the nonce, and stands in no source. */
const NONCE = "\n";

/** A page of one piece, with a style sheet inside and no script. */
export function plainPagePolicy(styleNonce: string): string {
  return `${dataPolicy}; style-src 'nonce-${styleNonce}'; img-src 'self'`;
}

/** 128 bits from the system, never twice: https://www.w3.org/TR/CSP3/#security-nonces. */
export const newNonce: () => string = randomTexts(16);
