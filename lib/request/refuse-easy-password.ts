import { isCommonPassword } from "@/lib/account/common-password";
import { isOfOwnWords } from "@/lib/account/own-words";
import { Problem } from "./problem";

interface Chosen {
  /** Normalised. */
  readonly password: string;
  readonly userName: string;
  /** Of the form. */
  readonly field: string;
}

/** @throws Problem `invalid` for a password that is easy to guess: a common one, or one made of the user's name and the site's */
export async function refuseEasyPassword({ password, userName, field }: Chosen): Promise<void> {
  if (isOfOwnWords(password, userName)) throw new Problem("invalid", { field, reason: "own-words" });
  if (await isCommonPassword(password)) throw new Problem("invalid", { field, reason: "common" });
}
