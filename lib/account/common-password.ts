let common: Promise<ReadonlySet<string>> | undefined;

/**
 * Whether the password is on the list of common ones (49,000, of `@zxcvbn-ts/language-common`), in whatever case.
 * The list is loaded when someone first registers.
 */
export async function isCommonPassword(password: string): Promise<boolean> {
  common ??= import("@zxcvbn-ts/language-common").then(
    ({ dictionary }) => new Set(dictionary["passwords-common"]),
  );
  return (await common).has(password.toLowerCase());
}
