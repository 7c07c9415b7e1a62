import { Problem } from "@carryover/session";
import { isCommonPassword } from "./common-password";
import { isOfOwnWords } from "./own-words";

interface Chosen {
  /** Normalised. */
  readonly password: string;
  readonly userName: string;
  /** Of the form. */
  readonly field: string;
}

/** @throws Problem `invalid` for a password that is easy to guess: a common one, or one made of the user's name and the site's */
export async function refuseEasyPassword({ password, userName, field }: Chosen): Promise<void> {
  const code = "invalid";
  if (isOfOwnWords(password, userName))
    throw new Problem({
      ...{ code, field, reason: "own-words" },
      detail: "That password is made of your name and of this site's.",
    });
  if (await isCommonPassword(password))
    throw new Problem({
      code,
      field,
      reason: "common",
      detail: "That password is on the list of common ones.",
    });
}
