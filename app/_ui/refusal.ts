import { problemDetail } from "@carryover/session/internal/next/problem";
import { MAX_LINES, MAX_QUANTITY } from "@/lib/cart/cart";

/** The query of a page, as Next hands it over. */
export type Query = Promise<Readonly<Record<string, string | string[] | undefined>>>;

/** What a form was refused for: handlers send it back to its page with `?error=CODE&field=NAME`. */
export interface Refusal {
  readonly message: string;
  /** The field to say it beside, `null` when it is about the whole form. */
  readonly field: string | null;
}

const rules: Readonly<Record<string, string>> = {
  username:
    "Please use 3 to 32 of a–z, 0–9, dot, underscore and hyphen; names that begin with guest- are taken.",
  password: "Please use 8 to 128 characters: no common password, and not just your name or ours.",
  next: "Please use 8 to 128 characters: no common password, and not just your name or ours.",
  idleSeconds: "Please choose 1 to 86,400 seconds (a day).",
  displayName: "Please use 1 to 64 characters.",
  quantity: "Please use a whole number from 1 to 999.",
};

/** What a code says where the shop knows it better. */
const limits: Readonly<Record<string, string | undefined>> = {
  "cart-full": `A cart holds at most ${MAX_QUANTITY} of one product, and ${MAX_LINES} different products. Nothing was changed.`,
};

/** The refusal that the query tells of, or `null`. Only words of ours reach the page, whatever the query says. */
export async function findRefusal(query: Query): Promise<Refusal | null> {
  const { error, field } = await query;
  const detail = problemDetail(error);
  if (!detail) return null;
  const known = typeof field === "string" && /^[a-zA-Z]{1,32}$/.test(field) ? field : null;
  const rule =
    error === "invalid" && known && Object.hasOwn(rules, known) ? rules[known] : limits[String(error)];
  return { message: rule ?? detail, field: known };
}
