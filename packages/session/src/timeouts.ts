// Without a schema: browsers load this, too.

/** Bounds of the idle timeout in seconds. */
export const IDLE_SECONDS = { min: 1, max: 86_400 } as const;
/** Bounds of the absolute lifetime in seconds. */
export const LIFETIME_SECONDS = { min: 1, max: 30 * 86_400 } as const;
