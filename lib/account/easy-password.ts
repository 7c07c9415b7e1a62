import { Problem } from "@carryover/session";

interface Chosen {
  /** Normalised. */
  readonly password: string;
  readonly userName: string;
  /** Of the form. */
  readonly field: string;
}

/** @throws Problem `invalid` for a password that is easy to guess: a common one, or one made of the user's name and the site's */
export async function refuseEasyPassword({ password, userName, field }: Chosen): Promise<void> {
  if (isOfOwnWords(password, userName))
    throw new Problem({
      code: "invalid",
      field,
      reason: "own-words",
      detail: "That password is made of your name and of this site's.",
    });
  await refuseCommonPassword({ password, field });
}

/** Needs no user, and so no request to Redis. @throws Problem `invalid` */
export async function refuseCommonPassword({ password, field }: Omit<Chosen, "userName">): Promise<void> {
  if (await isCommonPassword(password))
    throw new Problem({
      code: "invalid",
      field,
      reason: "common",
      detail: "That password is on the list of common ones.",
    });
}

/** What the site calls itself. Whoever attacks this site tries its own words first. */
export const SITE_WORDS: readonly string[] = ["carryover"];

// What must be left is the length that a password must have anyway.
const SHORTEST = 8;

/**
 * Whether the password is made of the site's name and its owner's: without them, fewer than 8 characters are left. A long
 * sentence may well hold a name; `carryover2026` and `ada.ada.ada` hold little else.
 */
export function isOfOwnWords(password: string, userName: string): boolean {
  // The longer word first: a user may be called like a part of the site's name.
  const words = [...SITE_WORDS, userName].sort((one, other) => other.length - one.length);
  const rest = words.reduce((text, word) => text.replaceAll(word, ""), password.toLowerCase());
  return [...rest].length < SHORTEST;
}

let common: Promise<ReadonlySet<string>> | undefined;

/**
 * Whether the password is on the list of common ones (18,000 that are long enough to be chosen here), in whatever case.
 * The list is loaded when someone first registers.
 */
export async function isCommonPassword(password: string): Promise<boolean> {
  common ??= import("./common-passwords").then(
    ({ commonPasswords }) => new Set(commonPasswords.trim().split(/\s/)),
  );
  return (await common).has(password.toLowerCase());
}
