import { UNKNOWN_DEVICE } from "@carryover/session/internal/session-head";

type Json = Record<string, unknown>;

/** Turns a value of the version at its key into one of the next version. */
export type Migrations = Readonly<Record<number, (older: Json) => Json>>;

/** The version of the schema in `session.ts`. */
export const SESSION_VERSION = 2;

export const sessionMigrations: Migrations = {
  // Sessions that began before devices were noted.
  1: (older) => ({ ...older, device: UNKNOWN_DEVICE }),
};
