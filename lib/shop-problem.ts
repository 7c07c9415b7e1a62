import { Problem } from "@carryover/session";

/** What can go wrong in the shop, besides what can go wrong with a session. */
const problems = {
  "bad-credentials": [401, "The user name or the password is wrong."],
  confirm: [401, "Please confirm with your password."],
  "unknown-sku": [404, "There is no such product here."],
  taken: [409, "This user name is taken."],
  "cart-full": [409, "The cart cannot hold that many."],
} as const satisfies Record<string, readonly [status: number, detail: string]>;

export type ShopProblemCode = keyof typeof problems;

/** A refusal of the shop's own. */
export function shopProblem(
  code: ShopProblemCode,
  more: { readonly field?: string; readonly detail?: string } = {},
): Problem {
  const [status, detail] = problems[code];
  return new Problem({ code, status, detail, ...more });
}

/** The message for an error code in a page's address. `null` for a code that is none of ours. */
export function shopProblemDetail(code: unknown): string | null {
  return isShopCode(code) ? problems[code][1] : Problem.detailOf(code);
}

function isShopCode(code: unknown): code is ShopProblemCode {
  return typeof code === "string" && Object.hasOwn(problems, code);
}
