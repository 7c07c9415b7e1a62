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
