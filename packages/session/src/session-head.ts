import { z } from "zod/mini";

/** Bounds of the idle timeout in seconds. */
export const IDLE_SECONDS = { min: 1, max: 86_400 } as const;
/** Bounds of the absolute lifetime in seconds. */
export const LIFETIME_SECONDS = { min: 1, max: 30 * 86_400 } as const;
/** The device of a browser that does not say what it is. */
export const UNKNOWN_DEVICE = "an unknown device";

// Up to the last moment that a Date can be: what is beyond would throw when it is shown.
const epochMs = z.int().check(z.minimum(0), z.maximum(8.64e15));

/** What the store itself keeps in every session: the head of its value, which the scripts in Redis read and write. */
export const sessionHead = {
  /** The version of the schema that wrote the session, or a newer one. */
  v: z.int().check(z.minimum(1)),
  /** Grows by one with each change; reads leave it alone. */
  revision: z.int().check(z.minimum(1)),
  createdAt: epochMs,
  /** The absolute end, fixed at the beginning. */
  expiresAt: epochMs,
  /** The idle timeout: so many seconds without a visit end the session. */
  idleSeconds: z.int().check(z.minimum(IDLE_SECONDS.min), z.maximum(IDLE_SECONDS.max)),
};

/** Who it is: sessions of a user are listed, and end together. `null`: an anonymous visitor. */
export const sessionUser = z.nullable(
  z.looseObject({
    id: z.string().check(z.minLength(1), z.maxLength(64)),
    name: z.string().check(z.minLength(1), z.maxLength(64)),
  }),
);

export type User = NonNullable<z.infer<typeof sessionUser>>;

/** Where the session was: what its owner is told of it in a list of devices. */
export const sessionTraces = {
  /** The server that made the last change. */
  servedBy: z.string().check(z.maxLength(64)),
  /** The browser and system that the session began on, in words, as far as it told. */
  device: z._default(z.string().check(z.maxLength(80)), UNKNOWN_DEVICE),
};

/** All that the package keeps in a session. Loose: the app's data stands beside it. */
export const sessionFrame = z.looseObject({ ...sessionHead, user: sessionUser, ...sessionTraces });

/** What the package keeps in a session beside the app's data. Times are epoch milliseconds by Redis' own clock. */
export interface SessionFrame {
  readonly v: number;
  readonly revision: number;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly idleSeconds: number;
  readonly user: User | null;
  readonly servedBy: string;
  readonly device: string;
}
