/** What can go wrong for a client with a session, with the status and the text of the answer. */
const problems = {
  invalid: [400, "A field is missing or not acceptable."],
  "no-session": [401, "There is no session to change: it has ended, or never began."],
  "sign-in": [401, "Please sign in first."],
  "cross-site": [403, "Changes are accepted from this site's own pages only."],
  "not-found": [404, "There is no such thing here."],
  "session-changed": [409, "The session was changed meanwhile, perhaps in another tab. Please look again."],
  "too-large": [413, "The request is too large."],
  "unsupported-type": [415, "Send application/json or application/x-www-form-urlencoded."],
  "slow-down": [429, "Too many attempts. Please wait a moment."],
  busy: [503, "Too much is going on at once. Nothing was changed. Please try again."],
  unavailable: [503, "We cannot reach your session just now."],
} as const satisfies Record<string, readonly [status: number, detail: string]>;

/** The package's own codes. */
export type ProblemCode = keyof typeof problems;

const titles: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  503: "Service Unavailable",
};

interface Details {
  /** Of the answer. */
  readonly status?: number;
  /** For people. Never a value that was sent. */
  readonly detail?: string;
  /** The field of the body that was refused. */
  readonly field?: string | undefined;
  /** Which rule the field breaks, where it has several: a word for programs. */
  readonly reason?: string | undefined;
  readonly retryAfterSeconds?: number;
}

/** A code of the package's own says its status and its text; for one of the app's own, both are given. */
export type ProblemInit =
  | (Details & { readonly code: ProblemCode })
  | (Details & { readonly code: string; readonly status: number; readonly detail: string });

/**
 * A refusal, answered as problem details (RFC 9457). Thrown from anywhere in a handler: `get` and `post` answer it.
 *
 * @example throw new Problem({ code: "taken", status: 409, detail: "This name is taken." });
 */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly code: string;
  readonly status: number;
  readonly field: string | undefined;
  readonly reason: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  /** What a person reads for a code that stands in a page's address. `null` for what is none of the package's codes. */
  static detailOf(code: unknown): string | null {
    return isProblemCode(code) ? problems[code][1] : null;
  }

  constructor(init: ProblemInit) {
    const [status, detail] = isProblemCode(init.code) ? problems[init.code] : [500, ""];
    super(init.detail ?? detail);
    this.code = init.code;
    this.status = init.status ?? status;
    this.field = init.field;
    this.reason = init.reason;
    this.retryAfterSeconds = init.retryAfterSeconds ?? (this.status === 503 ? 1 : undefined);
  }
}

function isProblemCode(code: unknown): code is ProblemCode {
  return typeof code === "string" && Object.hasOwn(problems, code);
}

/** The problem as `application/problem+json`. */
export function problemResponse(problem: Problem): Response {
  const { code, status, message: detail, field, reason } = problem;
  const body = {
    ...{ type: "about:blank", title: titles[status] ?? "Error", status, detail, code },
    ...(field && { field }),
    ...(reason && { reason }),
  };
  return Response.json(body, {
    status,
    headers: { "content-type": "application/problem+json", ...retryAfter(problem) },
  });
}

export function retryAfter({ retryAfterSeconds }: Problem): Record<string, string> {
  return retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
}
