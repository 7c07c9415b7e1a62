/** What can go wrong for a client, with the status it is told by (RFC 9457 problem details). */
const problems = {
  invalid: [400, "A field is missing or not acceptable."],
  "no-session": [401, "There is no session to change: it has ended, or never began."],
  "sign-in": [401, "Please sign in first."],
  "bad-credentials": [401, "The user name or the password is wrong."],
  confirm: [401, "Please confirm with your password."],
  "cross-site": [403, "Changes are accepted from this site's own pages only."],
  "not-found": [404, "There is no such thing here."],
  "unknown-sku": [404, "There is no such product here."],
  taken: [409, "This user name is taken."],
  "session-changed": [409, "The session was changed meanwhile, perhaps in another tab. Please look again."],
  "cart-full": [409, "The cart cannot hold that many."],
  "too-large": [413, "The request is too large."],
  "unsupported-type": [415, "Send application/json or application/x-www-form-urlencoded."],
  "slow-down": [429, "Too many attempts. Please wait a moment."],
  busy: [503, "Too much is going on at once. Nothing was changed. Please try again."],
  unavailable: [503, "We cannot reach your session just now."],
} as const satisfies Record<string, readonly [status: number, detail: string]>;

export type ProblemCode = keyof typeof problems;

/** Which rule a refused field breaks, where it has several; in a word for programs, and what a person is told. */
const reasons = {
  short: "A password has 8 characters or more.",
  long: "A password has 128 characters or fewer.",
  common: "That password is on the list of common ones.",
  "own-words": "That password is made of your name and of this site's.",
} as const satisfies Record<string, string>;

export type ProblemReason = keyof typeof reasons;

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
  /** Where it is not the status of the code. */
  readonly status?: number;
  readonly detail?: string;
  /** The field of the body that was refused. */
  readonly field?: string | undefined;
  /** The rule that the field breaks; its text is the detail. */
  readonly reason?: ProblemReason | undefined;
  readonly retryAfterSeconds?: number;
}

/** A refusal that a client is told, thrown from wherever it is found. Its text never holds a value that was sent. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly status: number;
  readonly field: string | undefined;
  readonly reason: ProblemReason | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly code: ProblemCode,
    details: Details = {},
  ) {
    const [status, detail] = problems[code];
    super(details.detail ?? reasonDetail(details.reason) ?? detail);
    this.status = details.status ?? status;
    this.field = details.field;
    this.reason = details.reason;
    this.retryAfterSeconds = details.retryAfterSeconds ?? (status === 503 ? 1 : undefined);
  }
}

/** What a person is told for a code that stands in a page's address. `null` for what is none of our codes. */
export function problemDetail(code: unknown): string | null {
  return typeof code === "string" && Object.hasOwn(problems, code) ? problems[code as ProblemCode][1] : null;
}

/** Whether this is one of our reasons. */
export function isProblemReason(reason: unknown): reason is ProblemReason {
  return typeof reason === "string" && Object.hasOwn(reasons, reason);
}

/** What a person is told for a reason that stands in a page's address. `null` for what is none of ours. */
export function reasonDetail(reason: unknown): string | null {
  return isProblemReason(reason) ? reasons[reason] : null;
}

/** The problem as `application/problem+json`. */
export function problemResponse(problem: Problem): Response {
  const { code, status, message: detail, field, reason } = problem;
  const body = {
    ...{ type: "about:blank", title: titles[status], status, detail, code },
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
