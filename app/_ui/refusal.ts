import { MAX_LINES, MAX_QUANTITY } from "@/lib/cart/cart";
import { shopProblemDetail } from "@/lib/shop-problem";
import { PASSWORD_RULES } from "./password-rules";

/** The query of a page, as Next hands it over. */
export type Query = Promise<Readonly<Record<string, string | string[] | undefined>>>;

/** What a form was refused for: handlers send it back to its page with `?error=CODE&field=NAME&reason=WORD`. */
export interface Refusal {
  readonly message: string;
  /** The field to say it beside, `null` when it is about the whole form. */
  readonly field: string | null;
}

const rules: Readonly<Record<string, string>> = {
  username:
    "Please use 3 to 32 of a–z, 0–9, dot, underscore and hyphen; names that begin with guest- are taken.",
  password: `Please use ${PASSWORD_RULES}`,
  next: `Please use ${PASSWORD_RULES}`,
  idleSeconds: "Please choose 1 to 86,400 seconds (a day).",
  displayName: "Please use 1 to 64 characters, all of them to be seen: no breaks and no invisible signs.",
  quantity: "Please use a whole number from 1 to 999.",
};

/** Which of the rules was broken, where a field has several: handlers say it with `&reason=…`. */
const reasons: Readonly<Record<string, string>> = {
  short: "This password is too short. Please use at least 8 characters.",
  long: "This password is too long. Please use at most 128 characters.",
  common: "This password is on the list of common ones, which are tried first. Please choose another.",
  "own-words": "This password is little more than your name or ours. Please choose another.",
};

/** What a code says where the shop knows it better. */
const limits: Readonly<Record<string, string>> = {
  "cart-full": `A cart holds at most ${MAX_QUANTITY} of one product, and ${MAX_LINES} different products. Nothing was changed.`,
};

/** The refusal that the query names, or `null`. Only messages of ours reach the page, whatever the query says. */
export async function findRefusal(query: Query): Promise<Refusal | null> {
  const { error, field, reason } = await query;
  const detail = shopProblemDetail(error);
  if (!detail) return null;
  const known = typeof field === "string" && /^[a-zA-Z]{1,32}$/.test(field) ? field : null;
  const rule = error === "invalid" ? (messageFor(reasons, reason) ?? messageFor(rules, known)) : null;
  return { message: rule ?? messageFor(limits, error) ?? detail, field: known };
}

function messageFor(messages: Readonly<Record<string, string>>, name: unknown): string | null {
  return typeof name === "string" && Object.hasOwn(messages, name) ? (messages[name] ?? null) : null;
}
