import { z } from "zod/mini";
import { IDLE_SECONDS } from "./timeouts.ts";

/** A JSON object, as it is read. */
export type JsonObject = Record<string, unknown>;

/**
 * A schema of any library that follows Standard Schema (zod, zod/mini, valibot, …), with what it answers.
 * Source of the shape: https://standardschema.dev, which asks for it to be copied rather than depended on.
 */
export interface StandardSchema<Output> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

interface SchemaIssue {
  readonly message: string;
  /** From the value's outermost field inwards. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

type OutputOf<S> = S extends StandardSchema<infer Output> ? Output : never;

/** Names that the package keeps for itself in every session. */
export const RESERVED_NAMES = [
  "v",
  "revision",
  "createdAt",
  "expiresAt",
  "idleSeconds",
  "user",
  "servedBy",
  "device",
  "remember",
  "writes",
  "keys",
] as const;

type ReservedName = (typeof RESERVED_NAMES)[number];

/** A session: the app's data, and beside it what the package keeps. In Redis both stand in one flat JSON object. */
export interface Session<D = unknown> extends SessionFrame {
  readonly data: D;
}

/** A session about to begin: the store gives it an ID, a revision and its times. */
export type SessionDraft<D = unknown> = Pick<
  Session<D>,
  "user" | "idleSeconds" | "remember" | "servedBy" | "device" | "data"
>;

/** What a session is given when it begins, besides its data. */
export type SessionInit = Pick<SessionDraft, "idleSeconds" | "remember" | "servedBy" | "device">;

/** Turns the data of the version at its key into data of the next version. */
export type Migrations = Readonly<Record<number, (older: JsonObject) => JsonObject>>;

/** The session that a sign-in takes the place of. */
export interface PreviousSession<D> {
  /** `null`: an anonymous visitor. */
  readonly user: User | null;
  readonly data: D;
}

/** The pages of the app that sessions lead to, as paths. */
export interface SessionPages {
  /** Where a stranger signs in. The query `next` says where to go afterwards. */
  readonly signIn: string;
  /**
   * What a protected page shows in an outage of the store, with status 503. Not where it is prerendered: Next answers
   * 200 then, and caches may keep it. Default: a plain page of the package's own.
   */
  readonly unavailable?: string;
  /** For signed-in users only. */
  readonly protected: readonly string[];
  /** Other pages that have nothing to show without the store: in an outage they answer 503, too. Default: none. */
  readonly needStore?: readonly string[];
}

/** What an app's sessions are: made by {@link defineSession}. `D` is the app's data. */
export interface SessionDefinition<D> {
  readonly version: number;
  readonly schema: StandardSchema<D>;
  readonly migrations: Migrations;
  readonly pages: SessionPages;
  initial(): D;
  onSignIn(previous: PreviousSession<D>, user: User): D;
}

/** The data of a definition. */
export type SessionDataOf<T> = T extends SessionDefinition<infer D> ? D : never;

/** The names that a type spells out, without its index signature. */
type Known<T> = {
  [K in keyof T as string extends K ? never : number extends K ? never : K]: T[K];
};

/** Refuses a type that has a reserved name. */
type Free<D> = keyof D & ReservedName extends never
  ? unknown
  : { readonly "a reserved name": keyof D & ReservedName };

interface SessionOptions<S extends StandardSchema<JsonObject>> {
  /** The version of `schema`, 1 or more: raise it with each change that older data must be migrated for. */
  readonly version: number;
  /**
   * The app's data. It validates synchronously and accepts what it answers. Fields that it does not know stay in the
   * session, so that what a newer build wrote survives a write by this one; inside objects the schema decides
   * (`looseObject`).
   */
  readonly schema: S & Free<Known<OutputOf<S>>>;
  /**
   * The data of a new session. A literal of a union needs `as const`: TypeScript widens it before it knows the schema.
   */
  readonly initial: () => NoInfer<OutputOf<S>>;
  readonly migrations: Migrations;
  /**
   * The data of a session that begins with a sign-in. `previous` is an anonymous visitor's session or one of the same
   * user; in place of another user's session it gets the initial data. Default: the previous data as it is.
   */
  readonly onSignIn?: (previous: PreviousSession<NoInfer<OutputOf<S>>>, user: User) => NoInfer<OutputOf<S>>;
  readonly pages: SessionPages;
}

/**
 * Says what an app's sessions hold.
 *
 * @example
 * export const session = defineSession({
 *   version: 1,
 *   schema: z.looseObject({ note: z.string().check(z.maxLength(500)) }),
 *   initial: () => ({ note: "" }),
 *   migrations: {},
 *   pages: { signIn: "/login", unavailable: "/unavailable", protected: ["/account"] },
 * });
 */
export function defineSession<S extends StandardSchema<JsonObject>>(
  options: SessionOptions<S>,
): SessionDefinition<OutputOf<S>>;
export function defineSession<D>(
  options: Omit<SessionDefinition<D>, "onSignIn"> & Partial<Pick<SessionDefinition<D>, "onSignIn">>,
): SessionDefinition<D> {
  return { onSignIn: ({ data }) => data, ...options };
}

/** What the schema answers, `null` where it refuses. @throws TypeError for a schema that is asynchronous */
export function validate<D>(
  { schema }: Pick<SessionDefinition<D>, "schema">,
  value: unknown,
): { readonly value: D } | null {
  const result = schema["~standard"].validate(value);
  if (result instanceof Promise) throw new TypeError("The schema of a session must validate synchronously.");
  return result.issues ? null : result;
}

/** @throws TypeError for data that has a reserved name */
export function refuseReserved(data: unknown): void {
  const names = RESERVED_NAMES.filter((name) => Object.hasOwn(Object(data), name));
  if (names.length > 0)
    throw new TypeError(`Names that a session keeps for itself: ${names.join(", ")}. Call yours otherwise.`);
}

/** The session of an anonymous visitor. @throws TypeError where its data has a reserved name */
export function anonymousDraft<D>(definition: SessionDefinition<D>, init: SessionInit): SessionDraft<D> {
  return { user: null, data: definition.initial(), ...init };
}

/**
 * The session of a user who signs in, with what the definition carries over from the one before. Of another user's
 * session nothing comes along.
 *
 * @throws TypeError where its data has a reserved name
 */
export function signedInDraft<D>(
  definition: SessionDefinition<D>,
  { user, carried, init }: { user: User; carried: Session<D> | null; init: SessionInit },
): SessionDraft<D> {
  const isAnothers = carried?.user && carried.user.id !== user.id;
  const previous =
    carried && !isAnothers
      ? { user: carried.user, data: carried.data }
      : { user: null, data: definition.initial() };
  return { user, data: definition.onSignIn(previous, user), ...init };
}

/** The longest lifetime of a session whose cookie ends with the browser. */
export const BROWSER_SESSION_SECONDS = 86_400;
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
  /** The idle timeout: so many seconds without a request end the session. */
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

/** Where the session is used: for its owner, in a list of devices. */
export const sessionMetadata = {
  /** The server that made the last change. */
  servedBy: z.string().check(z.maxLength(64)),
  /** The browser and system that the session began on, in words, as far as it says. */
  device: z._default(z.string().check(z.maxLength(80)), UNKNOWN_DEVICE),
};

/** All that the package keeps in a session. Loose: the app's data stands beside it. */
export const sessionFrame = z.looseObject({ ...sessionHead, user: sessionUser, ...sessionMetadata });

/** What the package keeps in a session beside the app's data. Times are epoch milliseconds by Redis' own clock. */
export interface SessionFrame {
  readonly v: number;
  readonly revision: number;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly idleSeconds: number;
  readonly user: User | null;
  /** `false`: its cookie ends with the browser, and its lifetime is a day at most. Default: the browser keeps it. */
  readonly remember?: boolean | undefined;
  readonly servedBy: string;
  readonly device: string;
}
