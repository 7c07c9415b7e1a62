/** Pages for the signed-in only. */
export const PROTECTED: ReadonlySet<string> = new Set(["/profile", "/sessions"]);

/** Pages that have nothing to show without the session. */
export const NEEDS_SESSION: ReadonlySet<string> = new Set([...PROTECTED, "/cart"]);
